"""Simon's two-stage design: optimal, minimax, and those between them that are admissible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.refused import check_probability, check_whole
from graftrial.stats.designs.responses import Responses
from graftrial.stats.designs.two_stage_tails import accepted, masses, more_than
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats

LARGEST, BEYOND_SINGLE_STAGE = 400, 1.9
SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class TwoStageCharacteristics:
    """At response probability p: P(accepted), P(stopped after stage one), expected patients."""

    p: float
    p_accept: float
    pet: float
    expected_n: float


@dataclass(frozen=True)
class Simon:
    """Stop for futility if responses among n1 are at most r1; reject the treatment if among n at most r.

    Raises: WrongDesign GT-DSGN-001.
    References: Simon R. Control Clin Trials 1989;10:1-10.

    >>> round(Simon(1, 10, 5, 29).operating_characteristics([0.1])[0].expected_n, 4)
    15.0141
    """

    r1: int
    n1: int
    r: int
    n: int

    id: ClassVar[str] = "simon"
    title: ClassVar[str] = "Simon's two-stage design"
    reference: ClassVar[str] = "Simon R. Optimal two-stage designs. Control Clin Trials 1989;10:1-10"

    def __post_init__(self) -> None:
        check_whole("n", self.n, 2, 2000)
        check_whole("n1", self.n1, 1, self.n - 1)
        check_whole("r1", self.r1, -1, self.n1)
        check_whole("r", self.r, max(self.r1, 0), self.n)

    def decide(self, data: Responses) -> Decision:
        """After these responses.

        Raises: WrongDesign GT-DSGN-006 where more than the planned patients are counted: the design no longer applies.
        """
        x, n = data.among(self.n).x, data.n
        if x > self.r and n >= self.n1:
            return Decision(
                "stop efficacious" if n == self.n else "go on", None, f"more than {self.r} responses"
            )
        if n == self.n or x + self.n - n <= self.r:
            return Decision("stop futile", None, f"at most {self.r} responses among {self.n}")
        if n <= self.n1:
            if x + self.n1 - n <= self.r1:
                return Decision("stop futile", None, f"at most {self.r1} responses among {self.n1}")
            if x <= self.r1 and n == self.n1:
                return Decision("stop futile", None, f"at most {self.r1} responses among {self.n1}")
        return Decision("go on", None, "neither limit is decided")

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[TwoStageCharacteristics, ...]:
        """Exact, at every response probability."""
        found = []
        for p in scenarios:
            if not 0 <= p <= 1:
                raise WrongDesign("GT-DSGN-001", "scenario", expected="numbers from 0 to 1")
            pet = float(masses(self.n1, p)[: self.r1 + 1].sum())
            accept = float(accepted(self.n1, self.n, p)[self.r1 + 1, self.r]) if self.r1 < self.n1 else 0.0
            found.append(TwoStageCharacteristics(p, accept, pet, self.n1 + (1 - pet) * (self.n - self.n1)))
        return tuple(found)

    def table(self) -> tuple[tuple[int, int], ...]:
        """Patients and the responses at or below which the treatment is given up."""
        return ((self.n1, self.r1), (self.n, self.r))

    def paths(self, x: int, n: int, p: float) -> tuple[tuple[int, float, Decision], ...]:
        """Responses at the next look, their probability at p, the decision there."""
        look = self.n1 if n < self.n1 else self.n
        chance = masses(look - n, p)
        return tuple(
            (x + k, float(mass), self.decide(Responses(x + k, look))) for k, mass in enumerate(chance)
        )

    def conditional_power(self, x: int, n: int, p: float) -> float:
        """P(more than r responses among those planned) at p, given x among n; for looks that were not planned."""
        left, wanted = self.n - n, self.r - x
        if left < 0:
            raise WrongDesign("GT-DSGN-006", "patients", n=self.n)
        return 1.0 if wanted < 0 else float(more_than(left, p)[wanted]) if wanted <= left else 0.0

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"


@dataclass(frozen=True, slots=True)
class AdmissibleDesign:
    """A design that is best for the weights q_low to q_high of q n + (1 - q) expected n."""

    design: Simon
    expected_n: float
    pet: float
    q_low: float
    q_high: float


@dataclass(frozen=True, slots=True)
class SimonSearch:
    """The designs found. n_searched: largest n looked at; an optimum beyond it is not excluded."""

    optimal: Simon
    minimax: Simon
    admissible: tuple[AdmissibleDesign, ...]
    n_searched: int


def simon(p0: float, p1: float, alpha: float, beta: float, n_max: int | None = None) -> SimonSearch:
    """All two-stage designs with size <= alpha and power >= 1 - beta, searched up to n_max.

    n_max: 1.9 times the single-stage size unless it is said, at least 20 more.
    Raises: WrongDesign GT-DSGN-001; GT-DSGN-007 where no design is found.
    References: Simon 1989; Jung SH et al. Stat Med 2004;23:561-569 for the admissible ones.
    """
    check_errors(p0, p1, alpha, beta)
    limit = n_max or min(LARGEST, max(_single_size(p0, p1, alpha, beta) + 20,
                                      int(BEYOND_SINGLE_STAGE * _single_size(p0, p1, alpha, beta))))  # fmt: skip
    check_whole("n_max", limit, 2, LARGEST)
    best: dict[int, tuple[float, Simon]] = {}
    least = np.inf
    for n in range(2, limit + 1):
        found = _best_of_size(n, p0, p1, alpha, beta, least if best else np.inf)
        if found is not None:
            best[n] = found
            least = min(least, found[0])
    if not best:
        raise WrongDesign("GT-DSGN-007", "n_max", n=limit)
    chain = _hull([(n, *best[n]) for n in sorted(best)], p0)
    return SimonSearch(chain[-1].design, chain[0].design, chain, limit)


def check_errors(p0: float, p1: float, alpha: float, beta: float) -> None:
    """Raises WrongDesign GT-DSGN-001 unless 0 < p0 < p1 < 1 and both errors are probabilities."""
    for name, value in (("p0", p0), ("p1", p1), ("alpha", alpha), ("beta", beta)):
        check_probability(name, value)
    if p1 <= p0:
        raise WrongDesign("GT-DSGN-001", "p1", expected="a number above p0")


def _single_size(p0: float, p1: float, alpha: float, beta: float) -> int:
    for n in range(1, LARGEST + 1):
        fits = (more_than(n, p0) <= alpha + SLACK) & (more_than(n, p1) >= 1 - beta - SLACK)
        if fits.any():
            return n
    return LARGEST


def _best_of_size(
    n: int, p0: float, p1: float, alpha: float, beta: float, least: float
) -> tuple[float, Simon] | None:
    """Least expected n at p0 among the designs of n patients, and its design."""
    if not (more_than(n, p1) >= 1 - beta - SLACK).any():
        return None
    best: tuple[float, Simon] | None = None
    for n1 in range(1, n):
        if n1 >= min(least, best[0] if best else np.inf):
            break
        power, size = accepted(n1, n, p1), accepted(n1, n, p0)
        fits = (power >= 1 - beta - SLACK) & (size <= alpha + SLACK)
        rows = np.flatnonzero(fits.any(axis=1))
        if not len(rows):
            continue
        row = int(rows[-1])  # the larger r1, the more often the trial stops early
        pet = float(masses(n1, p0)[:row].sum())
        expected = n1 + (1 - pet) * (n - n1)
        if best is None or expected < best[0]:
            best = (expected, Simon(row - 1, n1, int(fits[row].argmax()), n))
    return best


def _hull(points: list[tuple[int, float, Simon]], p0: float) -> tuple[AdmissibleDesign, ...]:
    """From minimax to optimal: the lower convex hull of expected n against n."""
    chain: list[tuple[int, float, Simon]] = []
    for point in points:
        if chain and point[1] >= chain[-1][1]:
            continue
        while len(chain) > 1 and _weight(chain[-2], chain[-1]) <= _weight(chain[-1], point):
            chain.pop()
        chain.append(point)
    edges = [1.0, *(_weight(left, right) for left, right in pairwise(chain)), 0.0]
    return tuple(
        AdmissibleDesign(
            design, expected, design.operating_characteristics([p0])[0].pet, edges[k + 1], edges[k]
        )
        for k, (_, expected, design) in enumerate(chain)
    )


def _weight(left: tuple[int, float, Simon], right: tuple[int, float, Simon]) -> float:
    """The q at which both designs are equally good."""
    fall = left[1] - right[1]
    return fall / (fall + right[0] - left[0])


def curve(design: Simon, p: Sequence[float]) -> Floats:
    """P(accepted) at each p, for the picture."""
    return np.array([each.p_accept for each in design.operating_characteristics(p)])
