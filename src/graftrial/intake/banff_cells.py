"""From the cells of a file of biopsies to values: laboratories write `2`, `g2`, `i1*`, `pos`, `not done`.

Three kinds of absence are kept apart: a blank is unknown, `not done` is a statement of its own, and a cell that
cannot be read is refused, counts as unknown and becomes a finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.intake.banff_file import BLANK_KIND, BanffColumns, MappedColumn

NOT_DONE_MARK = "__not_done"  # ends the name of a column that says where a test was not done
BLANK = ("", "na", "n/a", "n.a.", "nan", "null", "-", ".", "?", "unknown", "missing")
NOT_DONE = ("not done", "not_done", "notdone", "nd", "not performed", "not tested")
YES = ("1", "1.0", "yes", "y", "pos", "positive", "true", "present", "+")
NO = ("0", "0.0", "no", "n", "neg", "negative", "false", "absent")
IMMUNOFLUORESCENCE = ("if", "immunofluorescence", "frozen", "if frozen")
IMMUNOHISTOCHEMISTRY = ("ihc", "immunohistochemistry", "paraffin", "ip", "immunoperoxidase", "ihc paraffin")
MOST_COUNTED = 1000
HIGHEST = {"score": 3, "double_contours": 3, "flag": 1, "count": MOST_COUNTED, "percent": 100}


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of a column of cells: the value, whether it says `not done`, whether it was refused."""

    value: pl.Expr
    not_done: pl.Expr
    refused: pl.Expr


def typed_cells(frame: pl.DataFrame, columns: BanffColumns) -> pl.DataFrame:
    """The columns that the classification reads, typed and under our names, a row for every row of the frame.

    Null is unknown. Where a cell says that a test was not done, a further column `<name>__not_done` is true.
    """
    typed: list[pl.Series] = []
    for mapped in columns.read.values():
        if mapped.kind == BLANK_KIND:
            typed.append(pl.Series(mapped.name, [None], dtype=pl.Boolean).new_from_index(0, frame.height))
        elif mapped.kind in VALUES:
            given = frame.get_column(mapped.source)
            typed += (
                _typed_texts(given, mapped) if given.dtype in TEXT_TYPES else [_typed_numbers(given, mapped)]
            )
    return pl.DataFrame(typed)


def _typed_numbers(given: pl.Series, mapped: MappedColumn) -> pl.Series:
    """A column that holds no text. Where no cell is out of range there is nothing to look at cell by cell."""
    kind = kind_of(mapped)
    if given.dtype.is_integer() and kind in HIGHEST:
        if given.null_count() == len(given):
            return given.cast(VALUES[kind]).alias(mapped.name)
        lowest, highest = given.min(), given.max()
        if isinstance(lowest, int) and isinstance(highest, int) and lowest >= 0 and highest <= HIGHEST[kind]:
            return given.cast(VALUES[kind]).alias(mapped.name)
    cell = read_cells(mapped, given.dtype)
    return (
        given.alias(mapped.source)
        .to_frame()
        .with_columns(cell.value.alias(mapped.name))
        .get_column(mapped.name)
    )


def _typed_texts(given: pl.Series, mapped: MappedColumn) -> list[pl.Series]:
    """A column of texts: each different text is read once, whatever the number of rows."""
    texts = given.cast(pl.String)
    different = texts.unique().drop_nulls().alias(mapped.source).to_frame()
    cell = read_cells(mapped, pl.String())
    read = different.select(
        text=pl.col(mapped.source), value=cell.value, not_done=cell.not_done & pl.lit(True)
    )
    value = texts.replace_strict(
        read["text"], read["value"], default=None, return_dtype=VALUES[kind_of(mapped)]
    )
    typed = [value.alias(mapped.name)]
    if read["not_done"].any():
        said = texts.is_in(read.filter("not_done")["text"].implode()).fill_null(False)
        typed.append(said.alias(f"{mapped.name}{NOT_DONE_MARK}"))
    return typed


def kind_of(mapped: MappedColumn) -> str:
    """Kind of the cells: a percentage that feeds a score is no score yet."""
    return "percent" if mapped.is_percentage else mapped.kind


def read_cells(mapped: MappedColumn, dtype: pl.DataType) -> Cell:
    """The reading of a column of the frame that holds cells of this type."""
    given, kind = pl.col(mapped.source), kind_of(mapped)
    if dtype == pl.Null:
        return Cell(_nothing(kind), NEVER, NEVER)
    if dtype in TEXT_TYPES:
        return _from_text(kind, mapped.name, given.cast(pl.String))
    if dtype == pl.Boolean:
        return _from_yes_no(kind, given)
    if dtype.is_numeric():
        return _from_number(kind, given, dtype)
    return Cell(_nothing(kind), NEVER, given.is_not_null())


NEVER = pl.lit(False)
TEXT_TYPES = (pl.String, pl.Categorical, pl.Enum)
VALUES: dict[str, pl.DataType] = {
    "score": pl.Int8(),
    "double_contours": pl.Int8(),
    "flag": pl.Boolean(),
    "method": pl.String(),
    "count": pl.Int32(),
    "percent": pl.Float64(),
}


def _nothing(kind: str) -> pl.Expr:
    return pl.lit(None, dtype=VALUES[kind])


def _from_yes_no(kind: str, given: pl.Expr) -> Cell:
    if kind == "flag":
        return Cell(given, NEVER, NEVER)
    return Cell(_nothing(kind), NEVER, given.is_not_null())


def _from_number(kind: str, given: pl.Expr, dtype: pl.DataType) -> Cell:
    """Numbers. NaN is a blank; what is no whole number in its range is refused."""
    present = given.is_not_null() & ~given.is_nan() if dtype.is_float() else given.is_not_null()
    if kind == "method":
        return Cell(_nothing(kind), NEVER, present)
    highest = HIGHEST[kind]
    whole = (
        given if kind == "percent" or not dtype.is_float() else pl.when(given == given.floor()).then(given)
    )
    number = whole.cast(pl.Int8 if kind == "flag" else VALUES[kind], strict=False)
    usable = pl.when(number.is_between(0, highest)).then(number)
    return Cell(usable == 1 if kind == "flag" else usable, NEVER, present & usable.is_null())


def _from_text(kind: str, name: str, given: pl.Expr) -> Cell:
    text = given.str.strip_chars().str.to_lowercase()
    not_done = text.is_in(list(NOT_DONE))
    value = _TEXT[kind](text, name)
    refused = value.is_null() & text.is_not_null() & ~not_done & ~text.is_in(list(BLANK))
    return Cell(value, not_done.fill_null(False), refused.fill_null(False))


def _score(text: pl.Expr, name: str) -> pl.Expr:
    """A score, with the name before it or an asterisk (eosinophils, neutrophils, plasma cells) behind."""
    return text.str.extract(rf"^{_prefix(name)}([0-3])(?:\.0+)?\*?$").cast(pl.Int8)


def _double_contours(text: pl.Expr, name: str) -> pl.Expr:
    """cg: 1a and 1b count 1."""
    return text.str.extract(rf"^{_prefix(name)}(?:([0-3])(?:\.0+)?|1[ab])$").cast(pl.Int8).fill_null(
        pl.when(text.str.contains(rf"^{_prefix(name)}1[ab]$")).then(pl.lit(1, dtype=pl.Int8))
    )  # fmt: skip


def _flag(text: pl.Expr, name: str) -> pl.Expr:
    yes = [*YES, "amr molecular marker"] if name == "transcripts_amr" else list(YES)
    return pl.when(text.is_in(yes)).then(True).when(text.is_in(list(NO))).then(False)


def _method(text: pl.Expr, _name: str) -> pl.Expr:
    cleaned = text.str.replace_all(r"[()]", "").str.strip_chars()
    return (
        pl.when(cleaned.is_in(list(IMMUNOFLUORESCENCE)))
        .then(pl.lit("IF"))
        .when(cleaned.is_in(list(IMMUNOHISTOCHEMISTRY)))
        .then(pl.lit("IHC"))
    )


def _count(text: pl.Expr, _name: str) -> pl.Expr:
    counted = text.str.extract(r"^(\d{1,4})(?:\.0+)?$").cast(pl.Int32)
    return pl.when(counted <= MOST_COUNTED).then(counted)


def _percent(text: pl.Expr, _name: str) -> pl.Expr:
    number = text.str.extract(r"^(\d{1,3}(?:\.\d+)?) ?%?$").cast(pl.Float64)
    return pl.when(number <= 100).then(number)


def _prefix(name: str) -> str:
    words = name.split("_")[0] if name.startswith("c4d") else name.replace("_", "[-_ ]?")
    return rf"(?:{words} ?[:=]? ?)?"


_TEXT = {
    "score": _score,
    "double_contours": _double_contours,
    "flag": _flag,
    "method": _method,
    "count": _count,
    "percent": _percent,
}
