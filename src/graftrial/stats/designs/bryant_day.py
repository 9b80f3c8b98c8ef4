"""Bryant and Day's two-stage design for response and toxicity together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.refused import check_probability, check_whole
from graftrial.stats.designs.responses import Responses
from graftrial.stats.designs.two_stage_tails import accepted, more_than
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class BryantDayRates:
    """The design questions: response and toxicity probabilities, poor and good, and the errors."""

    response_poor: float
    response_good: float
    toxicity_bad: float
    toxicity_good: float
    alpha_response: float
    alpha_toxicity: float
    power: float

    def __post_init__(self) -> None:
        for name in self.__slots__:
            check_probability(name, getattr(self, name))
        if not self.response_poor < self.response_good or not self.toxicity_good < self.toxicity_bad:
            raise WrongDesign(
                "GT-DSGN-001", "response_good", expected="above the poor rate; good toxicity below the bad"
            )


@dataclass(frozen=True, slots=True)
class BryantDayErrors:
    """Exact under independence of response and toxicity. max_null_en: the larger of the two null expected sizes."""

    alpha_response: float
    alpha_toxicity: float
    power: float
    max_null_en: float


@dataclass(frozen=True)
class BryantDay:
    """Go on after n1 if responses are at least r1 and patients without toxicity at least s1; accept at n likewise.

    All numbers are the least that continue or accept; 0 asks for nothing.
    References: Bryant J, Day R. Biometrics 1995;51:1372-1383.
    """

    n1: int
    r1: int
    s1: int
    n: int
    r: int
    s: int

    id: ClassVar[str] = "bryant-day"
    title: ClassVar[str] = "Bryant and Day's two-stage design"
    reference: ClassVar[str] = "Bryant J, Day R. Biometrics 1995;51:1372-1383"

    def __post_init__(self) -> None:
        check_whole("n", self.n, 2, 2000)
        check_whole("n1", self.n1, 1, self.n - 1)
        for name, most in (("r1", self.n1), ("s1", self.n1), ("r", self.n), ("s", self.n)):
            check_whole(name, getattr(self, name), 0, most)

    def decide(self, data: Responses) -> Decision:
        """After these responses and patients without toxicity.

        Raises: WrongDesign GT-DSGN-001 without the patients without toxicity, GT-DSGN-006.
        """
        responses, without_toxicity, n = data.among(self.n).x, data.without_toxicity, data.n
        if without_toxicity is None:
            raise WrongDesign("GT-DSGN-001", "without_toxicity", expected="a number of patients")
        for look, least_r, least_s in ((self.n1, self.r1, self.s1), (self.n, self.r, self.s)):
            if n <= look:
                if responses + look - n < least_r:
                    return Decision("stop futile", None, f"fewer than {least_r} responses among {look}")
                if without_toxicity + look - n < least_s:
                    return Decision(
                        "stop no dose is safe", None, f"fewer than {least_s} without toxicity among {look}"
                    )
        if n == self.n:
            return Decision("stop efficacious", None, "enough responses and enough patients without toxicity")
        return Decision("go on", None, "neither limit is decided")

    def accept(self, response: float, toxicity: float) -> float:
        """P(accepted), where response and toxicity are independent."""
        return _two_stage(self.n1, self.r1, self.n, self.r, response) * _two_stage(
            self.n1, self.s1, self.n, self.s, 1 - toxicity
        )

    def go_on(self, response: float, toxicity: float) -> float:
        """P(the second stage is reached)."""
        return _at_least(self.n1, self.r1, response) * _at_least(self.n1, self.s1, 1 - toxicity)

    def errors(self, rates: BryantDayRates) -> BryantDayErrors:
        """Both errors, the power and the criterion."""
        poor = (rates.response_poor, rates.toxicity_good)
        toxic = (rates.response_good, rates.toxicity_bad)
        reach = max(self.go_on(*poor), self.go_on(*toxic))
        return BryantDayErrors(
            self.accept(*poor),
            self.accept(*toxic),
            self.accept(rates.response_good, rates.toxicity_good),
            self.n1 + (self.n - self.n1) * reach,
        )

    def operating_characteristics(
        self, scenarios: Sequence[tuple[float, float]]
    ) -> tuple[tuple[float, float, float, float], ...]:
        """(response, toxicity, P(accepted), expected patients) for pairs of response and toxicity probability."""
        return tuple(
            (r, t, self.accept(r, t), self.n1 + (self.n - self.n1) * self.go_on(r, t)) for r, t in scenarios
        )

    def table(self) -> tuple[tuple[int, int, int], ...]:
        """Patients, least responses, least patients without toxicity."""
        return ((self.n1, self.r1, self.s1), (self.n, self.r, self.s))

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"


@dataclass(frozen=True, slots=True)
class BryantDaySearch:
    """optimal: least max_null_en; minimax: least n, then least max_null_en; both of the search up to n_searched."""

    optimal: BryantDay
    minimax: BryantDay
    n_searched: int


class _Half(NamedTuple):
    """One outcome's limits that can be part of a design: first and final limit, acceptance and going on."""

    first: Ints
    final: Ints
    good: Floats
    bad: Floats
    goes_good: Floats
    goes_bad: Floats


def bryant_day(rates: BryantDayRates, n_max: int = 64) -> BryantDaySearch:
    """Exhaustive search over all n1 < n <= n_max.

    Raises: WrongDesign GT-DSGN-007 where no design is found.
    """
    check_whole("n_max", n_max, 2, 150)
    optimal: tuple[float, BryantDay] | None = None
    minimax: tuple[float, BryantDay] | None = None
    for n in range(2, n_max + 1):
        best: tuple[float, BryantDay] | None = None
        for n1 in range(1, n):
            if minimax is not None and optimal is not None and n1 >= optimal[0]:
                break
            found = _best(n1, n, rates)
            if found is not None and (best is None or found[0] < best[0] - SLACK):
                best = found
        if best is not None:
            minimax = minimax or best
            if optimal is None or best[0] < optimal[0] - SLACK:
                optimal = best
    if optimal is None or minimax is None:
        raise WrongDesign("GT-DSGN-007", "n_max", n=n_max)
    return BryantDaySearch(optimal[1], minimax[1], n_max)


def _best(n1: int, n: int, rates: BryantDayRates) -> tuple[float, BryantDay] | None:
    beta = 1 - rates.power
    responds = _half(n1, n, rates.response_good, rates.response_poor, rates.alpha_response, beta)
    tolerates = _half(n1, n, 1 - rates.toxicity_good, 1 - rates.toxicity_bad, rates.alpha_toxicity, beta)
    if not len(responds.first) or not len(tolerates.first):
        return None
    fits = (
        (responds.good[:, None] * tolerates.good >= rates.power - SLACK)
        & (responds.bad[:, None] * tolerates.good <= rates.alpha_response + SLACK)
        & (responds.good[:, None] * tolerates.bad <= rates.alpha_toxicity + SLACK)
    )
    if not fits.any():
        return None
    reach = np.maximum(
        responds.goes_bad[:, None] * tolerates.goes_good, responds.goes_good[:, None] * tolerates.goes_bad
    )
    size = np.where(fits, n1 + (n - n1) * reach, np.inf)
    i, j = (int(each) for each in np.unravel_index(size.argmin(), size.shape))
    design = BryantDay(
        n1,
        int(responds.first[i]),
        int(tolerates.first[j]),
        n,
        int(responds.final[i]),
        int(tolerates.final[j]),
    )
    return float(size[i, j]), design


def _half(n1: int, n: int, good: float, bad: float, alpha: float, beta: float) -> _Half:
    """Limits with P(accepted | good) >= 1 - beta and P(accepted | bad) <= alpha / (1 - beta): no others can be used."""
    when_good, when_bad = accepted(n1, n, good), accepted(n1, n, bad)
    first, column = np.nonzero((when_good >= 1 - beta - SLACK) & (when_bad <= alpha / (1 - beta) + SLACK))
    goes_good, goes_bad = (np.append(1.0, more_than(n1, p))[:-1] for p in (good, bad))
    final = np.where(column + 1 <= first, 0, column + 1)  # a final limit that the first stage has met is none
    return _Half(
        first.astype(np.int64),
        final.astype(np.int64),
        when_good[first, column],
        when_bad[first, column],
        goes_good[first],
        goes_bad[first],
    )


def _at_least(n: int, least: int, p: float) -> float:
    return 1.0 if least <= 0 else float(more_than(n, p)[least - 1])


def _two_stage(n1: int, least1: int, n: int, least: int, p: float) -> float:
    if least == 0:
        return _at_least(n1, least1, p)
    return float(accepted(n1, n, p)[least1, least - 1])
