"""What is wrong in a file of biopsies: columns, cells, and rows that contradict themselves. Nothing is repaired.

The file is read in parts, so that it need not fit in memory; what only the whole file shows is asked of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from graftrial.findings import Finding, finding, in_order
from graftrial.intake.banff_cells import VALUES, kind_of, typed_cells
from graftrial.intake.banff_file import (
    BLANK_KIND,
    BanffColumns,
    multilayering_is_graded,
    without,
)
from graftrial.intake.banff_repeats import repeated_numbers
from graftrial.intake.banff_rows import Wrong, wrong_in_rows

HEADER_ROWS = 2  # the header is row 1, so the first row of data is row 2
MOST_LISTED = 1_000  # rows with one finding in one column that are listed one by one
ROWS_AT_ONCE = 500_000
CODES_OF_COUNTS = 2  # banffIT writes glomeruli and arteries as codes 0, 1, 2
EXPECTED: Mapping[str, str] = {
    "score": "0, 1, 2 or 3",
    "double_contours": "0, 1, 1a, 1b, 2 or 3",
    "flag": "yes or no",
    "method": "IF or IHC",
    "count": "a whole number from 0 to 1000",
    "percent": "a percentage from 0 to 100",
}
TABLE = "banff"


def find_in_biopsies(
    frame: pl.DataFrame | pl.LazyFrame, columns: BanffColumns, file: str = ""
) -> tuple[Finding, ...]:
    """Every finding in a file of biopsies, in the order of reports; rows as a spreadsheet counts them.

    Memory does not grow with the number of rows but for what is listed.
    """
    rows = frame.lazy()
    readable = _readable(rows, columns)
    listed = _Listed(file)
    n_rows = 0
    most: dict[str, int] = {}
    for part in _parts(rows, columns):
        for each in wrong_in_rows(part, readable):
            listed.add(each, n_rows)
        _count_most(part, readable, most)
        n_rows += part.height
    found = [*_in_header(columns, readable, n_rows, file), *listed.findings()]
    for source, highest in most.items():
        if highest <= CODES_OF_COUNTS:
            found.append(finding("GT-BF-006", TABLE, column=source, file=file))
    repeats = repeated_numbers(rows, columns, n_rows)
    if repeats is not None:
        first, second = repeats.first + HEADER_ROWS, repeats.second + HEADER_ROWS
        found.append(
            finding(
                "GT-BF-008",
                TABLE,
                column=repeats.column,
                file=file,
                n_rows=repeats.n_rows,
                first=first,
                second=second,
            )
        )
    return in_order(found)


def _readable(rows: pl.LazyFrame, columns: BanffColumns) -> BanffColumns:
    """The columns without multilayering where it is graded: which grade is severe, no cell tells."""
    source = columns.source("ptcml")
    if source is None or columns.read["ptcml"].kind == BLANK_KIND:
        return columns
    graded = multilayering_is_graded(source, rows.collect_schema()[source])
    return without(columns, "ptcml") if rows.select(graded).collect(engine="streaming").item() else columns


def _parts(rows: pl.LazyFrame, columns: BanffColumns) -> Iterator[pl.DataFrame]:
    """The columns that are read, in parts; a file with no such column gives parts with its first column."""
    names = rows.collect_schema().names()
    own = list(dict.fromkeys(each.source for each in columns.read.values())) or names[:1]
    yield from rows.select(own).collect_batches(
        chunk_size=ROWS_AT_ONCE, maintain_order=True, engine="streaming"
    )


def _in_header(columns: BanffColumns, readable: BanffColumns, n_rows: int, file: str) -> Iterator[Finding]:
    for name in columns.unknown:
        yield finding("GT-BF-002", TABLE, column=name, file=file)
    for mapped in columns.doubled:
        other = columns.read[mapped.name].source
        yield finding("GT-BF-003", TABLE, column=mapped.source, file=file, name=mapped.name, other=other)
    multilayering = readable.read.get("ptcml")
    if multilayering is not None and multilayering.kind == BLANK_KIND:
        yield finding("GT-BF-004", TABLE, column=multilayering.source, file=file)
    if not n_rows:
        yield finding("GT-BF-007", TABLE, file=file)
    if not any(mapped.kind in (*VALUES, BLANK_KIND) for mapped in columns.read.values()):
        yield finding("GT-BF-014", TABLE, file=file)


def _count_most(part: pl.DataFrame, columns: BanffColumns, most: dict[str, int]) -> None:
    """The highest count so far in columns whose name leaves open whether they hold counts or codes."""
    for name in ("n_glomeruli", "n_arteries"):
        mapped = columns.read.get(name)
        if mapped is None or mapped.source.lower() not in ("glomeruli", "arteries"):
            continue
        alone = BanffColumns({name: mapped}, (), ())
        highest = typed_cells(part.select(mapped.source), alone).get_column(name).max()
        if isinstance(highest, int):
            most[mapped.source] = max(highest, most.get(mapped.source, 0))


class _Listed:
    """Findings row by row, each kind in each column up to a limit, beyond which it is counted."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[Finding] = []
        self._n: Counter[tuple[str, str]] = Counter()

    def add(self, wrong: Wrong, rows_before: int) -> None:
        """The wrong rows of a part that begins after this number of rows."""
        place = (wrong.code, wrong.column)
        room = max(MOST_LISTED - self._n[place], 0)
        self._n[place] += len(wrong.rows)
        values = wrong.rows if wrong.values is None else wrong.values
        for row, value in zip(wrong.rows.head(room), values.head(room), strict=True):
            at = rows_before + row + HEADER_ROWS
            self._found.append(self._one(wrong, at, value))

    def _one(self, wrong: Wrong, row: int, value: object) -> Finding:
        if wrong.mapped is None:
            return finding(wrong.code, TABLE, row, wrong.column, file=self._file)
        name, expected = wrong.mapped.name, EXPECTED[kind_of(wrong.mapped)]
        return finding(
            wrong.code,
            TABLE,
            row,
            wrong.column,
            file=self._file,
            name=name,
            value=value,
            expected=expected,
        )

    def findings(self) -> list[Finding]:
        """Those listed, and how many there are where not all are."""
        return [*self._found, *(self._further(*place) for place, n in self._n.items() if n > MOST_LISTED)]

    def _further(self, code: str, column: str) -> Finding:
        n = self._n[code, column]
        if code == "GT-BF-001":
            return finding(
                "GT-BF-015", TABLE, column=column, file=self._file, n_cells=n, n_listed=MOST_LISTED
            )
        return finding(
            "GT-BF-018", TABLE, column=column, file=self._file, n_rows=n, which=code, n_listed=MOST_LISTED
        )
