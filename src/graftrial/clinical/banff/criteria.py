"""What an edition fixes, under a set of readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy, Criterion
from graftrial.clinical.banff.readings import Readings

PRESENT, ABSENT = pl.lit(True), pl.lit(False)
NO_LESION, LESION = pl.lit(0), pl.lit(1)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of one edition under one set of readings; every diagnosis is composed of them.

    borderline_i: least i of borderline. other_acute_injury: what is acute tissue injury beside microvascular
    inflammation and arteritis. other_chronic_injury: what is chronic tissue injury beside transplant glomerulopathy.
    chronic_injury_of_chronic_amr: the same for chronic (inactive) AMR. history: what opens chronic (inactive) AMR.
    chronic_tubulitis: whether tubulitis of chronic active TCMR reaches a grade.
    """

    edition: str
    readings: Readings
    borderline_i: int
    other_acute_injury: Criterion
    other_chronic_injury: Criterion
    chronic_injury_of_chronic_amr: Criterion
    history: Criterion
    chronic_tubulitis: Callable[[Biopsy, int], pl.Expr]


Composed = Callable[[Biopsy, Criteria], pl.Expr]
