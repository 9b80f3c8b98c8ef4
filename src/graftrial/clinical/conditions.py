"""One comparison of an eligibility criterion, as data, over bounds of a fact: true, false or unknown."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.clinical.kleene import Bounds, at_least


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a fact is compared with; several that are given must all hold."""

    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    one_of: tuple[str, ...] = ()

    def holds_for_number(self, fact: Bounds) -> pl.Expr:
        """Whether a number that lies between the bounds satisfies the comparison."""
        parts: list[pl.Expr] = []
        if self.at_least is not None:
            parts.append(at_least(fact, self.at_least))
        if self.less_than is not None:
            parts.append(~at_least(fact, self.less_than))
        if self.more_than is not None:
            parts.append(_above(fact, self.more_than))
        if self.at_most is not None:
            parts.append(~_above(fact, self.at_most))
        return pl.all_horizontal(parts)

    def holds_for_words(self, fact: pl.Expr) -> pl.Expr:
        """Whether one of the words, separated by `;`, is among those asked for."""
        asked = pl.lit([each.lower() for each in self.one_of], dtype=pl.List(pl.String))
        words = fact.str.to_lowercase().str.split(";").list.eval(pl.element().str.strip_chars())
        return words.list.set_intersection(asked).list.len() > 0


def _above(total: Bounds, threshold: float) -> pl.Expr:
    return pl.when(total.low > threshold).then(True).when(total.high <= threshold).then(False)
