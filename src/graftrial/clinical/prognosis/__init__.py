"""Indices of prognosis: donor (KDRI, KDPI), candidate (EPTS), and the iBox as a relative hazard."""

from graftrial.clinical.prognosis import epts_2018, ibox_2023, kdri

RULES = (
    kdri.RULE_RACE_FORM,
    kdri.RULE_REFIT_2024,
    *kdri.RULES_KDPI,
    epts_2018.RULE_RAW,
    epts_2018.RULE_PERCENT,
    ibox_2023.RULE_FULL,
    ibox_2023.RULE_ABBREVIATED,
    ibox_2023.RULE_RELATIVE_HAZARD,
)
