"""Lesion scores from the percentages that feed them, each with the denominator that its name states.

The printed bands have gaps between whole per cents (10-25, 26-50). Declared: up to and with the upper end is the lower
band, so 25 is 1 and 25.1 is 2.
"""

from __future__ import annotations

import pytest

from graftrial.clinical.card import Value
from graftrial.clinical.rules import rule

I_FROM_PERCENT = [
    # per cent of unscarred cortex that is inflamed  score  because
    (0.0,   0, "none"),
    (9.9,   0, "below 10"),
    (10.0,  1, "10 to 25"),
    (25.0,  1, "10 to 25"),
    (25.1,  2, "declared: above 25 is the higher band"),
    (50.0,  2, "26 to 50"),
    (50.1,  3, "above 50"),
]  # fmt: skip
TI_FROM_PERCENT = [
    # per cent of all cortex that is inflamed  score  because
    (9.0,   0, "below 10"),
    (10.0,  1, "10 to 25"),
    (26.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
I_IFTA_FROM_PERCENT = [
    # per cent of scarred cortex that is inflamed  score  because
    (9.0,   0, "below 10"),
    (25.0,  1, "10 to 25"),
    (50.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
CI_FROM_PERCENT = [
    # per cent of cortex that is fibrosed  score  because
    (0.0,   0, "none"),
    (5.0,   0, "up to 5"),
    (6.0,   1, "6 to 25"),
    (25.0,  1, "6 to 25"),
    (26.0,  2, "26 to 50"),
    (50.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
CT_FROM_PERCENT = [
    # per cent of cortical tubules that are atrophic  score  because
    (0.0,   0, "none"),
    (1.0,   1, "up to 25"),
    (25.0,  1, "up to 25"),
    (26.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
CV_FROM_PERCENT = [
    # per cent of the lumen of the worst artery lost to fibrous intima  score  because
    (0.0,   0, "none"),
    (25.0,  1, "up to 25"),
    (50.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
MM_FROM_PERCENT = [
    # per cent of non-sclerotic glomeruli with at least moderate matrix increase  score  because
    (0.0,   0, "none"),
    (25.0,  1, "up to 25"),
    (50.0,  2, "26 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
G_FROM_PERCENT = [
    # per cent of glomeruli with glomerulitis  score  because
    (0.0,   0, "none"),
    (1.0,   1, "below 25"),
    (24.9,  1, "below 25"),
    (25.0,  2, "25 to 75"),
    (75.0,  2, "25 to 75"),
    (76.0,  3, "above 75"),
]  # fmt: skip
C4D_FROM_PERCENT = [
    # per cent of peritubular capillaries or vasa recta with linear C4d  score  because
    (0.0,   0, "none"),
    (1.0,   1, "below 10"),
    (9.9,   1, "below 10"),
    (10.0,  2, "10 to 50"),
    (50.0,  2, "10 to 50"),
    (51.0,  3, "above 50"),
]  # fmt: skip
PVL_FROM_PERCENT = [
    # per cent of tubules and ducts with SV40 or inclusions  score  because
    (0.0,   0, "none"),
    (0.5,   1, "up to 1"),
    (1.0,   1, "up to 1"),
    (1.1,   2, "above 1 to 10"),
    (10.0,  2, "above 1 to 10"),
    (10.1,  3, "above 10"),
]  # fmt: skip
LINES = [
    (name.lower(), *line)
    for name, lines in list(globals().items())
    if name.endswith("_FROM_PERCENT")
    for line in lines
]


@pytest.mark.parametrize(("name", "percent", "score", "because"), LINES)
def test_a_percentage_becomes_the_score_of_its_band(name, percent, score, because):
    asked = rule(f"banff.{name}", "2017")
    (given,) = asked.inputs
    assert asked(**{given.name: percent}) == Value(score), because
