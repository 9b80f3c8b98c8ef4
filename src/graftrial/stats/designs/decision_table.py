"""Any printed decision table as a design: exact operating characteristics for rules that are in no software."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from graftrial.stats.designs.table_design import STEP, TableDesign
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True)
class DecisionTable(TableDesign):
    """cells: (n, y, letter) with the letters E, S, D and DU; every n that a dose can reach needs y from 0 to n.

    Nothing is added to the table: a dose is eliminated where the table says DU and nowhere else.
    Raises: WrongDesign GT-DSGN-004 where a cell is missing, stands twice or has another letter.
    """

    cells: tuple[tuple[int, int, str], ...] = ()

    id: ClassVar[str] = "table"
    title: ClassVar[str] = "Imported decision table"
    reference: ClassVar[str] = "decision table as given"

    def __post_init__(self) -> None:
        super().__post_init__()
        seen: set[tuple[int, int]] = set()
        for n, y, letter in self.cells:
            if (n, y) in seen or letter not in STEP or not 0 <= y <= n:
                raise WrongDesign("GT-DSGN-004", "table", reason=f"n {n}, x {y} stands twice or cannot be")
            seen.add((n, y))
        reachable = range(self.cohort_size, self.max_n + 1, self.cohort_size)
        for n in reachable:
            for y in range(n + 1):
                if (n, y) not in seen:
                    raise WrongDesign("GT-DSGN-004", "table", reason=f"there is no row for n {n}, x {y}")

    def letter(self, n: int, y: int) -> str:
        """As given; elimination is told by `is_unsafe`."""
        found = self._given(n, y)
        return "D" if found == "DU" else found or "S"

    def is_unsafe(self, n: int, y: int, level: int) -> bool:  # noqa: ARG002 (the same at every level)
        """Where the table says DU."""
        return self._given(n, y) == "DU"

    def _given(self, n: int, y: int) -> str | None:
        return next((letter for m, x, letter in self.cells if (m, x) == (n, y)), None)
