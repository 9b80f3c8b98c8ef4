"""What is wrong in a file of biopsies: columns, cells, and rows that contradict themselves. Nothing is repaired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from graftrial.findings import Finding, finding, in_order
from graftrial.intake.banff_cells import TEXT_TYPES, VALUES, kind_of, read_cells, typed_cells
from graftrial.intake.banff_file import BanffColumns, MappedColumn, multilayering_is_graded

HEADER_ROWS = 2  # the header is row 1, so the first row of data is row 2
MOST_LISTED = 1_000  # refused cells of one column that are listed one by one
EXPECTED: Mapping[str, str] = {
    "score": "0, 1, 2 or 3",
    "double_contours": "0, 1, 1a, 1b, 2 or 3",
    "flag": "yes or no",
    "method": "IF or IHC",
    "count": "a whole number from 0 to 1000",
    "percent": "a percentage from 0 to 100",
}
TABLE = "banff"


def find_in_biopsies(frame: pl.DataFrame, columns: BanffColumns, file: str = "") -> tuple[Finding, ...]:
    """Every finding in a file of biopsies, in the order of reports; rows as a spreadsheet counts them."""
    found = [*_in_header(frame, columns, file)]
    if frame.height:
        for mapped in columns.read.values():
            if mapped.kind in VALUES:
                found += _refused(frame, mapped, file)
        found += _in_rows(frame, columns, file)
        found += _in_ids(frame, columns, file)
        found += _in_dates(frame, columns, file)
    return in_order(found)


def _in_header(frame: pl.DataFrame, columns: BanffColumns, file: str) -> Iterator[Finding]:
    for name in columns.unknown:
        yield finding("GT-BF-002", TABLE, column=name, file=file)
    for mapped in columns.doubled:
        other = columns.read[mapped.name].source
        yield finding("GT-BF-003", TABLE, column=mapped.source, file=file, name=mapped.name, other=other)
    if not frame.height:
        yield finding("GT-BF-007", TABLE, file=file)
    if not any(mapped.kind in VALUES for mapped in columns.read.values()):
        yield finding("GT-BF-014", TABLE, file=file)


def _refused(frame: pl.DataFrame, mapped: MappedColumn, file: str) -> Iterator[Finding]:
    """Cells that cannot be read, each with its row."""
    source, dtype = mapped.source, frame.schema[mapped.source]
    if mapped.name == "ptcml" and frame.select(multilayering_is_graded(source, dtype)).item():
        yield finding("GT-BF-004", TABLE, column=source, file=file)
        return
    if mapped.name in ("n_glomeruli", "n_arteries") and source.lower() in ("glomeruli", "arteries"):
        counts = typed_cells(frame.select(source), BanffColumns({mapped.name: mapped}, (), ())).get_column(
            mapped.name
        )
        if isinstance(most := counts.max(), int) and most <= 2:
            yield finding("GT-BF-006", TABLE, column=source, file=file)
    refused = read_cells(mapped, dtype).refused
    rows = frame.select(pl.col(source), pl.int_range(pl.len()).alias("__row")).filter(refused)
    for value, row in rows.head(MOST_LISTED).iter_rows():
        yield finding(
            "GT-BF-001",
            TABLE,
            row=row + HEADER_ROWS,
            column=source,
            file=file,
            name=mapped.name,
            value=value,
            expected=EXPECTED[kind_of(mapped)],
        )
    if rows.height > MOST_LISTED:
        yield finding("GT-BF-015", TABLE, column=source, file=file, n_cells=rows.height, n_listed=MOST_LISTED)


def _in_rows(frame: pl.DataFrame, columns: BanffColumns, file: str) -> Iterator[Finding]:
    """Rows whose scores contradict each other."""
    cells = typed_cells(frame, columns)
    for code, contradiction in _CONTRADICTIONS.items():
        if set(contradiction.meta.root_names()) <= set(cells.columns):
            yield from _at_rows(code, cells, contradiction, file)
    if "i_ifta" in cells.columns and {"ci", "ct"} <= set(cells.columns):
        inflamed = pl.any_horizontal(
            pl.col(name) > 0 for name in ("i_ifta", "t_ifta") if name in cells.columns
        )
        yield from _at_rows("GT-BF-009", cells, inflamed & (pl.col("ci") == 0) & (pl.col("ct") == 0), file)
    arterial = [pl.col(name).is_not_null() for name in ("v", "cv") if name in cells.columns]
    if arterial and "n_arteries" in cells.columns:
        graded = pl.any_horizontal(arterial) & (pl.col("n_arteries") == 0)
        yield from _at_rows("GT-BF-011", cells, graded, file)
    if "c4d" in cells.columns:
        method = pl.col("c4d_method") if "c4d_method" in cells.columns else pl.lit(None)
        yield from _at_rows("GT-BF-005", cells, (pl.col("c4d") == 1) & method.is_null(), file)


_CONTRADICTIONS = {"GT-BF-010": (pl.col("ti") < pl.col("i")) & (pl.col("ci") == 0)}


def _at_rows(code: str, cells: pl.DataFrame, condition: pl.Expr, file: str) -> Iterator[Finding]:
    rows = cells.select(pl.arg_where(condition)).to_series()
    for row in rows.head(MOST_LISTED).to_list():
        yield finding(code, TABLE, row=row + HEADER_ROWS, file=file)


def _in_ids(frame: pl.DataFrame, columns: BanffColumns, file: str) -> Iterator[Finding]:
    """Numbers given twice, in one finding however many there are."""
    source = columns.source("biopsy_id")
    if source is None:
        return
    patient = columns.source("patient_id")
    key = [source] if patient is None else [patient, source]
    repeated = frame.select(pl.struct(key).is_duplicated() & pl.col(source).is_not_null()).to_series()
    rows = repeated.arg_true()
    if len(rows):
        first = frame.row(int(rows[0]))
        names = [frame.columns.index(name) for name in key]
        second = next(
            row for row in rows[1:].to_list() if all(frame.row(row)[at] == first[at] for at in names)
        )
        yield finding(
            "GT-BF-008",
            TABLE,
            column=source,
            file=file,
            n_rows=len(rows),
            first=int(rows[0]) + HEADER_ROWS,
            second=second + HEADER_ROWS,
        )


def _in_dates(frame: pl.DataFrame, columns: BanffColumns, file: str) -> Iterator[Finding]:
    dates: dict[str, pl.Expr] = {}
    for name in ("biopsy_date", "transplant_date"):
        source = columns.source(name)
        if source is None:
            continue
        given = pl.col(source)
        if frame.schema[source] in TEXT_TYPES:
            text = given.cast(pl.String).str.strip_chars()
            dates[name] = text.str.to_date("%Y-%m-%d", strict=False)
            unread = dates[name].is_null() & (text.fill_null("") != "")
            for row in frame.select(pl.arg_where(unread)).to_series().head(MOST_LISTED).to_list():
                yield finding("GT-BF-013", TABLE, row=row + HEADER_ROWS, column=source, file=file)
        elif frame.schema[source].is_temporal():
            dates[name] = given.cast(pl.Date)
    if len(dates) == 2:
        yield from _at_rows("GT-BF-012", frame, dates["biopsy_date"] < dates["transplant_date"], file)
