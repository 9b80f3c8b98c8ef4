"""The generic bead table: one row a bead in one serum, whatever the vendor. Its columns are in `bead_table.toml`.

A vendor's layout is never guessed: a file with other names comes with a mapping. Decimal commas, cells such as
`A*01:01, -, -` and several beads of one antigen are ordinary; the antigen's intensity is that of its highest bead.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from graftrial.findings import Finding, finding, in_order
from graftrial.intake.csv_file import read_csv
from graftrial.intake.lifecodes_run import number
from graftrial.intake.luminex_control import CONTROLS
from graftrial.intake.table import ROW
from graftrial.study.model import Intake

TABLE = "antibodies"  # of which a bead table is the raw form
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
ANTIGEN = ("subject_id", "date", "specificity", "assay", "serum_treatment", "dilution")
METHOD = ("vendor", "kit", "lot")


@dataclass(frozen=True, slots=True)
class BeadColumn:
    """One column of the bead table."""

    name: str
    kind: str
    required: bool
    means: str
    low: float | None = None


@dataclass(frozen=True, slots=True)
class BeadTable:
    """A bead table as it was read.

    beads: the declared columns, then `source_row`; control beads are in `controls`.
    """

    beads: pl.DataFrame
    controls: pl.DataFrame
    findings: tuple[Finding, ...]


@cache
def bead_columns() -> Mapping[str, BeadColumn]:
    """The columns of the bead table by name."""
    text = files("graftrial.intake").joinpath("bead_table.toml").read_text(encoding="utf-8")
    return {name: BeadColumn(name=name, **body) for name, body in tomllib.loads(text).items()}


def read_bead_table(path: Path, columns: Mapping[str, str] | None = None) -> BeadTable:
    """A bead table from a CSV file.

    columns: our name of a column -> its name in the file, where the two differ.
    Raises: GT-FILE-004 to -007, -009 where the file is no CSV.
    """
    sheet, found = read_csv(path, path.name, TABLE, Intake())
    named = {(name or "").strip(): str(place) for place, name in enumerate(sheet.header)}
    wanted = {name: (columns or {}).get(name, name) for name in bead_columns()}
    missing = [
        name for name, column in bead_columns().items() if column.required and wanted[name] not in named
    ]
    if missing:
        found += [finding("GT-AB-014", TABLE, row=1, file=path.name, missing=each) for each in missing]
        return BeadTable(_empty(), _empty(), in_order(found))
    series = [
        _typed(bead_columns()[name], sheet.cells, named.get(source), path.name, found)
        for name, source in wanted.items()
    ]
    frame = pl.DataFrame([*series, sheet.cells[ROW]]).with_columns(
        specificity=_antigens(pl.col("specificity"))
    )
    is_control = pl.col("bead_id").str.to_uppercase().is_in(list(CONTROLS)).fill_null(False)
    return BeadTable(frame.filter(~is_control), frame.filter(is_control), in_order(found))


def _empty() -> pl.DataFrame:
    types = {
        name: pl.Float64 if each.kind == "number" else pl.String for name, each in bead_columns().items()
    }
    return pl.DataFrame(schema=types | {ROW: pl.Int32})


def _antigens(specificity: pl.Expr) -> pl.Expr:
    """The names of a cell without the dashes and blanks that stand for no antigen."""
    parts = specificity.str.split(",").list.eval(pl.element().str.strip_chars())
    named = parts.list.eval(pl.element().filter(~pl.element().is_in(["-", "", "Bw4", "Bw6"])))
    return pl.when(named.list.len() > 0).then(named.list.join(","))


def _typed(
    column: BeadColumn, cells: pl.DataFrame, source: str | None, file: str, found: list[Finding]
) -> pl.Series:
    """A column of the file, typed; a cell that cannot be read is null and a finding."""
    dtype = pl.Float64 if column.kind == "number" else pl.String
    if source is None:
        return pl.Series(column.name, [None] * cells.height, dtype)
    texts = cells[source].str.strip_chars().replace("", None)
    if column.kind == "number":
        values = pl.Series(column.name, [_number(text) for text in texts], dtype)
    elif column.kind == "date":
        values = texts.set(~texts.str.contains(ISO_DATE).fill_null(True), None).alias(column.name)
    else:
        return texts.alias(column.name)
    for row, text, value in zip(cells[ROW], texts, values, strict=True):
        if text is not None and value is None:
            reason = (
                "the cell holds no number" if column.kind == "number" else "the cell holds no whole ISO date"
            )
            found.append(finding("GT-AB-015", TABLE, row=row, column=column.name, file=file, reason=reason))
        elif column.low == 0 and isinstance(value, float) and value < 0:
            found.append(finding("GT-AB-009", TABLE, row=row, column=column.name, file=file))
    return values.set((values < 0).fill_null(False), None) if column.low == 0 else values


def _number(text: str | None) -> float | None:
    return None if text is None else number(text)


def antigen_rows(beads: pl.DataFrame) -> pl.DataFrame:
    """One row an antigen and serum: the highest of its beads, their mean, how many there are.

    Returns: subject_id, date, specificity, assay, serum_treatment, dilution, mfi, mean_mfi, n_beads, and vendor, kit,
        lot where all beads agree.
    """
    intensity = pl.col("mfi_raw")
    agreed = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in METHOD]
    summary = [
        intensity.max().alias("mfi"),
        intensity.mean().alias("mean_mfi"),
        pl.len().cast(pl.Int32).alias("n_beads"),
    ]
    named = beads.filter(pl.col("specificity").is_not_null())
    return named.group_by(ANTIGEN).agg(*summary, *agreed).sort(ANTIGEN)
