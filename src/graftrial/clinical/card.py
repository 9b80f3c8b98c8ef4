"""What every clinical rule declares about itself, and the two ways to ask it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

ColumnType = type[pl.DataType]


@dataclass(frozen=True, slots=True)
class Value:
    """An answer."""

    value: float | int | bool | str


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """No answer, and the inputs that would decide it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written: the document and the place in it."""

    document: str
    locator: str
    doi: str = ""

    def __str__(self) -> str:
        return f"{self.document}, {self.locator}" + (f" (doi {self.doi})" if self.doi else "")


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a rule with its unit and the range or the categories in which it is meaningful."""

    name: str
    dtype: ColumnType
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def accepts(self, given: pl.Expr) -> pl.Expr:
        """True where the input is present and inside its declaration; never null."""
        inside = given.is_not_null()
        if self.choices:
            inside = inside & given.is_in(list(self.choices))
        if self.low is not None:
            inside = inside & given.is_between(self.low, self.high)
        return inside.fill_null(False)

    def usable(self, given: pl.Expr) -> pl.Expr:
        """The input where it is inside its declaration; unknown elsewhere."""
        return pl.when(self.accepts(given)).then(given)

    def refusal(self, given: pl.Expr) -> pl.Expr:
        """Why the input cannot be used; null where it can."""
        shown = pl.format(f"{self.name} is {{}}, expected {self.expected()}", given)
        missing = pl.lit(f"{self.name} is missing")
        return pl.when(given.is_null()).then(missing).when(~self.accepts(given)).then(shown)

    def expected(self) -> str:
        """The declaration in words: `0.2 to 25 mg/dL`, `F, M`."""
        if self.choices:
            return ", ".join(self.choices)
        if self.low is None:
            return self.dtype.__name__
        return f"{self.low} to {self.high} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Rule:
    """A clinical rule: one pure function over expressions, with its card.

    output: unit of a number, or the categories of an answer, in words.
    population: for whom the source wrote it.
    golden: folder under tests/golden with the vectors it must reproduce.
    """

    id: str
    edition: str
    title: str
    source: Source
    inputs: tuple[Input, ...]
    output: str
    population: str
    golden: str
    expression: Callable[..., pl.Expr]

    def __post_init__(self) -> None:
        if not self.source.document or not self.source.locator:
            raise TypeError(f"{self.pin}: a rule without a source and a locator does not load")
        declared = [each.name for each in self.inputs]
        written = list(inspect.signature(self.expression).parameters)
        if declared != written:
            raise TypeError(f"{self.pin}: declares {declared}, takes {written}")

    @property
    def pin(self) -> str:
        """`id@edition`, as results and reports cite the rule."""
        return f"{self.id}@{self.edition}"

    def answer(self, **columns: pl.Expr) -> pl.Expr:
        """Struct of `value` and `reason`; exactly one of them is filled in every row."""
        value = self.value(**columns)
        given = {each.name: columns[each.name] for each in self.inputs}
        refusals = [each.refusal(pl.col(each.name)) for each in self.inputs]
        reason = pl.concat_str(refusals, separator="; ", ignore_nulls=True)
        return pl.struct(value=value, reason=why_not(value, reason, given))

    def value(self, **columns: pl.Expr) -> pl.Expr:
        """The answer alone, null where there is none."""
        return self.expression(**{each.name: each.usable(columns[each.name]) for each in self.inputs})

    def __call__(self, **given: object) -> Value | NotAssessable:
        """The same answer for one patient: a frame of one row. Name every input; None is missing."""
        schema = {each.name: each.dtype for each in self.inputs}
        if given.keys() != schema.keys():
            raise TypeError(f"{self.pin}: takes {list(schema)}, got {list(given)}")
        row = pl.DataFrame({name: [given[name]] for name in schema}, schema=schema)
        columns = {name: pl.col(name) for name in schema}
        value = row.select(self.value(**columns)).item()
        if value is None:
            return NotAssessable(row.select(self.answer(**columns).struct.field("reason")).item())
        return Value(value)


def why_not(value: pl.Expr, reason: pl.Expr, given: Mapping[str, pl.Expr]) -> pl.Expr:
    """Why there is no value: `reason`, an expression over the names in `given`; null where there is a value.

    The texts are built only for the rows that need them: in a long column they cost more than the equation.
    """
    asked = "value asked for"  # no name of an input has a space

    def told(rows: pl.Series) -> pl.Series:
        without = rows.struct.field(asked).is_null()
        texts = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
        if not without.any():
            return texts
        lacking = rows.filter(without).struct.unnest().select(reason).to_series()
        return texts.scatter(without.arg_true(), lacking)

    columns = [column.alias(name) for name, column in given.items()]
    return pl.struct(value.alias(asked), *columns).map_batches(
        told, return_dtype=pl.String, is_elementwise=True
    )
