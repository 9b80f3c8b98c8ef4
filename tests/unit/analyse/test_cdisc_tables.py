"""The published tables of the CDISC pilot study come out of the functions that count the events of a study.

Attribution of the data: Clinical Data Interchange Standards Consortium (CDISC), Pilot Project Submission Package.
"""

import polars as pl
import pytest

from graftrial.analyse.event_counts import compare_with, count_events

pyreadstat = pytest.importorskip("pyreadstat", reason="SAS transport files are read by pyreadstat")
ARMS = {"Placebo": "pbo", "Xanomeline Low Dose": "low", "Xanomeline High Dose": "high"}


@pytest.fixture(scope="module")
def pilot(shared):
    folder = shared / "data/cdisc_pilot"
    events = pl.from_pandas(pyreadstat.read_xport(folder / "adae.xpt")[0])
    people = pl.from_pandas(pyreadstat.read_xport(folder / "adsl.xpt")[0])
    sizes = dict(people.filter(pl.col("SAFFL") == "Y").group_by("TRT01A").len().iter_rows())
    named = {"USUBJID": "subject_id", "AEBODSYS": "soc", "AEDECOD": "pt", "TRTA": "arm"}
    return events.filter((pl.col("SAFFL") == "Y") & (pl.col("TRTEMFL") == "Y")).rename(named), sizes


def test_table_14_5_01_cell_for_cell(pilot, shared):
    """254 rows, 1,524 counts, 508 p values."""
    events, sizes = pilot
    assert sizes == {"Placebo": 86, "Xanomeline Low Dose": 84, "Xanomeline High Dose": 84}
    counts = compare_with(count_events(events, sizes, by="arm"), "Placebo")
    ours = {
        (row["soc"] or "ANY BODY SYSTEM", row["pt"] or "", ARMS[row["group"]]): row
        for row in counts.iter_rows(named=True)
    }
    path = shared / "data/cdisc_pilot/table_14_5_01_expected.csv"
    table = pl.read_csv(path, schema_overrides={"p_low": pl.String, "p_high": pl.String})
    assert table.height == 254
    assert len(ours) == 3 * 254
    p_values = 0
    for row in table.iter_rows(named=True):
        for arm in ARMS.values():
            found = ours[row["soc"], row["pt"] or "", arm]
            assert (found["subjects"], found["events"]) == (row[f"n_{arm}"], row[f"ev_{arm}"]), (row, arm)
            if arm == "pbo":
                continue
            p_values += 1
            printed = row[f"p_{arm}"]
            if not printed:
                assert found["p"] is None, row
            elif printed == ">.99":
                assert found["p"] > 0.99, row
            else:
                assert f"{found['p']:.3f}" == f"{float(printed):.3f}", (row, found["p"])
    assert p_values == 508


def test_the_non_serious_events_of_the_registry_file(pilot, shared):
    """411 cells of eudract 1.1.1: emergent events that are not serious, per term and arm, zeros included."""
    events, sizes = pilot
    not_serious = events.filter(pl.col("AESER") != "Y")
    counts = count_events(not_serious, sizes, by="arm").filter(pl.col("level") == "term")
    ours = {
        (row["group"], row["pt"]): (row["subjects"], row["events"]) for row in counts.iter_rows(named=True)
    }
    table = pl.read_csv(shared / "reference/ae_tables/eudract_non_serious_cdisc.csv")
    assert table.height == 411
    for row in table.iter_rows(named=True):
        group = row["groupTitle"]
        assert ours[group, row["term"]] == (row["subjectsAffected"], row["occurrences"]), row


def test_a_study_that_names_the_cohort_gets_the_same_test(study_folder):
    """Fisher against the control cohort: 2 of 2 against 0 of 2 is 1/3; without the declaration no p value."""
    from graftrial import pipeline

    people = ("S01,F,50,cells", "S02,M,50,cells", "S03,F,50,control", "S04,M,50,control")
    tables = {
        "subjects": "subject_id,sex,age_years,cohort\n" + "\n".join(people) + "\n",
        "infusions": "subject_id,product_id,start\n"
        + "".join(f"S0{n},P{n},2024-01-10\n" for n in range(1, 5)),
        "adverse_events": "subject_id,ae_id,term,meddra_pt,start\n"
        "S01,1,fever,Pyrexia,2024-01-12\nS02,1,fever,Pyrexia,2024-01-12\nS02,2,fever,Pyrexia,2024-01-20\n",
    }
    cohorts = '\n[[cohorts]]\nid = "cells"\ntitle = "Cells"\n[[cohorts]]\nid = "control"\ntitle = "Control"\n'
    plain = pipeline.run(study_folder(tables, cohorts)).results.frame
    assert plain.filter(pl.col("key").str.contains("fisher")).is_empty()
    declared = '\n[adverse_events]\ncompare_with = "control"\n'
    found = pipeline.run(study_folder(tables, cohorts + declared)).results.frame
    rows = {row["key"]: row["value"] for row in found.iter_rows(named=True)}
    stem = "ae.compared.term.not_coded.pyrexia"
    assert float(rows[f"{stem}.cells.fisher_p"]) == pytest.approx(1 / 3)
    assert (rows[f"{stem}.cells.subjects"], rows[f"{stem}.control.subjects"]) == ("2", "0")
    control = found.filter(pl.col("key") == "ae.any.cohort.control.subjects").row(0, named=True)
    assert (control["value"], control["denominator"]) == ("0", 2)
    assert "not declared complete" in control["warnings"]
    assert rows["ae.any.cohort.cells.events"] == "3"
