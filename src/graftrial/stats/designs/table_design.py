"""Designs whose decision depends on the patients and events of the current dose alone: a table of letters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from graftrial.stats.designs.dose_design import DoseDesign, TableRow
from graftrial.stats.designs.isotonic import selected_by_isotonic
from graftrial.stats.designs.refused import check_probability
from graftrial.stats.designs.states import NO_DOSE_IS_SAFE, States, first_level_where
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.tails import Ints, beta_upper

STEP = {"E": 1, "S": 0, "D": -1, "DU": -1}
UNIFORM = BetaMixture.beta(1.0, 1.0)


@dataclass(frozen=True)
class TableDesign(DoseDesign):
    """Letters E escalate, S stay, D de-escalate, DU de-escalate and eliminate, by patients n and events y of a dose.

    elimination_cut: a dose is eliminated once P(DLT probability > target) is above it, under a uniform prior.
    At the lowest dose D is stay, at the highest open dose E is stay.
    """

    elimination_cut: float = 0.95
    eliminates_from_n: ClassVar[int] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        check_probability("elimination_cut", self.elimination_cut)

    @abstractmethod
    def letter(self, n: int, y: int) -> str:
        """E, S or D for y of n, elimination left aside."""

    def is_unsafe(self, n: int, y: int, level: int) -> bool:  # noqa: ARG002 (a design may be stricter at one level)
        """Whether y of n at that level eliminates it."""
        return n >= self.eliminates_from_n and self.tail(n, y) > self.elimination_cut

    def tail(self, n: int, y: int) -> float:
        """P(DLT probability > target) after y of n, under a uniform prior."""
        return float(beta_upper(UNIFORM, np.array([n]), np.array([y]), self.target)[0])

    def table(self) -> tuple[TableRow, ...]:
        """Every number of patients up to the size of the trial."""
        return tuple(self._row(n) for n in range(1, self.max_n + 1))

    def letters(self, n: int, level: int = 2) -> tuple[str, ...]:
        """The letter of every number of events among n; level 1 may be stricter."""
        return tuple(
            "DU" if self.letter(n, y) == "D" and self.is_unsafe(n, y, level) else self.letter(n, y)
            for y in range(n + 1)
        )

    def proposed(self, states: States) -> Ints:
        """The step of the letter, within the doses that are open."""
        steps, _ = _arrays(self)
        here = states.at - 1
        rows = np.arange(len(here))
        step = steps[states.n[rows, here], states.y[rows, here]]
        closed = self.closed_from(states)
        ceiling = np.minimum(closed - 1, states.highest_tried + 1)
        following: Ints = np.clip(states.at + step, 1, np.minimum(np.maximum(ceiling, 1), self.n_doses))
        return np.where(closed == 1, NO_DOSE_IS_SAFE, following)

    def closed_from(self, states: States) -> Ints:
        """The first dose whose own counts eliminate it."""
        _, unsafe = _arrays(self)
        level = np.broadcast_to(np.arange(self.n_doses), states.n.shape)
        lowest: Ints = np.minimum(
            first_level_where(unsafe[np.minimum(level, 1), states.n, states.y]), states.closed
        )
        return lowest

    def selected(self, states: States) -> Ints:
        """Isotonic regression over the doses that were tried and are open."""
        level = np.arange(1, self.n_doses + 1)
        is_open = level < self.closed_from(states)[:, None]
        return selected_by_isotonic(states.n, states.y, is_open, self.target)

    def _row(self, n: int) -> TableRow:
        letters = self.letters(n)
        up = max((y for y, each in enumerate(letters) if each == "E"), default=None)
        down = min((y for y, each in enumerate(letters) if each in ("D", "DU")), default=None)
        out = min((y for y, each in enumerate(letters) if each == "DU"), default=None)
        return TableRow(n, up, down, out)


@cache
def _arrays(design: TableDesign) -> tuple[Ints, Ints]:
    """(n, y) step of each cell, and (first or other level, n, y) whether it eliminates."""
    size = design.max_n + 1
    steps = np.zeros((size, size), dtype=np.int64)
    unsafe = np.zeros((2, size, size), dtype=np.int64)
    for n in range(1, size):
        for y in range(n + 1):
            letter = design.letter(n, y)
            steps[n, y] = STEP[letter]
            for row, level in enumerate((1, 2)):
                unsafe[row, n, y] = design.is_unsafe(n, y, level)
            if unsafe[1, n, y]:
                steps[n, y] = -1
    return steps, unsafe
