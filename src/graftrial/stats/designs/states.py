"""Many states of a dose-finding trial at once, and the code numbers of what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.stopping.tails import Ints

Flags: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]

NO_DOSE_IS_SAFE, DOSE_FOUND = 0, -1  # beside dose levels, which are numbered from 1
UNKNOWN = -1  # events of the last cohort, where only counts of the doses are known


@dataclass(frozen=True, slots=True)
class States:
    """S states of a trial on K doses.

    n, y: (S, K) patients and patients with DLT. at: (S,) level of the last cohort.
    last_dlt: (S,) patients with DLT in the last cohort. closed: (S,) lowest closed level, K + 1 where all are open.
    """

    n: Ints
    y: Ints
    at: Ints
    last_dlt: Ints
    closed: Ints

    @property
    def n_doses(self) -> int:
        """K."""
        return int(self.n.shape[1])

    @property
    def highest_tried(self) -> Ints:
        """(S,) highest level with a patient; 0 before the first."""
        highest: Ints = ((self.n > 0) * np.arange(1, self.n_doses + 1)).max(axis=1)
        return highest


def first_level_where(bad: Array) -> Ints:
    """(S,) lowest level of a true cell, K + 1 where there is none."""
    flags = np.asarray(bad, dtype=bool)
    found: Ints = np.where(flags.any(axis=1), flags.argmax(axis=1) + 1, flags.shape[1] + 1)
    return found
