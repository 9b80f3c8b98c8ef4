"""Everything that happened to a patient is on one axis, or is named as undated."""

from graftrial import pipeline
from tests.conftest import ROOT


def test_the_index_case_has_biopsies_on_calendar_dates_and_an_infusion_between_them():
    timeline = pipeline.run(ROOT / "examples/late-amr-published").derived.frame("timeline")
    rows = {(row["lane"], row["label"]): row for row in timeline.iter_rows(named=True)}
    infusion = rows["cells", "cell infusion"]
    assert infusion["axis"] == "date"
    assert infusion["is_dated"]
    assert "date not reported: between the biopsies" in infusion["detail"]
    assert str(infusion["date_low"]) == "2019-03-01"
    assert str(infusion["date_high"]) == "2019-07-31"
    lost = rows["milestone", "graft lost"]
    assert not lost["is_dated"]


def test_an_ongoing_event_and_a_finished_course_have_their_ends(study_folder):
    tables = {
        "infusions": "subject_id,product_id,start\nS01,P1,2024-01-10\n",
        "treatments": "subject_id,treatment,purpose,start,end,sessions\nS01,plasmapheresis,standard_therapy,2023-12-20,2024-01-05,7\n",
        "adverse_events": "subject_id,ae_id,term,start,ongoing\nS01,1,Oedema,2024-01-15,yes\n",
    }
    timeline = pipeline.run(study_folder(tables)).derived.frame("timeline")
    rows = {row["label"]: row for row in timeline.iter_rows(named=True)}
    assert (rows["plasmapheresis"]["day_low"], rows["plasmapheresis"]["day_high"]) == (-21, -5)
    assert rows["plasmapheresis"]["detail"] == "× 7"
    assert rows["Oedema"]["is_ongoing"]
