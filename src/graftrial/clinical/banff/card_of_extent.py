"""The cards of what is counted rather than diagnosed."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from graftrial.clinical.banff.antibody import (
    c4d_positive_one_technique,
    c4d_positive_two_techniques,
    glomerulonephritis,
)
from graftrial.clinical.banff.biopsy import lesion_rule
from graftrial.clinical.banff.extent import (
    activity_index,
    adequacy,
    chronicity_index,
    ifta,
    polyomavirus_class,
)
from graftrial.clinical.banff.sources import source
from graftrial.clinical.card import Rule

Extent = tuple[str, str, Callable[..., pl.Expr], str, str, str, str]
C4D, OUTSIDE = "category 2, active AMR, criterion 2, item 1", "not part of the classification"

# name, title, function, document (empty: that of the edition), locator, declared, output
EXTENT: tuple[Extent, ...] = (
    ("c4d_positive_one_technique", "C4d positive, one technique with its method", c4d_positive_one_technique,
     "2015", C4D, "", "true or false"),
    ("c4d_positive_two_techniques", "C4d positive by either of two techniques", c4d_positive_two_techniques,
     "2015", C4D, "", "true or false"),
    ("glomerulonephritis", "Recurrent or de novo glomerulonephritis", glomerulonephritis,
     "", "category 2, active AMR, criterion 1, item 1", "scope of the clause (R2)", "true or false"),
    ("adequacy", "Adequacy of the sample", adequacy,
     "guide", "specimen adequacy", "what an inadequate sample forbids", "adequate, marginal, inadequate"),
    ("ifta", "Interstitial fibrosis and tubular atrophy", ifta, "", "category 5", "", "grade 0 to 3"),
    ("pvn_class", "Class of polyomavirus nephropathy", polyomavirus_class,
     "polyomavirus", "definition of the three classes", "", "0 (none), 1, 2, 3"),
    ("activity_index", "AMR activity index, g + ptc + v + C4d", activity_index,
     "indices", f"activity index; {OUTSIDE}", "", "0 to 12"),
    ("chronicity_index", "AMR chronicity index, ci + ct + cv + 2 cg", chronicity_index,
     "indices", f"chronicity index; {OUTSIDE}", "", "0 to 15"),
)  # fmt: skip


def extent_rules(edition: str) -> tuple[Rule, ...]:
    """Adequacy, C4d, glomerulonephritis, IFTA, polyomavirus class and the two indices in an edition."""
    return tuple(
        lesion_rule(name, edition, title, source(document or edition, locator, declared), expression, output)
        for name, title, expression, document, locator, declared, output in EXTENT
    )
