"""The parts of a transcripts page that repeat a thousand times: rows of tables and strips, as escaped HTML text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from markupsafe import Markup, escape

from graftrial.report.transcripts.rows import SetRow


def table_rows(rows: Iterable[Sequence[object]], numbers: Collection[int] = ()) -> Markup:
    """Rows of a table; the first cell of each is its heading. numbers: places of columns that stand to the right."""
    return Markup("".join(_row(row, numbers) for row in rows))


def _row(row: Sequence[object], numbers: Collection[int]) -> str:
    head, *rest = (escape(each) for each in row)
    cells = "".join(
        f"<td{' data-n' if place in numbers else ''}>{each}</td>" for place, each in enumerate(rest, 1)
    )
    return f'<tr><th scope="row">{head}</th>{cells}</tr>\n'


def strip_rows(rows: Iterable[SetRow]) -> Markup:
    """Gene sets as strips of percentiles, a circle for the mean and a dot for the ranks."""
    return Markup("".join(_strip(each) for each in rows))


def _strip(row: SetRow) -> str:
    title = escape(row.title)
    marks = "".join(
        f'<span class="mark {name}" style="left:{at:.1f}%"></span>'
        for name, at in (("mean", row.mean_at), ("ranked", row.ranked_at))
        if at is not None
    )
    return (
        f'<div class="name">{title} <span class="quiet">{escape(row.genes)}</span></div>\n'
        f'<div class="end">{escape(row.percentiles)}</div>\n'
        f'<div class="track" title="{title}: singscore {escape(row.ranked)}, mean log2 {escape(row.mean)}">\n'
        f"{marks}</div>\n"
    )
