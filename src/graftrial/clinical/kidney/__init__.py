"""Kidney function over time: KDIGO categories, change, acute injury, and conversions of proteinuria."""

from graftrial.clinical.kidney import acute_injury, categories, change, proteinuria

RULES = (
    categories.RULE_GFR,
    categories.RULE_ALBUMINURIA,
    categories.RULE_PROTEINURIA,
    change.RULE_ABSOLUTE,
    change.RULE_PERCENT,
    change.RULE_30,
    change.RULE_40,
    change.RULE_50,
    change.RULE_DOUBLED,
    change.RULE_FAILURE,
    acute_injury.RULE,
    proteinuria.RULE_UACR,
    proteinuria.RULE_24_H,
)
