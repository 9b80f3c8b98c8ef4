"""Cells and rows of a table as HTML; not in the template, because a report of a large study has 300,000 of them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from markupsafe import Markup

from graftrial.report.blocks import Cell, Column, Row, Table


def cell_html(cell: Cell, tag: str, attributes: str = "") -> Markup:
    """A cell as an element of this tag; its result's key stands on it, for `graftrial explain`.

    attributes: written as they are.
    """
    tone = f' class="{escape(cell.tone)}"' if cell.tone else ""
    key = ""
    if cell.key:
        named = escape(cell.key)
        key = f' data-key="{named}" title="graftrial explain DIR {named}"'
    text = escape(cell.text)
    if cell.link:
        text = f'<a href="{escape(cell.link)}" rel="noreferrer">{text}</a>'
    below = f'<span class="below">{escape(cell.below)}</span>' if cell.below else ""
    return Markup(f"<{tag}{attributes}{tone}{key}>{text}{below}</{tag}>")  # every part is escaped above


def rows_html(table: Table) -> Markup:
    """The body of a table."""
    return Markup("\n".join(line for row in table.rows for line in _lines(row, table.columns)))


def _lines(row: Row, columns: tuple[Column, ...]) -> Iterator[str]:
    if row.is_group:
        heading = cell_html(row.cells[0], "th", f' scope="rowgroup" colspan="{len(columns)}"')
        yield f'<tr class="group">{heading}</tr>'
    else:
        heading = cell_html(row.cells[0], "th", ' scope="row"' + (' data-level="1"' if row.level else ""))
        cells = "".join(
            cell_html(cell, "td", " data-n" if column.is_number else "")
            for cell, column in zip(row.cells[1:], columns[1:], strict=True)
        )
        kind = ' class="with-remark"' if row.remark else ""
        yield f"<tr{kind}>{heading}{cells}</tr>"
    if row.remark:
        yield f'<tr class="remark"><td colspan="{len(columns)}"><span>{escape(row.remark)}</span></td></tr>'
