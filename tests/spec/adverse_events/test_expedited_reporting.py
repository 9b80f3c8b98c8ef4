"""A suspected unexpected serious reaction is due 7 or 15 calendar days after the sponsor became aware, which is day 0."""

import pytest

from graftrial import pipeline

HEADER = (
    "subject_id,ae_id,term,start,serious,serious_life_threatening,outcome,expected,related_cells_investigator,"
    "related_cells_sponsor,aware_date,severe_aware_date,reported_date,severe_reported_date,completed_date,downgraded_date,"
    "aware_investigator_date,qualified_date\n"
)
INFUSIONS = "subject_id,product_id,start\nS01,P1,2024-01-10\n"
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\n"


def asked(study_folder, regime="eu", cut="2024-12-31", **given):
    """The results of one serious, related, unexpected event that was not life-threatening, changed as given."""
    event = {
        "start": "2024-02-01",
        "serious": "yes",
        "serious_life_threatening": "no",
        "outcome": "recovered",
        "expected": "no",
        "related_cells_investigator": "possible",
        "aware_date": "2024-02-20",
    } | given
    names = HEADER.strip().split(",")
    row = ",".join(
        {"subject_id": "S01", "ae_id": "1", "term": "Sepsis", **event}.get(each, "") for each in names
    )
    study = f'\n[data_cut]\ndate = "{cut}"\n' + (
        f'[safety.reporting]\nregime = "{regime}"\n' if regime else ""
    )
    tables = {"subjects": SUBJECTS, "infusions": INFUSIONS, "adverse_events": HEADER + row + "\n"}
    frame = pipeline.run(study_folder(tables, study)).results.frame
    return {each["key"].removeprefix("susar.S01.1"): each for each in frame.iter_rows(named=True)}


VERDICTS = [
    # given                                                                            SUSAR   because
    ({},                                                                               "yes",  "serious, related and unexpected"),
    ({"serious": "no", "serious_life_threatening": ""},                                None,   "not serious: no row at all"),
    ({"expected": "yes"},                                                              "no",   "expected"),
    ({"expected": ""},                                                                 None,   "expectedness not reported: never no"),
    ({"related_cells_investigator": "unlikely"},                                       "no",   "not related"),
    ({"related_cells_investigator": "unlikely", "related_cells_sponsor": "possible"},  "yes",  "the sponsor may raise"),
    ({"related_cells_investigator": "possible", "related_cells_sponsor": "unlikely"},  "yes",  "the sponsor cannot lower"),
    ({"related_cells_investigator": ""},                                               "yes",  "unjudged counts as related"),
    ({"related_cells_investigator": "", "related_cells_sponsor": "unlikely"},          "yes",  "the investigator has not judged"),
    ({"related_cells_investigator": "", "start": "2023-12-01"},                        "no",   "it began before the cells"),
    ({"serious": "", "serious_life_threatening": ""},                                  None,   "seriousness not reported: never no"),
    ({"serious": "no", "outcome": "fatal"},                                            "yes",  "a death is serious"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "answer", "because"), VERDICTS)
def test_whether_an_event_is_a_susar(study_folder, given, answer, because):
    rows = asked(study_folder, **given)
    if given.get("serious") == "no" and "outcome" not in given:
        assert "" not in rows, because
        return
    assert rows[""]["value"] == answer, because
    assert (answer is None) == bool(rows[""]["not_assessable"]), because
    if answer is None:
        assert "not reported" in rows[""]["warnings"], because


SEVERE, UNKNOWN = {"serious_life_threatening": "yes"}, {"serious_life_threatening": ""}
DUE = [
    # aware         given      clock              due                       because
    ("2024-02-20",  {},        "other",           "2024-03-06",             "15 days over the end of a leap February"),
    ("2023-02-20",  {},        "other",           "2023-03-07",             "15 days over the end of a common February"),
    ("2024-02-24",  SEVERE,    "severe",          "2024-03-02",             "7 days over the end of the month"),
    ("2024-12-27",  SEVERE,    "severe",          "2025-01-03",             "7 days over the end of the year"),
    ("2024-06-28",  SEVERE,    "severe",          "2024-07-05",             "weekends count"),
    ("2024-02-24",  SEVERE,    "completion",      "2024-03-10",             "8 more days from the due day"),
    ("2024-02",     {},        "other",           "2024-02-16 and 2024-03-15", "a month of awareness gives bounds"),
    ("2024-02",     SEVERE,    "severe",          "2024-02-08 and 2024-03-07", "a month of awareness gives bounds"),
    ("2024-02-20",  UNKNOWN,   "severe_or_other", "2024-02-27 and 2024-03-06", "severity not reported: 7 to 15 days"),
    ("D45",         {},        "other",           "2024-03-10",             "a study day counts from the first infusion"),
    ("",            {},        "other",           "not reported",           "no awareness, no day 0"),
]  # fmt: skip


@pytest.mark.parametrize(("aware", "given", "clock", "due", "because"), DUE)
def test_when_a_report_is_due(study_folder, aware, given, clock, due, because):
    row = asked(study_folder, **({"start": "2023-01-05", "aware_date": aware} | given))[f".{clock}.due_date"]
    if row["value"] is None:
        assert due in row["warnings"], because
    else:
        assert row["value"] == due, because


STATES = [
    # cut           given                              state           because
    ("2024-03-06",  {},                                "open",         "due today is not overdue"),
    ("2024-03-07",  {},                                "overdue",      "the day after it is"),
    ("2024-12-31",  {"reported_date": "2024-03-06"},   "sent in time", "sent on the last day"),
    ("2024-12-31",  {"reported_date": "2024-03-07"},   "sent late",    "sent a day late"),
    ("2024-03-07",  {"reported_date": "2024-03-08"},   "overdue",      "a report after the data cut is not known yet"),
    ("2024-12-31",  {"reported_date": "2024-03"},      None,           "March may be before or after the 6th"),
    ("2024-03-10",  {"aware_date": "2024-02"},         None,           "the month leaves it open on 10 March"),
    ("2024-03-16",  {"aware_date": "2024-02"},         "overdue",      "after 15 March it is proven"),
    ("2024-12-31",  {"aware_date": ""},                None,           "without day 0 nothing is said"),
    ("2024-02-19",  {},                                "not known at the data cut", "the sponsor was not aware yet"),
    ("2024-12-31",  {"expected": "yes", "downgraded_date": "2024-03-01"}, "overdue", "a downgraded case keeps its clock"),
]  # fmt: skip


@pytest.mark.parametrize(("cut", "given", "state", "because"), STATES)
def test_where_a_deadline_stands_at_the_data_cut(study_folder, cut, given, state, because):
    row = asked(study_folder, cut=cut, **given)[".other.state"]
    assert row["value"] == state, because
    assert state is not None or row["warnings"], because


def test_days_left_are_negative_once_overdue(study_folder):
    assert asked(study_folder, cut="2024-03-08")[".other.days_left"]["value"] == "-2"
    partial = asked(study_folder, cut="2024-03-10", aware_date="2024-02")[".other.days_left"]
    assert (partial["value"], partial["lower"], partial["upper"]) == (None, "-23", "5")


def test_a_case_that_becomes_fatal_starts_again_at_7_days(study_folder):
    rows = asked(study_folder, severe_aware_date="2024-03-04", outcome="fatal")
    assert rows[".other.due_date"]["value"] == "2024-03-06", "the first clock goes on"
    assert rows[".became_severe.due_date"]["value"] == "2024-03-11"
    assert rows[".completion.due_date"]["value"] == "2024-03-19"


def test_what_may_be_a_susar_has_a_provisional_deadline(study_folder):
    rows = asked(study_folder, expected="")
    assert "holds if it is one" in rows[".other.due_date"]["warnings"]
    counted = {key: each for key, each in rows.items() if key.startswith("susar_count")}
    assert counted["susar_count.cases"]["value"] is None
    assert counted["susar_count.overdue"]["value"] is None, "not zero: it is open whether anything is overdue"


def test_the_united_kingdom_counts_completion_from_the_report(study_folder):
    rows = asked(study_folder, "uk", **SEVERE, reported_date="2024-02-22")
    assert rows[".severe.due_date"]["value"] == "2024-02-27"
    assert rows[".completion.due_date"]["value"] == "2024-03-01"
    assert rows[".severe.due_date"]["method"] == "SI 2004/1031, regulation 33(1)", "read: no mark"


def test_a_clause_that_was_not_read_carries_its_mark(study_folder):
    assert "wording not read" in asked(study_folder)[".other.due_date"]["method"]
    again = asked(study_folder, severe_aware_date="2024-03-04", outcome="fatal")[".became_severe.due_date"]
    assert "R: recalled" in again["method"]


def test_without_a_regime_there_is_a_verdict_and_no_deadline(study_folder):
    rows = asked(study_folder, regime="")
    assert rows[""]["value"] == "yes"
    assert not [key for key in rows if key.endswith(".due_date")]
    assert rows["susar_count.overdue"]["value"] is None


INVESTIGATOR = [
    # investigator  sponsor       state           because
    ("2024-02-19",  "2024-02-20", "sent in time", "the next day"),
    ("2024-02-18",  "2024-02-20", "sent late",    "two days later"),
    ("2024-02",     "2024-02-20", None,           "the month leaves it open"),
]  # fmt: skip


@pytest.mark.parametrize(("investigator", "sponsor", "state", "because"), INVESTIGATOR)
def test_the_investigator_tells_the_sponsor_within_a_day(study_folder, investigator, sponsor, state, because):
    rows = asked(study_folder, aware_investigator_date=investigator, aware_date=sponsor, expected="yes")
    assert rows[".investigator.state"]["value"] == state, because


def test_the_united_states_count_15_days_from_the_determination_and_7_from_receipt(study_folder):
    assert asked(study_folder, "us")[".other.due_date"]["value"] == "2024-03-06"
    assert asked(study_folder, "us", qualified_date="2024-02-26")[".other.due_date"]["value"] == "2024-03-12"
    severe = asked(study_folder, "us", **SEVERE, qualified_date="2024-02-26")
    assert severe[".severe.due_date"]["value"] == "2024-02-27"
    assert ".completion.due_date" not in severe
