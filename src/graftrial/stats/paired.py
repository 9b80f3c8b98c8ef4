"""Two values per patient: exact tests of the differences and of discordant pairs, and the estimates beside them.

Differences are after minus before. Missing differences are left out and noted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graftrial.stats.distributions import (
    Vector,
    binomial_at_least,
    binomial_at_most,
    binomial_masses,
    t_quantile,
    t_two_sided,
)
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    Sided,
    check_confidence,
    known,
    no_estimate,
    no_test,
)
from graftrial.stats.ranks import TIE, signed_sums, smallest_tail, tail_of, tied_ranks_doubled

ALL_FLIPS = 20  # patients up to which every pattern of signs is tried
DRAWS = 99_999
IDENTICAL = "all differences are identical: there is no spread"
NONE = "there is no pair of values"
ALL_ZERO = "all differences are 0"
Differences = Sequence[float | None]


def signed_rank_pratt(differences: Differences, sided: Sided = "two-sided") -> PValue:
    """Exact signed-rank test; zeros are ranked and then lose their ranks: the default where zeros exist.

    Returns: a PValue; statistic is the sum of the ranks of the positive differences.
    References: Pratt JW. J Am Stat Assoc 1959;54:655-667.

    >>> signed_rank_pratt([4.1, -1.2, 6.3, 2.2, 0, 3.3, 8.9, -0.4, 5.5, 1.1]).p
    0.03125
    """
    return _signed_rank("exact signed rank, zeros by Pratt", differences, sided, is_pratt=True)


def signed_rank_wilcoxon(differences: Differences, sided: Sided = "two-sided") -> PValue:
    """Exact signed-rank test; zeros are dropped before ranking.

    References: Wilcoxon F. Biometrics Bull 1945;1:80-83.
    """
    return _signed_rank("exact signed rank, zeros dropped (Wilcoxon)", differences, sided, is_pratt=False)


def sign_test(differences: Differences, sided: Sided = "two-sided") -> PValue:
    """Exact test that rises and falls are equally frequent; differences of 0 are left out.

    References: Dixon WJ, Mood AM. J Am Stat Assoc 1946;41:557-566.
    """
    method = "exact sign"
    values, notes = known(differences)
    moved = [value for value in values if not _is_zero(value, values)]
    if not moved:
        return no_test(method, ALL_ZERO if values else NONE, sided, len(values))
    n, rises = len(moved), sum(value > 0 for value in moved)
    p = _binomial_half(rises, n, sided)
    smallest = min(_binomial_half(0, n, sided), _binomial_half(n, n, sided))
    return PValue(method, p, sided, smallest, float(rises), n, (*notes, *_zeros(len(values) - n)))


def sign_flip(differences: Differences, sided: Sided = "two-sided", seed: int = 1) -> PValue:
    """Permutation test of the mean: every pattern of signs up to 20 patients, else 99,999 seeded draws.

    Returns: a PValue; statistic is the mean difference. Drawn p values carry their standard error as a note.
    References: Fisher RA. The Design of Experiments, 1935, section 21.
    """
    method = "sign-flip permutation of the mean"
    values, notes = known(differences)
    given = np.array(values)
    moved = np.array([value for value in values if not _is_zero(value, values)])
    if not len(moved):
        return no_test(method, ALL_ZERO if values else NONE, sided, len(values))
    total, mean = float(moved.sum()), float(given.mean())
    slack = TIE * float(np.abs(moved).sum())
    if len(moved) <= ALL_FLIPS:
        sums = np.zeros(1)
        for value in moved:
            sums = np.concatenate([sums + value, sums - value])
        p = float(_far(sums, total, slack, sided).mean())
        smallest = (2 if sided == "two-sided" else 1) / 2 ** len(moved)
        return PValue(f"{method}, exact", p, sided, smallest, mean, len(values), notes)
    draw = np.random.default_rng(seed)
    sums = np.array([float(moved @ draw.choice((-1.0, 1.0), len(moved))) for _ in range(DRAWS)])
    p = (1 + int(_far(sums, total, slack, sided).sum())) / (1 + DRAWS)
    error = (p * (1 - p) / DRAWS) ** 0.5
    said = f"{DRAWS} random sign patterns, seed {seed}, Monte Carlo standard error {error:.1g}"
    return PValue(f"{method}, Monte Carlo", p, sided, 1 / (1 + DRAWS), mean, len(values), (*notes, said))


def hodges_lehmann(differences: Differences, confidence: float = 0.95, drops_zeros: bool = False) -> Estimate:
    """Median of all pairwise averages of the differences, with exact signed-rank limits.

    drops_zeros: leaves differences of 0 out first; kept by default.
    Returns: an Estimate; limits not estimable where the number of pairs allows no interval of that confidence.
    References: Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611.
    """
    method = f"Hodges-Lehmann, zeros {'dropped' if drops_zeros else 'kept'}, exact signed-rank limits"
    check_confidence(confidence)
    values, notes = known(differences)
    if drops_zeros:
        values = [value for value in values if not _is_zero(value, values)]
    n = len(values)
    if not n:
        return no_estimate(method, NONE, confidence, notes=notes)
    given = np.array(values)
    rows, columns = np.triu_indices(n)
    walsh = np.sort((given[rows] + given[columns]) / 2)
    masses = signed_sums(np.arange(1, n + 1))
    place = int(np.searchsorted(np.cumsum(masses), (1 - confidence) / 2 * (1 + 1e-9), side="right"))
    lower: Number
    upper: Number
    lower = upper = NotEstimable(
        f"{n} {'pair allows' if n == 1 else 'pairs allow'} no interval above {1 - 2 * float(masses[0]):.4g} confidence"
    )
    if n > 1 and np.ptp(given) <= TIE * max(1.0, float(np.abs(given).max())):
        lower = upper = NotEstimable(IDENTICAL)
    elif place:
        lower, upper = float(walsh[place - 1]), float(walsh[-place])
    return Estimate(method, float(np.median(walsh)), lower, upper, confidence, "two-sided", n, notes)


def mcnemar_exact(only_before: int, only_after: int) -> PValue:
    """Exact test of discordant pairs: twice the smaller binomial tail, at most 1.

    only_before, only_after: pairs that changed in either direction.
    References: McNemar Q. Psychometrika 1947;12:153-157, with exact binomial tails.

    >>> mcnemar_exact(5, 0).p
    0.0625
    """
    return _mcnemar("McNemar exact", only_before, only_after, share=1.0)


def mcnemar_mid_p(only_before: int, only_after: int) -> PValue:
    """The same with half the probability of the observed split; not guaranteed to keep its level.

    References: Fagerland MW, Lydersen S, Laake P. BMC Med Res Methodol 2013;13:91.
    """
    return _mcnemar("McNemar mid-p", only_before, only_after, share=0.5)


def mean_difference_t(differences: Differences, confidence: float = 0.95) -> Estimate:
    """Mean difference with Student limits, which assume normal differences.

    References: Student. Biometrika 1908;6:1-25.
    """
    method = "mean with t limits (assumes normal differences)"
    check_confidence(confidence)
    values, notes = known(differences)
    if not values:
        return no_estimate(method, NONE, confidence, notes=notes)
    mean, se, why = _mean_and_error(values)
    lower: Number
    upper: Number
    lower = upper = NotEstimable(why)
    if not why:
        half = t_quantile((1 + confidence) / 2, len(values) - 1) * se
        lower, upper = mean - half, mean + half
    return Estimate(method, mean, lower, upper, confidence, "two-sided", len(values), notes)


def paired_t(differences: Differences) -> PValue:
    """Student's test of the mean difference; offered beside an exact test, never alone."""
    method = "paired t (assumes normal differences)"
    values, notes = known(differences)
    if not values:
        return no_test(method, NONE)
    mean, se, why = _mean_and_error(values)
    if why:
        return no_test(method, why, n=len(values))
    return PValue(
        method, t_two_sided(mean / se, len(values) - 1), "two-sided", 0.0, mean / se, len(values), notes
    )


def _signed_rank(method: str, differences: Differences, sided: Sided, is_pratt: bool) -> PValue:
    values, notes = known(differences)
    moved = np.array([not _is_zero(value, values) for value in values], dtype=bool)
    if not moved.any():
        return no_test(method, ALL_ZERO if values else NONE, sided, len(values))
    given = np.array(values)
    sizes = np.where(moved, np.abs(given), 0.0)
    weights = tied_ranks_doubled(sizes)[moved] if is_pratt else tied_ranks_doubled(sizes[moved])
    observed = int(weights[given[moved] > 0].sum())
    masses = signed_sums(weights)
    said = (*notes, *_zeros(int((~moved).sum())))
    p, smallest = tail_of(masses, observed, sided), smallest_tail(masses, sided)
    return PValue(method, p, sided, smallest, observed / 2, len(values), said)


def _mcnemar(method: str, only_before: int, only_after: int, share: float) -> PValue:
    if min(only_before, only_after) < 0:
        raise ValueError(f"no pairs of {only_before} and {only_after}")
    n = only_before + only_after
    if n == 0:
        return no_test(method, "no pair changed")
    masses = binomial_masses(n, 0.5)

    def p_of(fewer: int) -> float:
        return float(min(1.0, 2 * binomial_at_most(fewer, n, 0.5) - 2 * (1 - share) * masses[fewer]))

    return PValue(method, p_of(min(only_before, only_after)), "two-sided", p_of(0), float(only_after), n)


def _binomial_half(rises: int, n: int, sided: Sided) -> float:
    if sided == "greater":
        return binomial_at_least(rises, n, 0.5)
    if sided == "less":
        return binomial_at_most(rises, n, 0.5)
    return min(1.0, 2 * binomial_at_most(min(rises, n - rises), n, 0.5))


def _far(sums: Vector, observed: float, slack: float, sided: Sided) -> Vector:
    if sided == "greater":
        return np.asarray(sums >= observed - slack, dtype=np.float64)
    if sided == "less":
        return np.asarray(sums <= observed + slack, dtype=np.float64)
    return np.asarray(np.abs(sums) >= abs(observed) - slack, dtype=np.float64)


def _mean_and_error(values: Sequence[float]) -> tuple[float, float, str]:
    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return mean, 0.0, "one pair has no spread"
    se = float(np.std(values, ddof=1)) / n**0.5
    identical = se <= TIE * max(1.0, abs(mean))
    return mean, se, IDENTICAL if identical else ""


def _is_zero(value: float, values: Sequence[float]) -> bool:
    return abs(value) <= TIE * max(1.0, max(abs(each) for each in values))


def _zeros(count: int) -> tuple[str, ...]:
    return (f"{count} {'difference' if count == 1 else 'differences'} of 0",) if count else ()
