"""The one way a CSV file is written: UTF-8, one line end, few quotes, no cell that a spreadsheet would run.

Spreadsheets may read a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end as a formula.
Such a cell gets a leading apostrophe, unless it is a plain number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

STARTS_A_FORMULA = r"^[=+\-@\t\r\n]"
PLAIN_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"

Rows = Sequence[Mapping[str, object]]


def write_csv(frame: pl.DataFrame | Rows, path: Path) -> None:
    """Write a table. Null and empty text both become an empty cell; rows keep their order.

    Raises: OSError where the file cannot be written.
    """
    path.write_bytes(csv_text(frame).encode())


def csv_text(frame: pl.DataFrame | Rows) -> str:
    """The table as CSV text, harmless in a spreadsheet.

    >>> csv_text(pl.DataFrame({"value": ["-3.86", "=1+1", None]}))
    "value\\n-3.86\\n'=1+1\\n\\n"
    """
    table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame, infer_schema_length=None)
    text = pl.col(pl.String, pl.Categorical, pl.Enum).cast(pl.String)
    # Polars writes "" for an empty text and nothing for null; one spelling of an empty cell is enough
    table = table.with_columns(harmless(pl.when(text != "").then(text)))
    return _plain_csv(table.rename(_harmless_name))


def harmless(cell: pl.Expr) -> pl.Expr:
    """Text that no spreadsheet takes for a formula."""
    runs = cell.str.contains(STARTS_A_FORMULA) & ~cell.str.contains(PLAIN_NUMBER)
    # `+` and not concat_str, which would join all columns where `cell` stands for several
    return pl.when(~runs).then(cell).otherwise(pl.lit("'") + cell)


def _harmless_name(name: str) -> str:
    """The same for the name of a column: names are few, and a query for them costs more than the table."""
    runs = re.match(STARTS_A_FORMULA, name) and not re.fullmatch(PLAIN_NUMBER, name)
    return f"'{name}" if runs else name


def _plain_csv(table: pl.DataFrame) -> str:
    return table.write_csv(line_terminator="\n", quote_style="necessary", null_value="", include_bom=False)
