from __future__ import annotations

import polars as pl
import pytest

from graftrial.checks import (
    CHECKS,
    adverse_events,
    beads,
    biopsy,
    chronology,
    dose,
    expedited,
    hla,
    identity,
    plausibility,
    product,
    reporting,
    run,
    safety,
)
from graftrial.intake.declaration import tables as declarations
from graftrial.intake.table import Table, Tables, absent, schema
from graftrial.study.model import Study

MODULES = (
    identity,
    chronology,
    plausibility,
    dose,
    product,
    adverse_events,
    biopsy,
    hla,
    beads,
    reporting,
    expedited,
    safety,
)
STUDY = Study.model_validate({"study": {"id": "TINY", "title": "A tiny study"}})


def tables_with(**rows: list[dict[str, object]]) -> Tables:
    by_name = {name: absent(name) for name in declarations()}
    for name, given in rows.items():
        frame = pl.DataFrame(given, schema=schema(declarations()[name]))
        by_name[name] = Table(declarations()[name], frame, f"tables/{name}.csv")
    return Tables(by_name)


def test_every_check_of_a_module_is_in_the_tuple():
    written = [
        getattr(module, name) for module in MODULES for name in vars(module) if name.startswith("check_")
    ]
    assert set(written) == set(CHECKS)
    assert len(CHECKS) == len(set(CHECKS))


def test_a_study_without_any_table_has_no_finding():
    assert run(STUDY, tables_with()) == ()


@pytest.mark.parametrize("anchor", ["first_infusion", "enrolled", "consent", "transplant"])
def test_every_anchor_is_understood(anchor):
    study = Study.model_validate({"study": {"id": "T", "title": "T"}, "schedule": {"anchor": anchor}})
    person = {"subject_id": "S01", "sex": "F", "age_years": 50.0, "source_row": 2}
    infusion = {"subject_id": "S01", "start": "D0", "start_stated_day": 0, "source_row": 2}
    assert [
        each for each in run(study, tables_with(subjects=[person], infusions=[infusion])) if each.blocking
    ] == []


def test_the_order_of_rows_does_not_matter():
    person = {"subject_id": "S01", "sex": "F", "age_years": 50.0, "source_row": 2}
    rows = [
        {"subject_id": f"S{n % 3:02}", "biopsy_id": f"B{n}", "c4d": 1, "n_glomeruli": n, "source_row": n + 2}
        for n in range(12)
    ]
    forwards = run(STUDY, tables_with(subjects=[person], biopsies=rows))
    backwards = run(STUDY, tables_with(subjects=[person], biopsies=rows[::-1]))
    assert forwards == backwards
    assert len(forwards) > len(rows)
