"""HLA antibodies: positivity, change, response class, calls of single-antigen beads. Knows no file and no patient."""

from graftrial.clinical.antibodies.change import LOG2_CHANGE, PERCENT_CHANGE, RESPONSE_CLASS
from graftrial.clinical.antibodies.lifecodes import CALL, RATIO
from graftrial.clinical.antibodies.positivity import NEEDS_DILUTION, POSITIVE, SATURATED
from graftrial.clinical.antibodies.specificity import RULE as DONOR_SPECIFIC
from graftrial.clinical.card import Rule

RULES: tuple[Rule, ...] = (
    LOG2_CHANGE,
    PERCENT_CHANGE,
    RESPONSE_CLASS,
    CALL,
    RATIO,
    NEEDS_DILUTION,
    POSITIVE,
    SATURATED,
    DONOR_SPECIFIC,
)
