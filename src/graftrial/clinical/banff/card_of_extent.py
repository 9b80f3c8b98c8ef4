"""The cards of what is counted rather than diagnosed."""

from __future__ import annotations

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


def extent_rules(edition: str) -> tuple[Rule, ...]:
    """Adequacy, C4d, glomerulonephritis, IFTA, polyomavirus class and the two indices in an edition."""
    return (
        lesion_rule(
            "c4d_positive_one_technique",
            edition,
            "C4d positive, one technique with its method",
            source("2015", "category 2, active AMR, criterion 2, item 1"),
            c4d_positive_one_technique,
            "true or false",
        ),
        lesion_rule(
            "c4d_positive_two_techniques",
            edition,
            "C4d positive by immunofluorescence or immunohistochemistry",
            source("2015", "category 2, active AMR, criterion 2, item 1"),
            c4d_positive_two_techniques,
            "true or false",
        ),
        lesion_rule(
            "glomerulonephritis",
            edition,
            "Recurrent or de novo glomerulonephritis",
            source(edition, "category 2, active AMR, criterion 1, item 1", "scope of the clause (R2)"),
            glomerulonephritis,
            "true or false",
        ),
        lesion_rule(
            "adequacy",
            edition,
            "Adequacy of the sample",
            source("guide", "specimen adequacy", "what an inadequate sample forbids"),
            adequacy,
            "adequate, marginal, inadequate",
        ),
        lesion_rule(
            "ifta",
            edition,
            "Interstitial fibrosis and tubular atrophy",
            source(edition, "category 5"),
            ifta,
            "grade 0 to 3",
        ),
        lesion_rule(
            "pvn_class",
            edition,
            "Class of polyomavirus nephropathy",
            source("polyomavirus", "definition of the three classes"),
            polyomavirus_class,
            "0 (none), 1, 2, 3",
        ),
        lesion_rule(
            "activity_index",
            edition,
            "AMR activity index, g + ptc + v + C4d",
            source("indices", "activity index; not part of the classification"),
            activity_index,
            "0 to 12",
        ),
        lesion_rule(
            "chronicity_index",
            edition,
            "AMR chronicity index, ci + ct + cv + 2 cg",
            source("indices", "chronicity index; not part of the classification"),
            chronicity_index,
            "0 to 15",
        ),
    )
