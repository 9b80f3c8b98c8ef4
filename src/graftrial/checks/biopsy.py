"""Whether a biopsy can carry the grades recorded for it; the grades are judged by the Banff rules."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from graftrial.checks.located import found
from graftrial.clinical.diagnoses import BY_CODE, LESIONS, SEPARATOR
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

MARGINAL_GLOMERULI, MARGINAL_ARTERIES = 7, 1  # Roufosse, Transplantation 2018;102:1795, adequacy
ARTERIAL_LESIONS = ("v", "cv")
SCARRED_LESIONS = ("i_ifta", "t_ifta")
GRADED = (*LESIONS, "pvl")
INFERRED = re.compile(rf"\s*({'|'.join(GRADED)})\s*=\s*([0-3]|1a|1b)\s*")
NO_REJECTION = "no_rejection"


def check_arterial_lesion_without_artery(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-001: without an artery in the sample v and cv are not assessable, not a grade."""
    for lesion in ARTERIAL_LESIONS:
        graded = (pl.col("n_arteries") == 0) & pl.col(lesion).is_not_null()
        rows = (
            tables.frame("biopsies")
            .filter(graded)
            .select(ROW, "subject_id", lesion=pl.lit(lesion), grade=lesion)
        )
        yield from found("GT-BX-001", tables["biopsies"], rows, lesion)


def check_c4d_without_method(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-002: C4d 1 is positive by one staining method and negative by the other."""
    yield from _biopsies(
        "GT-BX-002", tables, (pl.col("c4d") == 1) & pl.col("c4d_method").is_null(), "c4d_method"
    )


def check_scar_lesions_without_scar(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-003: inflammation of scarred cortex needs scarred cortex."""
    no_scar = (pl.col("ci") == 0) & (pl.col("ct") == 0)
    for lesion in SCARRED_LESIONS:
        rows = tables.frame("biopsies").filter(no_scar & (pl.col(lesion) > 0))
        words = rows.select(ROW, "subject_id", lesion=pl.lit(lesion), grade=lesion)
        yield from found("GT-BX-003", tables["biopsies"], words, lesion)


def check_inadequate_sample(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-004: below 7 glomeruli, or without an artery, a sample cannot exclude anything."""
    few = (pl.col("n_glomeruli") < MARGINAL_GLOMERULI) | (pl.col("n_arteries") < MARGINAL_ARTERIES)
    yield from _biopsies("GT-BX-004", tables, few, "n_glomeruli", "n_glomeruli", "n_arteries")


def check_biopsy_without_date_and_timing(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-005: a biopsy is before or after the cells, or nobody knows which."""
    undated = pl.col("date_earliest").is_null() & pl.col("date_stated_day").is_null()
    yield from _biopsies("GT-BX-005", tables, undated & pl.col("timing").is_null(), "date")


def check_unknown_diagnosis(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-006: the pathologist's diagnoses are written in the codes of the vocabulary."""
    rows = _diagnoses(tables).filter(~pl.col("diagnosis").is_in(list(BY_CODE)))
    nearest = {code: _nearest(code) for code in rows["diagnosis"].unique()}
    words = rows.select(
        ROW,
        "subject_id",
        "diagnosis",
        nearest=pl.col("diagnosis").replace_strict(nearest, return_dtype=pl.String),
    )
    yield from found("GT-BX-006", tables["biopsies"], words, "pathologist_diagnosis")


def check_diagnosis_without_edition(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-007: a diagnosis says by which Banff edition it was made."""
    bare = pl.col("pathologist_diagnosis").is_not_null() & pl.col("edition_used").is_null()
    yield from _biopsies("GT-BX-007", tables, bare, "edition_used")


def check_inferred_scores(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-008: grades inferred from words are written `c4d=0; t=0`."""
    rows = tables.frame("biopsies").filter(pl.col("inferred_scores").is_not_null())
    malformed = [
        any(not INFERRED.fullmatch(part) for part in cell.split(SEPARATOR) if part.strip())
        for cell in rows["inferred_scores"]
    ]
    words = rows.filter(pl.Series(malformed, dtype=pl.Boolean)).select(ROW, "subject_id", "inferred_scores")
    yield from found("GT-BX-008", tables["biopsies"], words, "inferred_scores")


def check_rejection_and_no_rejection(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-009: a biopsy does not show both rejection and no rejection."""
    rejections = [code for code, each in BY_CODE.items() if each.is_rejection]
    rows = _diagnoses(tables)
    denied = rows.filter(pl.col("diagnosis") == NO_REJECTION).select(ROW)
    wrong = rows.filter(pl.col("diagnosis").is_in(rejections)).join(denied, on=ROW, how="semi")
    yield from found("GT-BX-009", tables["biopsies"], wrong, "pathologist_diagnosis")


def check_tubulitis_of_destroyed_membranes(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-BX-010: t3 by areas of destroyed basement membrane needs i of at least 2."""
    yield from _biopsies("GT-BX-010", tables, (pl.col("t") == 3) & (pl.col("i") < 2), "t")


def _biopsies(code: str, tables: Tables, wrong: pl.Expr, column: str, *words: str) -> Iterator[Finding]:
    rows = tables.frame("biopsies").filter(wrong.fill_null(False))
    yield from found(code, tables["biopsies"], rows.select(ROW, "subject_id", *words), column)


def _diagnoses(tables: Tables) -> pl.DataFrame:
    """One row a recorded code: source_row, subject_id, diagnosis."""
    codes = pl.col("pathologist_diagnosis").str.split(SEPARATOR)
    rows = tables.frame("biopsies").select(ROW, "subject_id", diagnosis=codes).explode("diagnosis")
    return rows.with_columns(pl.col("diagnosis").str.strip_chars()).filter(pl.col("diagnosis") != "")


def _nearest(code: str) -> str:
    nearest = get_close_matches(code.lower().replace(" ", "_").replace("-", "_"), BY_CODE, n=1, cutoff=0.5)
    return f"did you mean {nearest[0]}?" if nearest else "`other` stands for a diagnosis without a code"
