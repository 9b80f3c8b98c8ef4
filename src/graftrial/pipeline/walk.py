"""The way back: from a result key to the file, row and column it came from, and to the citation of each rule."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import polars as pl

from graftrial.clinical.card import Rule
from graftrial.clinical.rules import rule
from graftrial.derive.derived import row_key
from graftrial.errors import UsageError
from graftrial.intake.declaration import tables as declarations
from graftrial.intake.table import ROW, Table
from graftrial.pipeline.stages import Run

# The columns of each table that a result of a section rests on; a section that is not named rests on all of the row.
COLUMNS_USED: dict[str, dict[str, tuple[str, ...]]] = {
    "prognosis": {
        "labs": ("analyte", "value", "unit", "date"),
        "antibodies": ("specificity", "mfi", "donor_specific"),
        "biopsies": ("g", "ptc", "i", "t", "ci", "ct", "cg", "date"),
        "subjects": (
            "transplant_date",
            "years_since_transplant",
            "age_years",
            "birth_year",
            "has_diabetes",
            "had_previous_transplant",
            "dialysis_years",
            "donor_type",
            "donor_age_years",
            "donor_height_cm",
            "donor_weight_kg",
            "donor_hypertension",
            "donor_diabetes",
            "donor_died_of_stroke",
            "donor_circulatory_death",
            "donor_creatinine_mg_per_dl",
            "donor_has_hcv",
            "donor_is_black",
        ),
    },
    "uacr_estimated": {
        "labs": ("value", "unit", "date"),
        "subjects": ("sex", "has_diabetes", "has_hypertension"),
    },
    "egfr": {"labs": ("value", "unit", "date"), "subjects": ("age_years", "birth_year", "sex")},
    "dose": {"infusions": ("viable_cells", "weight_kg", "given_cells_per_kg", "planned_cells_per_kg")},
    "disposition": {"disposition": ("milestone", "date"), "infusions": ("subject_id", "start")},
    "outcome": {"disposition": ("milestone", "date")},
    "susar": {
        "adverse_events": (
            "serious",
            "serious_death",
            "serious_life_threatening",
            "serious_hospitalisation",
            "serious_disability",
            "serious_congenital_anomaly",
            "serious_other",
            "outcome",
            "related_cells_investigator",
            "related_cells_sponsor",
            "expected",
            "reference_safety_information",
            "aware_investigator_date",
            "aware_date",
            "qualified_date",
            "severe_aware_date",
            "reported_date",
            "severe_reported_date",
            "completed_date",
            "downgraded_date",
        )
    },
}

BEADS = "beads"  # sources that are beads of a run, not rows of a table


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that a result rests on."""

    file: str
    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Walk:
    """A result, the cells behind it and the rules it was made by."""

    result: dict[str, Any]
    cells: tuple[Cell, ...]
    rules: tuple[Rule, ...]


def explain(run: Run, key: str) -> Walk:
    """The walk back from one result.

    Raises: UsageError GT-CLI-002 (exit 2) for a key that no result has.
    """
    frame = run.results.frame
    found = frame.filter(pl.col("key") == key)
    if found.is_empty():
        raise _unknown_key(key, frame["key"].to_list())
    result = found.row(0, named=True)
    pins = [pin.split("@") for pin in result["rules"].split("; ") if pin]
    cells: list[Cell] = []
    for source in filter(None, (result["sources"] or "").split("; ")):
        cells += _cells(run, source, key)
    return Walk(result, tuple(cells), tuple(rule(name, edition) for name, edition in pins))


def _cells(run: Run, source: str, key: str) -> list[Cell]:
    name = source.split("/", 1)[0]
    if name == BEADS:
        return _beads(run, source)
    table: Table = run.checked.tables[name]
    rows = table.frame.with_columns(_key=row_key(name)).filter(pl.col("_key") == source)
    cells = []
    for row in rows.iter_rows(named=True):
        for column in _columns(key, name, row, table):
            cells.append(Cell(table.file, row[ROW], column, _told(row, column)))
    return cells


def _beads(run: Run, source: str) -> list[Cell]:
    """The beads behind an antibody: their cells in the file of the run."""
    rows = run.checked.tables.supplied.beads.filter(pl.col("key") == source)
    return [
        Cell(row["file"], row["line"], row["column"], _shown(row["mfi"]))
        for row in rows.iter_rows(named=True)
    ]


def _told(row: dict[str, Any], column: str) -> str:
    """A cell as it was recorded; a moment with its time of day."""
    time = row.get(f"{column}_time")
    return f"{_shown(row[column])} {time}" if time else _shown(row[column])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _columns(key: str, table: str, row: dict[str, Any], source: Table) -> list[str]:
    section, measure = [*key.split("."), ""][:2]
    wanted: tuple[str, ...]
    if section == "biopsy":
        wanted = ("g", "ptc", "tma") if measure == "g_plus_ptc" else (measure, "tma")
    elif section.startswith(("egfr", "kdigo_g")):
        wanted = COLUMNS_USED["egfr"].get(table, ())
    else:
        wanted = COLUMNS_USED.get(section, {}).get(table, ())
    if not wanted:
        wanted = tuple(name for name in declarations()[table].columns if row[name] is not None)
    return [name for name in wanted if name in source.given or row.get(name) is not None]


def _unknown_key(key: str, keys: list[str]) -> UsageError:
    near = difflib.get_close_matches(key, keys, n=3, cutoff=0.5)
    suggestion = f"did you mean {' or '.join(near)}?" if near else "check the spelling"
    return UsageError.of("GT-CLI-002", "KEY", key=key, suggestion=suggestion)
