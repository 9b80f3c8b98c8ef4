"""Terms and grades of adverse events against the list of all CTCAE terms, where the study supplies it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from graftrial.checks.located import found
from graftrial.findings import Finding, in_order
from graftrial.intake.ctcae_terms import CtcaeTerms, folded
from graftrial.intake.table import ROW, Tables


def check_terms(tables: Tables, terms: CtcaeTerms | None) -> tuple[Finding, ...]:
    """GT-AE-015 (unknown term) and GT-AE-016 (grade that the term does not have); nothing without a list."""
    if terms is None:
        return ()
    rows = tables.frame("adverse_events").filter(
        pl.col("ctcae_term").is_not_null()
        & (pl.col("ctcae_edition").is_null() | (pl.col("ctcae_edition") == terms.edition))
    )
    return in_order([*_unknown(tables, rows, terms), *_no_such_grade(tables, rows, terms)])


def _unknown(tables: Tables, rows: pl.DataFrame, terms: CtcaeTerms) -> Iterator[Finding]:
    strange = [each for each in rows["ctcae_term"].unique().to_list() if folded(each) not in terms.names]
    near = {each: _nearest(each, terms) for each in strange}
    words = rows.filter(pl.col("ctcae_term").is_in(strange)).select(
        ROW,
        "subject_id",
        "ctcae_term",
        edition=pl.lit(terms.edition),
        suggestion=pl.col("ctcae_term").replace_strict(near, default="", return_dtype=pl.String),
    )
    yield from found("GT-AE-015", tables["adverse_events"], words, "ctcae_term")


def _nearest(term: str, terms: CtcaeTerms) -> str:
    close = get_close_matches(folded(term), terms.names, n=1, cutoff=0.75)
    return f"; did you mean {terms.names[close[0]]}?" if close else ""


def _no_such_grade(tables: Tables, rows: pl.DataFrame, terms: CtcaeTerms) -> Iterator[Finding]:
    graded = rows.filter(pl.col("grade").is_not_null())
    wrong = [
        (row[ROW], row["subject_id"], row["ctcae_term"], row["grade"], terms.edition, _listed(has))
        for row in graded.iter_rows(named=True)
        if (has := terms.grades.get(folded(row["ctcae_term"]))) is not None and row["grade"] not in has
    ]
    columns = [ROW, "subject_id", "ctcae_term", "grade", "edition", "grades"]
    words = pl.DataFrame(wrong, schema=columns, orient="row")
    yield from found("GT-AE-016", tables["adverse_events"], words, "grade")


def _listed(grades: frozenset[int]) -> str:
    return ", ".join(str(each) for each in sorted(grades))
