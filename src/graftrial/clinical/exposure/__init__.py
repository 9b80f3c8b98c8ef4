"""Exposure beside the product: body surface, cumulative doses, complete courses, tacrolimus variability."""

from graftrial.clinical.card import Rule
from graftrial.clinical.exposure.body_surface import DUBOIS_1916, MOSTELLER_1987
from graftrial.clinical.exposure.courses import (
    COURSE_COMPLETE,
    CUMULATIVE_DOSE,
    DOSE_PER_SIZE,
    DOSE_TIMES_SIZE,
)
from graftrial.clinical.exposure.tacrolimus import CONCENTRATION_BY_DOSE, CV, IPV

RULES: tuple[Rule, ...] = (
    DUBOIS_1916,
    MOSTELLER_1987,
    COURSE_COMPLETE,
    CUMULATIVE_DOSE,
    DOSE_PER_SIZE,
    DOSE_TIMES_SIZE,
    CONCENTRATION_BY_DOSE,
    CV,
    IPV,
)
