"""The cell product: dose arithmetic, release verdicts, identity panels, donation numbers, custody chain."""

from graftrial.clinical.card import Rule
from graftrial.clinical.cell_product.dose import DOSE_RULES
from graftrial.clinical.cell_product.release import ENDOTOXIN_LIMIT, WITHIN_LIMITS

RULES: tuple[Rule, ...] = (
    *DOSE_RULES,
    ENDOTOXIN_LIMIT,
    WITHIN_LIMITS,
)
