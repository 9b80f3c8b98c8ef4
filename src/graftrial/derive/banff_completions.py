"""What holds for every completion of the unknown inputs, for some, and which of them can still change it.

The rules are asked once for every combination of known factors; the answers for the unknown follow by taking all
values of an unknown factor together. So an answer is exact: established if it holds for every completion, excluded if
for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.banff.biopsy import SCORES, biopsy_of
from graftrial.clinical.banff.edition import Edition
from graftrial.derive.banff_factors import NAMED_FACTS, Factor, Family, absent_facts
from graftrial.derive.banff_lookups import Code, Lookup

Bits: TypeAlias = NDArray[np.uint16]
Numbers: TypeAlias = NDArray[np.int32]
EXCLUDED, ESTABLISHED, POSSIBLE = 0, 1, 2  # as false, true and unknown are numbered
FEW = 64  # combinations up to which each is worked out by itself rather than all of them at once


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to some combinations of factors, a column for each.

    holds, may_hold: one bit a statement. deciding: a row for every factor; the bits of the statements that the factor,
    unknown in that combination, can still change.
    """

    holds: Bits
    may_hold: Bits
    deciding: NDArray[np.uint16]

    @cached_property
    def _truths(self) -> dict[int, NDArray[np.uint8]]:
        return {}

    @cached_property
    def _open(self) -> dict[int, NDArray[np.uint16]]:
        return {}

    def truth(self, bit: int) -> NDArray[np.uint8]:
        """A statement by combination: excluded, established or possible."""
        if bit not in self._truths:
            holds, may_hold = (self.holds & bit) > 0, (self.may_hold & bit) > 0
            self._truths[bit] = np.where(holds, ESTABLISHED, np.where(may_hold, POSSIBLE, EXCLUDED)).astype(
                np.uint8
            )
        return self._truths[bit]

    def open_factors(self, bits: int) -> NDArray[np.uint16]:
        """The factors that can still change one of the statements, by combination, a bit a factor."""
        if bits not in self._open:
            factors = np.zeros(len(self.holds), dtype=np.uint16)
            for axis, deciding in enumerate(self.deciding):
                factors |= ((deciding & np.uint16(bits)) > 0).astype(np.uint16) << np.uint16(axis)
            self._open[bits] = factors
        return self._open[bits]


@dataclass(frozen=True, eq=False)
class Completions:
    """The answers of a family of statements to biopsies without an unknown factor, an axis a factor.

    grades: answers that are no yes or no, by number of combination, null while undecided.
    """

    statements: tuple[str, ...]
    factors: tuple[Factor, ...]
    complete: Bits
    grades: Mapping[str, pl.Series]

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """What a step of each factor adds to the number of a combination."""
        sizes = [factor.n_known + 1 for factor in self.factors]
        return tuple(int(np.prod(sizes[axis + 1 :], dtype=int)) for axis in range(len(sizes)))

    @property
    def size(self) -> int:
        """How many combinations there are, the unknown being a value of every factor."""
        return self.strides[0] * (self.factors[0].n_known + 1)

    @cached_property
    def _terms(self) -> tuple[Lookup, ...]:
        """What each factor adds to the number of the combination that a biopsy is."""
        biopsy = biopsy_of(NAMED_FACTS)
        return tuple(
            Lookup(factor.facts(), factor.code(biopsy) * stride)
            for factor, stride in zip(self.factors, self.strides, strict=True)
        )

    def numbers(self, codes: Mapping[str, Code]) -> Numbers:
        """Number of the combination of each row. codes: the facts."""
        numbers = np.zeros((), dtype=np.int32)
        for term in self._terms:
            found = term.of(codes)
            numbers = numbers + found.values.to_numpy().take(found.place)
        return numbers

    def value_at(self, axis: int, numbers: Numbers) -> Numbers:
        """Value of a factor in combinations; `n_known` where it is unknown."""
        return numbers // self.strides[axis] % (self.factors[axis].n_known + 1)

    def bit(self, name: str) -> int:
        """The bit of a statement."""
        return 1 << self.statements.index(name)

    def answers(self, numbers: Numbers) -> Answers:
        """Answers to a few combinations, each worked out by itself."""
        columns = [self._answer(int(number)) for number in numbers]
        return Answers(
            np.array([each.holds[0] for each in columns], dtype=np.uint16),
            np.array([each.may_hold[0] for each in columns], dtype=np.uint16),
            np.concatenate([each.deciding for each in columns], axis=1)
            if columns
            else np.zeros((len(self.factors), 0), dtype=np.uint16),
        )

    @property
    def is_asked(self) -> bool:
        """Whether the answers to every combination are there already."""
        return "all_answers" in self.__dict__

    @cached_property
    def all_answers(self) -> Answers:
        """Answers to every combination, by number."""
        axes = range(self.complete.ndim)
        holds, may_hold = self.complete, self.complete
        for axis in axes:
            holds = _with_unknown(holds, axis, np.bitwise_and)
            may_hold = _with_unknown(may_hold, axis, np.bitwise_or)
        deciding = np.stack([_decided_by(self.complete, axis).ravel() for axis in axes])
        return Answers(holds.ravel(), may_hold.ravel(), deciding)

    def _answer(self, number: int) -> Answers:
        values = [
            int(self.value_at(axis, np.array([number], dtype=np.int32))[0])
            for axis in range(self.complete.ndim)
        ]
        unknown = [axis for axis, value in enumerate(values) if value == self.factors[axis].n_known]
        chosen = tuple(
            slice(None) if axis in unknown else slice(value, value + 1) for axis, value in enumerate(values)
        )
        possible = self.complete[chosen]
        deciding = np.zeros((len(self.factors), 1), dtype=np.uint16)
        for axis in unknown:
            deciding[axis, 0] = int(np.bitwise_or.reduce(_spread(possible, axis), axis=None))
        holds = np.bitwise_and.reduce(possible, axis=None, keepdims=True).ravel()
        may_hold = np.bitwise_or.reduce(possible, axis=None, keepdims=True).ravel()
        return Answers(holds, may_hold, deciding)


def completions(edition: Edition, family: Family) -> Completions:
    """The answers of a family. Factors that change nothing in the edition are left out."""
    complete = _complete_answers(edition, family)
    kept = [axis for axis in range(complete.ndim) if _spread(complete, axis).any()]
    for axis in reversed(range(complete.ndim)):
        if axis not in kept:
            complete = np.asarray(complete.take(0, axis=axis), dtype=np.uint16)
    factors = tuple(family.factors[axis] for axis in kept)
    return Completions(family.statements, factors, complete, _grades(edition, family, factors))


def _complete_answers(edition: Edition, family: Family) -> Bits:
    """One bit a statement: the rules, asked of every biopsy without an unknown factor."""
    values = [list(range(factor.n_known)) for factor in family.factors]
    columns = ask_rules(edition, family.statements, family.factors, values)
    bits = np.zeros(columns.height, dtype=np.uint16)
    for position, name in enumerate(family.statements):
        bits |= columns.get_column(name).to_numpy().astype(np.uint16) << np.uint16(position)
    return bits.reshape([factor.n_known for factor in family.factors])


def _grades(edition: Edition, family: Family, factors: tuple[Factor, ...]) -> Mapping[str, pl.Series]:
    """The rules of the grades, asked of every combination with its unknown factors."""
    values: list[list[int | None]] = [[*range(factor.n_known), None] for factor in factors]
    return ask_rules(edition, family.graded, factors, values).rechunk().to_dict()


def ask_rules(
    edition: Edition, names: Sequence[str], factors: Sequence[Factor], values: Sequence[Sequence[int | None]]
) -> pl.DataFrame:
    """The answers of the edition to all combinations of values, the last factor changing fastest."""
    frame = pl.DataFrame()
    for factor, column in zip(factors, values, strict=True):
        each = pl.DataFrame({factor.shown_by: pl.Series(column, dtype=pl.Int8)})
        frame = frame.join(each, how="cross", maintain_order="left_right") if frame.width else each
    facts = dict(absent_facts())
    for factor in factors:
        shown = pl.col(factor.shown_by)
        facts[factor.shown_by] = shown if factor.shown_by in SCORES else shown == 1
    biopsy = biopsy_of(facts)
    asked = frame.lazy().select(edition.decide(name, biopsy).alias(name) for name in names)
    return asked.collect(optimizations=pl.QueryOptFlags.none())


def _spread(answers: Bits, axis: int) -> Bits:
    """Bits that differ between the values of an axis."""
    return np.asarray(
        np.bitwise_or.reduce(answers, axis=axis, keepdims=True)
        ^ np.bitwise_and.reduce(answers, axis=axis, keepdims=True)
    )


def _with_unknown(answers: Bits, axis: int, together: np.ufunc) -> Bits:
    return np.concatenate([answers, together.reduce(answers, axis=axis, keepdims=True)], axis=axis)


def _decided_by(complete: Bits, axis: int) -> Bits:
    """Bits that the factor of an axis can still change where it is unknown; none where it is known."""
    changed = _spread(complete, axis)
    for other in range(complete.ndim):
        if other != axis:
            changed = _with_unknown(changed, other, np.bitwise_or)
    known = np.zeros_like(changed).repeat(complete.shape[axis], axis=axis)
    return np.concatenate([known, changed], axis=axis)
