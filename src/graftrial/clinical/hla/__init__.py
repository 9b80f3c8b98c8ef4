"""HLA: names of antigens and alleles, their serologic equivalents, mismatches, eplets. Knows no file and no patient."""

from graftrial.clinical.card import Rule
from graftrial.clinical.hla.dr_dq_risk import RULE_HIGHEST_CHAINS, RULE_SAME_HAPLOTYPE
from graftrial.clinical.hla.mismatch import RULE_BLANK_IS_HOMOZYGOUS, RULE_BLANK_IS_UNKNOWN, RULE_UK_LEVEL

RULES: tuple[Rule, ...] = (
    RULE_HIGHEST_CHAINS,
    RULE_SAME_HAPLOTYPE,
    RULE_BLANK_IS_HOMOZYGOUS,
    RULE_BLANK_IS_UNKNOWN,
    RULE_UK_LEVEL,
)
