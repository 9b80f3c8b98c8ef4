"""A file of any size with the answer of one equation in every row: what `graftrial egfr` does.

Every input column returns as it was, followed by the answer and the reason where there is none. Rows stay in order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.clinical.card import why_not
from graftrial.derive.egfr_columns import answer_column, cells, equation_rule, sources
from graftrial.errors import InputUnreadable, OutputUnwritable, UsageError
from graftrial.intake.csv_file import DELIMITERS, SEPARATOR_LINE
from graftrial.intake.encoding import text_encoding
from graftrial.intake.workbook import open_workbook
from graftrial.study.model import Intake

REASON = "egfr_reason"
READ, PROBLEM = "graftrial read", "graftrial problem of"  # columns that are dropped again
KINDS = (".csv", ".parquet", ".xlsx")
UTF_8 = ("utf-8", "utf-8-sig")
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class EgfrSummary:
    """What was done: the rule by its pin and source, rows read, and rows with an answer."""

    equation: str
    rule: str
    source: str
    column: str
    rows: int
    answered: int

    @property
    def not_assessable(self) -> int:
        """Rows with a reason in place of an answer."""
        return self.rows - self.answered


def add_egfr(frame: pl.LazyFrame | pl.DataFrame, equation: str, columns: Mapping[str, str]) -> pl.LazyFrame:
    """The frame with the answer of an equation and the reason where there is none.

    columns: column of the frame for a declared input name; an input that is not in it stands under its own name.
    Raises: GT-EGFR-001 to -005, -009.

    >>> frame = pl.DataFrame({"scr": ["1.09", "high"], "age_years": [55, 55], "sex": ["M", "M"]})
    >>> asked = add_egfr(frame, "ckd_epi_cr_2021", {"creatinine_mg_per_dl": "scr"}).collect()
    >>> asked["egfr_reason"].to_list()
    [None, 'creatinine_mg_per_dl is high, not a number']
    """
    lazy = frame.lazy()
    rule = equation_rule(equation)
    schema = lazy.collect_schema()
    for ours in (answer_column(rule), REASON):
        if ours in schema:
            raise UsageError.of("GT-EGFR-005", "the header", column=ours)
    said = cells(rule, sources(rule, equation, schema.names(), columns), schema)
    read = {f"{READ} {each.name}": said[each.name].value for each in rule.inputs}
    problems = {f"{PROBLEM} {name}": each.problem for name, each in said.items()}
    refusals = [
        pl.coalesce(pl.col(f"{PROBLEM} {each.name}"), each.refusal(pl.col(f"{READ} {each.name}")))
        for each in rule.inputs
    ]
    reason = pl.concat_str(refusals, separator="; ", ignore_nulls=True)
    value = rule.value(**{each.name: pl.col(f"{READ} {each.name}") for each in rule.inputs})
    aside = {name: pl.col(name) for name in (*read, *problems)}
    # one step after the other: the engine then computes each of them once
    answered = lazy.with_columns(**read, **problems).with_columns(value.alias(answer_column(rule)))
    told = why_not(pl.col(answer_column(rule)), reason, aside)
    return answered.with_columns(told.alias(REASON)).drop(list(aside))


def run_egfr_file(
    source: Path,
    out: Path,
    equation: str,
    columns: Mapping[str, str],
    harmless: Callable[[pl.Expr], pl.Expr],
) -> EgfrSummary:
    """Writes the file `out` with every row of `source` and the answer; csv and parquet need not fit in memory.

    harmless: how a text is made safe for a spreadsheet.
    Raises: GT-EGFR-001 to -009, GT-FILE-004, -005, -008 to -011, GT-OUT-001.
    """
    for path in (source, out):
        if path.suffix.lower() not in KINDS:
            raise UsageError.of("GT-EGFR-006", path.name)
    if out.resolve() == source.resolve():
        raise UsageError.of("GT-EGFR-007", out.name)
    rule = equation_rule(equation)
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside:
        answered = add_egfr(_scan(source, Path(aside)), equation, columns)
        _write(answered, out, source.name, harmless)
    rows, with_value = _counts(out, answer_column(rule))
    return EgfrSummary(equation, rule.pin, str(rule.source), answer_column(rule), rows, with_value)


def _scan(source: Path, aside: Path) -> pl.LazyFrame:
    try:
        if source.suffix.lower() == ".csv":
            return _scan_csv(source, aside)
        if source.suffix.lower() == ".xlsx":
            return _first_sheet(source)
        if not source.stat().st_size:
            raise InputUnreadable.of("GT-FILE-004", source.name)
        lazy = pl.scan_parquet(source, hive_partitioning=False, glob=False)
        lazy.collect_schema()
        return lazy
    except OSError as error:
        fix = "check the name of the file and that you may read it"
        raise InputUnreadable.of("GT-FILE-008", source.name, detail=error.strerror or "no", fix=fix) from None
    except pl.exceptions.PolarsError:
        raise InputUnreadable.of("GT-EGFR-008", source.name) from None


def _scan_csv(source: Path, aside: Path) -> pl.LazyFrame:
    """Every cell as its text, so that it returns as it was."""
    encoding, _ = text_encoding(source, source.name, "", Intake())
    if encoding not in UTF_8:
        with source.open(encoding=encoding, newline="") as old:
            source = aside / "utf-8.csv"
            with source.open("w", encoding="utf-8", newline="") as new:
                while piece := old.read(CHUNK):
                    new.write(piece)
    with source.open(encoding="utf-8-sig") as text:
        first = text.readline()
        stated = SEPARATOR_LINE.fullmatch(first)
    delimiter = stated.group(1) if stated else max(DELIMITERS, key=first.count)
    lazy = pl.scan_csv(
        source, separator=delimiter, infer_schema=False, skip_rows=1 if stated else 0, glob=False
    )
    lazy.collect_schema()
    return lazy


def _first_sheet(source: Path) -> pl.LazyFrame:
    book = open_workbook(source, source.name)
    sheet = next((found for name in book.parts if (found := book.sheet(name))), None)
    if sheet is None:
        raise InputUnreadable.of("GT-FILE-004", source.name)
    names = {str(place): name or f"column {place + 1}" for place, name in enumerate(sheet.header)}
    if len(set(names.values())) < len(names):
        raise InputUnreadable.of("GT-EGFR-008", f"{source.name}, header")
    return sheet.cells.select(list(names)).rename(names).lazy()


def _write(answered: pl.LazyFrame, out: Path, source: str, harmless: Callable[[pl.Expr], pl.Expr]) -> None:
    """Written aside and swapped in, so that what was there before stays until all is written."""
    part = out.with_name(f"{out.name}.part")
    kind = out.suffix.lower()
    try:
        part.touch()
        if kind == ".parquet":
            answered.sink_parquet(part)
        elif kind == ".csv":
            _safe(answered, harmless).sink_csv(part, line_terminator="\n")
        else:
            _safe(answered, harmless).collect(engine="streaming").write_excel(part, autofilter=False)
        part.replace(out)
    except OSError as error:
        raise OutputUnwritable.of("GT-OUT-001", out.name, reason=error.strerror or "no") from None
    except pl.exceptions.PolarsError:
        raise InputUnreadable.of("GT-EGFR-008", source) from None
    finally:
        part.unlink(missing_ok=True)


def _safe(answered: pl.LazyFrame, harmless: Callable[[pl.Expr], pl.Expr]) -> pl.LazyFrame:
    schema = answered.collect_schema()
    names = pl.select(harmless(pl.lit(pl.Series(schema.names(), dtype=pl.String)))).to_series()
    texts = (pl.String, pl.Categorical, pl.Enum)
    shown = [
        harmless(pl.col(name).cast(pl.String)) if kind in texts else pl.col(name)
        for name, kind in schema.items()
    ]
    return answered.select(each.alias(safe) for each, safe in zip(shown, names, strict=True))


def _counts(out: Path, column: str) -> tuple[int, int]:
    if out.suffix.lower() == ".xlsx":
        lazy = _first_sheet(out)
    elif out.suffix.lower() == ".csv":
        lazy = pl.scan_csv(out, infer_schema=False, glob=False)
    else:
        lazy = pl.scan_parquet(out, hive_partitioning=False, glob=False)
    counted = lazy.select(rows=pl.len(), answered=pl.col(column).count()).collect(engine="streaming")
    rows, answered = counted.row(0)
    return int(rows), int(answered)
