"""BOP2 for futility of one binary outcome: posterior thresholds that rise with the information, chosen exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.refused import check_whole
from graftrial.stats.designs.responses import Responses
from graftrial.stats.designs.two_stage import check_errors
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.futility import (
    FutilityBoundary,
    FutilityCharacteristics,
    futility_characteristics,
)
from graftrial.stats.stopping.recursion import reached, stops
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_upper

LAMBDAS = tuple(each / 100 for each in range(50, 100))
GAMMAS = tuple(each / 20 for each in range(21))
TIE = 1e-12


@dataclass(frozen=True)
class FutilityDesign:
    """Stop as futile if responses are at most that many at a look; -1 cannot stop. Effective above it at the last look.

    parameters: what the boundary was made from, for the report.
    """

    n_at_look: tuple[int, ...]
    stop_if_at_most: tuple[int, ...]
    parameters: tuple[tuple[str, float], ...] = ()

    id: ClassVar[str] = "bop2"
    title: ClassVar[str] = "BOP2, futility"
    reference: ClassVar[str] = "Zhou H, Lee JJ, Yuan Y. BOP2. Stat Med 2017;36:3302-3314"

    def __post_init__(self) -> None:
        if list(self.n_at_look) != sorted(set(self.n_at_look)) or len(self.n_at_look) != len(
            self.stop_if_at_most
        ):
            raise WrongDesign("GT-DSGN-001", "n_at_look", expected="rising looks with one number each")

    def decide(self, data: Responses) -> Decision:
        """After these responses; between looks nothing is decided that the next look would not decide anyway.

        Raises: WrongDesign GT-DSGN-006.
        """
        last = self.n_at_look[-1]
        x, n = data.among(last).x, data.n
        for look, most in zip(self.n_at_look, self.stop_if_at_most, strict=True):
            if n <= look and x + look - n <= most:
                return Decision("stop futile", None, f"at most {most} responses among {look}")
        if n == last:
            return Decision("stop efficacious", None, f"more than {self.stop_if_at_most[-1]} responses")
        return Decision("go on", None, "above the limit")

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[FutilityCharacteristics, ...]:
        """Exact, at every response probability."""
        return futility_characteristics(FutilityBoundary(self.n_at_look, self.stop_if_at_most), scenarios)

    def table(self) -> tuple[tuple[int, int], ...]:
        """Patients and the responses at or below which the trial stops."""
        return tuple(zip(self.n_at_look, self.stop_if_at_most, strict=True))

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"


@dataclass(frozen=True, slots=True)
class Bop2Search:
    """The design, how many different boundaries the grid holds, and the errors asked for."""

    design: FutilityDesign
    distinct: int


def bop2(p0: float, p1: float, alpha: float, n_at_look: Sequence[int]) -> Bop2Search:
    """The boundary of the grid with the largest power at p1 whose exact size is at most alpha; then least E(n | p0).

    Stops where P(p > p0 | x, n) < lambda (n/N)^gamma, prior Beta(p0, 1 - p0). Many pairs give one boundary.
    Raises: WrongDesign GT-DSGN-001; GT-DSGN-007 where no pair keeps the size.
    """
    check_errors(p0, p1, alpha, 0.5)
    looks = tuple(n_at_look)
    if not looks or list(looks) != sorted(set(looks)):
        raise WrongDesign("GT-DSGN-001", "looks", expected="rising numbers of patients")
    check_whole("looks", looks[0], 1, 500)
    check_whole("looks", looks[-1], 1, 500)
    boundaries = _boundaries(p0, looks)
    most = np.array(list(boundaries))
    size, expected = _size(looks, most, p0)
    power, _ = _size(looks, most, p1)
    allowed = np.flatnonzero(size <= alpha + TIE)
    if not len(allowed):
        raise WrongDesign("GT-DSGN-007", "alpha", n=looks[-1])
    best = allowed[power[allowed] >= power[allowed].max() - TIE]
    chosen = int(best[expected[best].argmin()])
    key = tuple(int(each) for each in most[chosen])
    lam, gamma = boundaries[key]
    given = (("p0", p0), ("p1", p1), ("alpha", alpha), ("lambda", lam), ("gamma", gamma))
    return Bop2Search(FutilityDesign(looks, key, given), len(boundaries))


def _boundaries(p0: float, looks: tuple[int, ...]) -> dict[tuple[int, ...], tuple[float, float]]:
    """Every different boundary of the grid, with the first pair that gives it."""
    prior = BetaMixture.beta(p0, 1 - p0)
    tails = [beta_upper(prior, np.full(n + 1, n), np.arange(n + 1), p0) for n in looks]
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    for lam in LAMBDAS:
        for gamma in GAMMAS:
            cuts = [lam * (n / looks[-1]) ** gamma for n in looks]
            key = tuple(int((tail < cut).sum()) - 1 for tail, cut in zip(tails, cuts, strict=True))
            found.setdefault(key, (lam, gamma))
    return found


def _size(looks: tuple[int, ...], most: Ints, p: float) -> tuple[Floats, Floats]:
    """(B,) P(effective) and expected patients of B boundaries at p."""
    n = np.array(looks)
    least = n - most
    stopping = stops(reached(looks, least, np.full(len(most), 1 - p)), least)
    total = stopping.sum(axis=0)
    expected: Floats = n @ stopping + n[-1] * (1 - total)
    return 1 - total, expected
