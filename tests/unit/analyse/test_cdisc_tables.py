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
