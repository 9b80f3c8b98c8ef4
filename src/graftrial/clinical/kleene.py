"""Three-valued answers over Polars expressions: true, false, unknown (null).

The only module of `clinical` in which a null may be replaced by a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lowest and highest value that a quantity can still take."""

    low: pl.Expr
    high: pl.Expr

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.low + other.low, self.high + other.high)

    def times(self, factor: int) -> Bounds:
        """Both bounds times a positive number."""
        return Bounds(self.low * factor, self.high * factor)

    def decided(self) -> pl.Expr:
        """The value, where both bounds agree; null while they do not."""
        return pl.when(self.low == self.high).then(self.low)


def graded(score: pl.Expr, lowest: int = 0, highest: int = 3) -> Bounds:
    """Bounds of a lesion score: the score itself, or its whole scale while unknown."""
    return Bounds(score.fill_null(lowest), score.fill_null(highest))


def how_many(*conditions: pl.Expr) -> Bounds:
    """Bounds of the number of conditions met."""
    return Bounds(
        pl.sum_horizontal(each.fill_null(False) for each in conditions),
        pl.sum_horizontal(each.fill_null(True) for each in conditions),
    )


def at_least(total: Bounds, threshold: float) -> pl.Expr:
    """True or false once both bounds agree; null while they straddle the threshold."""
    return pl.when(total.low >= threshold).then(True).when(total.high < threshold).then(False)


def either(condition: pl.Expr, yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    """`yes` or `no`; while the condition is unknown, their common value or null."""
    common = pl.when(yes == no).then(yes)
    return pl.when(condition.is_null()).then(common).when(condition).then(yes).otherwise(no)


def highest_met(ladder: Mapping[int, pl.Expr], none_met: int = 0) -> pl.Expr:
    """Highest grade whose condition holds; null as soon as a higher one is unknown."""
    grade = pl.lit(none_met)
    for level in sorted(ladder):
        met = ladder[level]
        grade = pl.when(met.is_null()).then(None).when(met).then(level).otherwise(grade)
    return grade


def certain(condition: pl.Expr) -> pl.Expr:
    """True where the condition is proven; false where it is not, also while it is unknown."""
    return condition.fill_null(False)


def known_only(score: pl.Expr) -> Bounds:
    """Bounds of a score of which nothing is said while it is unknown."""
    return Bounds(score, score)


def higher_of(one: Bounds, other: Bounds) -> Bounds:
    """Bounds of the higher of two quantities; unknown where a bound of either is."""
    return Bounds(_higher(one.low, other.low), _higher(one.high, other.high))


def _higher(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(one.is_null() | other.is_null()).then(None).when(one >= other).then(one).otherwise(other)


def first_that_holds(ladder: Mapping[str, pl.Expr], none: str) -> pl.Expr:
    """Name of the first condition that holds, `none` if none does; null while an earlier one is unknown."""
    names = pl.Enum([none, *ladder])
    answer = pl.lit(none, dtype=names)
    for name, holds in reversed(tuple(ladder.items())):
        answer = (
            pl.when(holds.is_null()).then(None).when(holds).then(pl.lit(name, dtype=names)).otherwise(answer)
        )
    return answer


def column(name: str) -> pl.Expr:
    """An input by its name: what a rule is asked with to learn which inputs it reads."""
    return pl.col(name)


def possible(condition: pl.Expr) -> pl.Expr:
    """True unless the condition is disproved; the counterpart of `certain`."""
    return condition.fill_null(True)


def first_known(preferred: pl.Expr, instead: pl.Expr) -> pl.Expr:
    """The preferred answer; where it is unknown, the other."""
    return pl.coalesce(preferred, instead)


def known_where(condition: pl.Expr, given: Bounds) -> Bounds:
    """The bounds where the condition is proven; elsewhere nothing is said."""
    return Bounds(pl.when(condition).then(given.low), pl.when(condition).then(given.high))


def span(cases: Sequence[tuple[pl.Expr, Bounds]]) -> Bounds:
    """Lowest low and highest high over the cases that may be true; unknown where none may."""
    return Bounds(
        pl.min_horizontal(pl.when(possible(may_be)).then(each.low) for may_be, each in cases),
        pl.max_horizontal(pl.when(possible(may_be)).then(each.high) for may_be, each in cases),
    )


def by_name(name: pl.Expr, answers: Mapping[str, Bounds]) -> Bounds:
    """The bounds that stand under a name; unknown for a name that has none."""
    low, high = pl.lit(None, dtype=pl.Int32), pl.lit(None, dtype=pl.Int32)
    for each, given in answers.items():
        low = pl.when(name == each).then(given.low).otherwise(low)
        high = pl.when(name == each).then(given.high).otherwise(high)
    return Bounds(low, high)
