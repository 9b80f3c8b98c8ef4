"""Every equation by the id under which the command and the study file name it: one id, one rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graftrial.clinical.card import Rule
from graftrial.clinical.egfr import (
    bis1_2012,
    ckd_epi_cr_2009,
    ckd_epi_cr_2021,
    ckd_epi_cr_cys_2012,
    ckd_epi_cr_cys_2021,
    ckd_epi_cys_2012,
    ckid_u25_2021,
    cockcroft_gault_1976,
    ekfc_cr_2021,
    ekfc_cys_2023,
    fas_cr_2016,
    krs_2023,
    lund_malmo_2011,
    mdrd4,
    schwartz_2009,
)

EQUATIONS: Mapping[str, Rule] = MappingProxyType(
    {
        "ckd_epi_cr_2021": ckd_epi_cr_2021.RULE,
        "ckd_epi_cr_cys_2021": ckd_epi_cr_cys_2021.RULE,
        "ckd_epi_cr_2009": ckd_epi_cr_2009.RULE,
        "ckd_epi_cr_2009_black": ckd_epi_cr_2009.RULE_BLACK,
        "ckd_epi_cys_2012": ckd_epi_cys_2012.RULE,
        "ckd_epi_cr_cys_2012": ckd_epi_cr_cys_2012.RULE,
        "ckd_epi_cr_cys_2012_black": ckd_epi_cr_cys_2012.RULE_BLACK,
        "mdrd4_175": mdrd4.RULE_175,
        "mdrd4_175_black": mdrd4.RULE_175_BLACK,
        "mdrd4_186": mdrd4.RULE_186,
        "mdrd4_186_black": mdrd4.RULE_186_BLACK,
        "ekfc_cr": ekfc_cr_2021.RULE,
        "ekfc_cys": ekfc_cys_2023.RULE,
        "ekfc_cys_sex_specific": ekfc_cys_2023.RULE_SEX_SPECIFIC,
        "ekfc_cr_cys": ekfc_cys_2023.RULE_COMBINED,
        "fas_cr": fas_cr_2016.RULE,
        "lund_malmo_2011": lund_malmo_2011.RULE,
        "bis1": bis1_2012.RULE,
        "krs_2023": krs_2023.RULE,
        "cockcroft_gault": cockcroft_gault_1976.RULE,
        "cockcroft_gault_70kg": cockcroft_gault_1976.RULE_70KG,
        "schwartz_2009": schwartz_2009.RULE,
        "ckid_u25_cr": ckid_u25_2021.RULE_CREATININE,
        "ckid_u25_cys": ckid_u25_2021.RULE_CYSTATIN_C,
        "ckid_u25_cr_cys": ckid_u25_2021.RULE_COMBINED,
    }
)
