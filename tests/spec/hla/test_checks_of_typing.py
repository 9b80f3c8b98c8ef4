"""Every finding about typings and specificities shows itself in its example and is silent after the correction."""

import io
import tomllib
from textwrap import dedent

import polars as pl
import pytest

from graftrial.checks import hla
from graftrial.findings import catalogue
from graftrial.intake.raw import Raw
from graftrial.intake.table import ROW, RawTable
from graftrial.intake.typed import type_tables
from graftrial.study.model import Study

CHECKS = [
    hla.check_unknown_allele,
    hla.check_blank_second_allele,
    hla.check_unknown_locus,
    hla.check_unknown_specificity,
    hla.check_specificity_against_typing,
    hla.check_antibody_against_self,
]
FOUND_BY_INTAKE = ("GT-AB-020", "GT-HLA-004", "GT-HLA-005")  # tests/unit/test_catalogue.py shows them
CODES = [
    code
    for code, kind in catalogue().items()
    if code.startswith(("GT-HLA-", "GT-AB-")) and "skip" not in kind.example and code not in FOUND_BY_INTAKE
]


def codes_of(tables):
    raw = {}
    for name, text in ({"subjects": "subject_id,sex,age_years\nS01,F,50\n"} | dict(tables)).items():
        cells = pl.read_csv(io.BytesIO(dedent(text).strip().encode()), infer_schema=False)
        rows = cells.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int32))
        raw[name] = RawTable(name, f"tables/{name}.csv", rows.select(*cells.columns, ROW))
    study = Study.model_validate(tomllib.loads('[study]\nid = "TINY"\ntitle = "A tiny study"\n'))
    typed = type_tables(Raw(raw), study.intake)
    return {each.code for check in CHECKS for each in check(study, typed)}


def test_there_are_examples():
    assert len(CODES) == 6


@pytest.mark.parametrize("code", CODES)
def test_the_example_shows_the_finding_and_the_correction_does_not(code):
    assert code in codes_of(catalogue()[code].example)
    assert code not in codes_of(catalogue()[code].corrected)
    assert code in " ".join(check.__doc__ or "" for check in CHECKS)


def test_a_drb345_column_holds_what_belongs_to_it_and_blanks_there_are_ordinary():
    assert not codes_of({"hla": "subject_id,person,locus,allele_1,allele_2\nS01,donor,DRB345,DRB3*02:02,\n"})
