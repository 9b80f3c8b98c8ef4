"""Shares of patients with an event: one row a group, exact intervals, phases where there is one cohort."""

from __future__ import annotations

import polars as pl
import pytest

from graftrial.analyse.event_shares import event_shares
from graftrial.stats.binomial import interval_clopper_pearson

SCHEMA = {
    "subject_id": pl.String, "soc": pl.String, "pt": pl.String, "key": pl.String, "cohort": pl.String,
    "is_treatment_emergent": pl.Boolean,
}  # fmt: skip


def subjects(*cohorts):
    return pl.DataFrame(
        {"subject_id": [f"S{k}" for k, _ in enumerate(cohorts)], "cohort": list(cohorts)},
        schema={"subject_id": pl.String, "cohort": pl.String},
    )


def events(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


LEAK = ("S0", "Vascular disorders", "Leak", "adverse_events/1", "A", True)
AGAIN = ("S0", "Vascular disorders", "Leak", "adverse_events/2", "A", None)
EARLY = ("S1", "Vascular disorders", "Bleeding", "adverse_events/3", "B", False)


def told(found):
    return {each.key: (each.n, each.denominator) for each in found}


def test_phases_stand_beside_each_other_where_there_is_one_cohort():
    found = event_shares(events(LEAK, AGAIN, EARLY), subjects(None, None, None))
    assert told(found) == {
        "ae.share.soc.vascular_disorders.before_the_infusion": (1, 3),
        "ae.share.soc.vascular_disorders.from_the_infusion_on": (1, 3),
        "ae.share.term.vascular_disorders.leak.before_the_infusion": (0, 3),
        "ae.share.term.vascular_disorders.leak.from_the_infusion_on": (1, 3),
        "ae.share.term.vascular_disorders.bleeding.before_the_infusion": (1, 3),
        "ae.share.term.vascular_disorders.bleeding.from_the_infusion_on": (0, 3),
    }
    one = next(each for each in found if each.key.endswith("leak.from_the_infusion_on"))
    assert (one.lower, one.upper) == interval_clopper_pearson(1, 3)
    assert one.value == pytest.approx(1 / 3)
    assert one.sources == ("adverse_events/1", "adverse_events/2")


def test_cohorts_have_their_own_sizes_and_only_events_since_the_infusion():
    found = event_shares(events(LEAK, EARLY), subjects("A", "B", "B"))
    assert told(found) == {
        "ae.share.soc.vascular_disorders.a": (1, 1),
        "ae.share.soc.vascular_disorders.b": (0, 2),
        "ae.share.term.vascular_disorders.leak.a": (1, 1),
        "ae.share.term.vascular_disorders.leak.b": (0, 2),
    }


def test_no_event_is_no_row():
    assert event_shares(events(), subjects("A", "B")) == []
    assert event_shares(events(), subjects(None)) == []
