"""The templates of the report."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from graftrial.report.cells import cell_html, rows_html


@cache
def environment() -> Environment:
    """The templates of this package."""
    templates = Environment(
        loader=PackageLoader("graftrial.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["cell"] = cell_html
    templates.filters["rows"] = rows_html
    templates.filters["kind"] = lambda block: type(block).__name__.lower()
    return templates
