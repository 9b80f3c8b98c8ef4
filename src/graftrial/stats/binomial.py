"""Exact interval of a proportion."""

from __future__ import annotations


def interval_clopper_pearson(events: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a proportion.

    events out of n; level: coverage, 0.95 by default.
    Returns: lower and upper limit, 0 to 1.
    Raises: ValueError for n = 0 (0/0 is not a proportion) or events outside 0..n.
    Not for: rates per time, clustered events.
    References: Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.

    >>> tuple(round(limit, 6) for limit in interval_clopper_pearson(1, 3))
    (0.008404, 0.905701)
    """
    from scipy.special import betaincinv  # imported where used: scipy is slow to start

    if n < 1 or not 0 <= events <= n:
        raise ValueError(f"no proportion of {events} out of {n}")
    tail = (1 - level) / 2
    lower = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    upper = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - tail))
    return lower, upper
