"""Biopsies classified partition by partition on many machines: Apache Spark and Dask.

Neither engine is imported: their frames are asked by their own methods. The biopsies of a patient are brought together
first, so that earlier ones count wherever they lay; what only the whole file tells is asked before the partitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import polars as pl

from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import classify_biopsies
from graftrial.derive.banff_frames import opened
from graftrial.intake.banff_file import map_columns, multilayering_is_graded

if TYPE_CHECKING:
    import pyarrow as pa

Options = Readings | Mapping[str, str] | None
SPARK_TYPES = {
    pl.String(): "string",
    pl.Boolean(): "boolean",
    pl.Int8(): "byte",
}  # as in the JSON of a schema


class SparkSchema(Protocol):
    """`pyspark.sql.types.StructType`, as far as it is used."""

    def add(self, field: str, data_type: str) -> Self:
        """The schema with one column more."""


class SparkFrame(Protocol):
    """`pyspark.sql.DataFrame`, as far as it is used."""

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""

    @property
    def schema(self) -> SparkSchema:
        """Names and types."""

    def toDF(self, *names: str) -> Self:  # noqa: N802 (the name is Spark's)
        """The frame with other names of its columns."""

    def select(self, name: str) -> Self:
        """One column."""

    def distinct(self) -> Self:
        """Different rows."""

    def collect(self) -> Sequence[Sequence[object]]:
        """Rows."""

    def repartition(self, name: str) -> Self:
        """Rows with one value of a column in one partition."""

    def mapInArrow(  # noqa: N802 (the name is Spark's)
        self,
        func: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]],
        schema: SparkSchema,
    ) -> Self:
        """Partitions after a function of record batches."""


class PandasFrame(Protocol):
    """`pandas.DataFrame`, as far as it is used: a partition of Dask."""

    def __getitem__(self, names: list[str]) -> Self:
        """Some columns."""

    def assign(self, **columns: object) -> Self:
        """The frame with more columns."""


class DaskFrame(Protocol):
    """`dask.dataframe.DataFrame`, as far as it is used."""

    _meta: PandasFrame

    @property
    def columns(self) -> Iterable[str]:
        """Names of the columns."""

    def __getitem__(self, names: list[str]) -> Self:
        """Some columns."""

    def drop_duplicates(self) -> Self:
        """Different rows."""

    def compute(self) -> PandasFrame:
        """The frame in the memory of one machine."""

    def shuffle(self, on: str) -> Self:
        """Rows with one value of a column in one partition."""

    def map_partitions(self, func: Callable[[PandasFrame], PandasFrame], *, meta: PandasFrame) -> Self:
        """Partitions after a function of pandas frames."""


Spark = TypeVar("Spark", bound=SparkFrame)
Dask = TypeVar("Dask", bound=DaskFrame)
Pandas = TypeVar("Pandas", bound=PandasFrame)


@dataclass(frozen=True, slots=True)
class _Question:
    """What every partition is asked.

    names: all columns of the frame. blank: columns of which the whole frame says that they count as empty.
    """

    names: tuple[str, ...]
    blank: tuple[str, ...]
    edition: str
    options: Options
    explain: bool

    @property
    def read(self) -> list[str]:
        """The columns that a partition has to hand over: never none, since they count the rows."""
        wanted = {each.source for each in map_columns(self.names).read.values()} - {*self.blank}
        return [name for name in self.names if name in wanted] or [self.names[0]]

    def answered(self, given: pl.DataFrame) -> pl.DataFrame:
        """Our columns alone, codes as plain strings. given: the columns of `read`, all rows of a partition."""
        empty = [name for name in self.names if name not in given.columns or name in self.blank]
        rows = given.with_columns(pl.lit(None).alias(name) for name in empty).select(self.names)
        all_columns = classify_biopsies(
            rows, edition=self.edition, options=self.options, explain=self.explain
        )
        return all_columns.select(all_columns.columns[len(self.names) :]).with_columns(
            pl.col(pl.Enum).cast(pl.String)
        )

    def schema(self) -> pl.Schema:
        """Names and types of our columns. Raises: UsageError for an unknown edition or reading."""
        return self.answered(pl.DataFrame(schema=dict.fromkeys(self.read, pl.Null()))).schema


def classify_spark(frame: Spark, *, edition: str, options: Options = None, explain: bool = False) -> Spark:
    """Biopsies of a Spark frame with their diagnoses, states and gaps.

    frame: a `pyspark.sql.DataFrame`, a row for each biopsy. The other arguments are those of `classify_biopsies`.
    Returns: a Spark frame that has not run yet: every input column untouched, then ours; rows in any order. Codes are
    strings. Where the frame has a column for multilayering, its different values are fetched at once.
    Raises: UsageError for an unknown edition or reading.
    """
    names = tuple(frame.columns)
    number = {name: f"c{position}" for position, name in enumerate(names)}
    numbered = frame.toDF(*number.values())  # Spark reads a dot in a name as a field of a struct
    question = _Question(names, (), edition, options, explain)
    schema = deepcopy(frame.schema)  # Spark adds in place, and the schema belongs to the frame
    for name, dtype in question.schema().items():
        schema = schema.add(name, SPARK_TYPES[dtype])
    multilayering = map_columns(names).source("ptcml")
    if multilayering is not None:
        rows = numbered.select(number[multilayering]).distinct().collect()
        values = pl.Series(multilayering, [row[0] for row in rows], strict=False)
        question = replace(question, blank=_graded(values))
    patient = _brought_together_by(names)
    together = numbered if patient is None else numbered.repartition(number[patient])
    return together.mapInArrow(partial(_answer_batches, question=question), schema)


def classify_dask(frame: Dask, *, edition: str, options: Options = None, explain: bool = False) -> Dask:
    """Biopsies of a Dask frame with their diagnoses, states and gaps.

    frame: a `dask.dataframe.DataFrame`, a row for each biopsy. The other arguments are those of `classify_biopsies`.
    Returns: a Dask frame that has not run yet: index and every input column untouched, then ours, in types of Arrow
    that know missing values; rows in any order. Where the frame has a column for multilayering, its different values
    are computed at once.
    Raises: UsageError for an unknown edition or reading.
    """
    names = tuple(frame.columns)
    question = _Question(names, (), edition, options, explain)
    meta = _answer_pandas(frame._meta, question)
    multilayering = map_columns(names).source("ptcml")
    if multilayering is not None:
        values = _polars(frame[[multilayering]].drop_duplicates().compute()).to_series()
        question = replace(question, blank=_graded(values))
    answer: Callable[[PandasFrame], PandasFrame] = partial(_answer_pandas, question=question)
    patient = _brought_together_by(names)
    together = frame if patient is None else frame.shuffle(on=patient)
    return together.map_partitions(answer, meta=meta)


def classify_batches(
    batches: Iterable[pa.RecordBatch], *, edition: str, options: Options = None, explain: bool = False
) -> Iterator[pa.RecordBatch]:
    """The record batches of one partition with the columns of the classification behind their own.

    For engines that hand over record batches: the partition must hold all biopsies of its patients. A multilayering
    column that is graded is recognised in the partition only; `classify_spark` asks the whole frame.
    Returns: the same batches, in order; codes are plain strings.
    Raises: UsageError for an unknown edition or reading.
    """
    held = list(batches)
    if not held:
        return
    names = tuple(held[0].schema.names)
    yield from _answer_batches(held, _Question(names, (), edition, options, explain))


def _answer_batches(batches: Iterable[pa.RecordBatch], question: _Question) -> Iterator[pa.RecordBatch]:
    """The batches of a partition: biopsies of a patient may lie in several, so all are asked together."""
    held = [type(batch).from_arrays(batch.columns, names=[*question.names]) for batch in batches]
    if not held:
        return
    ours = question.answered(pl.concat(pl.DataFrame(batch.select(question.read)) for batch in held))
    names = [*question.names, *ours.columns]
    start = 0
    for batch in held:
        part = ours.slice(start, batch.num_rows).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        start += batch.num_rows
        arrays = [column.combine_chunks() for column in part.columns]
        # the type that Spark declares for its strings
        plain = [each.cast("string") if each.type == "large_string" else each for each in arrays]
        yield type(batch).from_arrays([*batch.columns, *plain], names=names)


def _answer_pandas(frame: Pandas, question: _Question) -> Pandas:
    """A partition of Dask. Types of Arrow do not depend on whether a value is missing; those of NumPy would."""
    ours = question.answered(_polars(frame[question.read])).to_pandas(use_pyarrow_extension_array=True)
    return frame.assign(**{name: ours[name].array for name in ours.columns})


def _polars(frame: PandasFrame) -> pl.DataFrame:
    return opened(frame).lazy().collect()


def _graded(multilayering: pl.Series) -> tuple[str, ...]:
    """The name of the column if its different values hold grades, of which it is not known which is severe."""
    graded = multilayering.to_frame().select(multilayering_is_graded(multilayering.name, multilayering.dtype))
    return (multilayering.name,) if graded.item() else ()


def _brought_together_by(names: Iterable[str]) -> str | None:
    """The column of patients; None where there is no history, since patients or dates are not named."""
    columns = map_columns(names)
    return columns.source("patient_id") if columns.source("biopsy_date") is not None else None
