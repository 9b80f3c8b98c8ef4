"""The data dictionary: one page for each table of a study, from `intake/tables.toml`."""

from __future__ import annotations

from graftrial.intake.declaration import Column, TableDeclaration, tables
from writers.markdown import code, page, table

KINDS = {
    "id": "a short name",
    "text": "text, as a term",
    "free_text": "words of a person; left out of a shared report",
    "category": "one of the choices",
    "yes_no": "yes or no",
    "integer": "whole number",
    "number": "number",
    "moment": "date, partial date or study day",
    "age": "age in years; a band in a shared report",
}


def pages() -> dict[str, str]:
    """Markdown by path below docs/."""
    rows = [
        (f"[{each.name}]({each.name}.md)", each.row, ", ".join(each.key), "yes" if each.required else "no")
        for each in tables().values()
    ]
    intro = (
        "Every table of a study, as `tables/NAME.csv` or as a sheet of `study.xlsx`. Only `subjects` is required. "
        "How cells are written is in the [tables guide](../../tables.md)."
    )
    index = page("# Data dictionary", intro, table(("table", "one row is", "key", "required"), rows))
    return {"reference/tables/index.md": index} | {
        f"reference/tables/{each.name}.md": _page(each) for each in tables().values()
    }


def _page(declared: TableDeclaration) -> str:
    key = ", ".join(code(name) for name in declared.key)
    intro = f"One row is {declared.row}. {key} together name the row; sources of results cite it by them."
    return page(
        f"# {declared.title} {{ #{declared.name} }}",
        f"`{declared.name}`",
        intro,
        table(
            ("column", "means", "kind", "unit", "expected", "required"),
            [_row(each) for each in (*declared.columns.values(), *declared.also.values())],
        ),
        _patterns(declared),
    )


def _row(column: Column) -> tuple[str, ...]:
    day = f", or `{column.day_name}` in study days" if column.kind == "moment" else ""
    name = code(column.name) + day
    expected = column.expected() if column.choices or column.low is not None else ""
    return name, column.means, KINDS[column.kind], column.unit, expected, "yes" if column.required else ""


def _patterns(declared: TableDeclaration) -> str:
    if declared.pattern_column is None:
        return ""
    shape = declared.pattern_column.name
    return f"Columns of the shape `{shape}` are read for other products too, with the same choices."
