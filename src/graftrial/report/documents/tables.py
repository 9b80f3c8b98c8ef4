"""Every table of the report as a frame of text with a name that stays: the section, then the caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from graftrial.report.blocks import Block, Fold, Section, Table
from graftrial.report.names import file_name


def table_frames(sections: Sequence[Section]) -> dict[str, pl.DataFrame]:
    """The printed tables by file name without ending; what stands under a cell follows it in brackets."""
    frames: dict[str, pl.DataFrame] = {}
    for section in sections:
        for table in _tables(section.blocks):
            name = wanted = file_name(f"{section.anchor}-{table.caption}".lower())
            number = 1
            while name in frames:
                number += 1
                name = f"{wanted}-{number}"
            frames[name] = _frame(table)
    return frames


def _tables(blocks: Sequence[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Fold):
            yield from _tables(block.blocks)


def _frame(table: Table) -> pl.DataFrame:
    names: list[str] = []
    for column in table.columns:
        title = f"{column.title} [{column.below}]" if column.below else column.title or "remark"
        names.append(title if title not in names else f"{title} ({len(names) + 1})")
    rows = []
    for row in table.rows:
        texts = [f"{each.text} [{each.below}]" if each.below else each.text for each in row.cells]
        rows.append([*texts, *[""] * (len(names) - len(texts))])
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
