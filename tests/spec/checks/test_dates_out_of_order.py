"""A contradiction between dates counts only where it holds for every day that both can mean."""

from __future__ import annotations

import pytest

INFUSED = "subject_id,start\nS01,{}"
CONSENTED = "subject_id,sex,age_years,consent_date\nS01,F,50,{}"

PROVEN, POSSIBLE = True, False
CONSENT_AND_ONSET = [
    # consent       onset         proven     because
    ("2019-03-15", "2019-03-14", PROVEN, "the day before"),
    ("2019-03-15", "2019-03-15", POSSIBLE, "the same day"),
    ("2019-03-15", "2019-03", POSSIBLE, "March may be the 15th or later"),
    ("2019-03-15", "2019-02", PROVEN, "all of February lies before"),
    ("2019-03", "2019-03-15", POSSIBLE, "consent may be on the 1st of March"),
    ("2019-03", "2019", POSSIBLE, "the year holds the month"),
    ("2019", "2018", PROVEN, "all of 2018 lies before"),
    ("", "2018", POSSIBLE, "consent is not reported"),
    ("2019-03-15", "", POSSIBLE, "onset is not reported"),
    ("D-7", "D-8", PROVEN, "both in study days"),
    ("D-7", "D-7", POSSIBLE, "the same study day"),
]


@pytest.mark.parametrize(("consent", "onset", "proven", "because"), CONSENT_AND_ONSET)
def test_an_event_before_consent_has_to_be_proven(consent, onset, proven, because, codes_of):
    events = f"subject_id,ae_id,term,start\nS01,1,fever,{onset}"
    found = codes_of(subjects=CONSENTED.format(consent), adverse_events=events)
    assert ("GT-DT-006" in found) is proven, because


DAYS_AND_DATES = [
    # first infusion  consent       onset   proven     because
    ("2019-03-15", "2019-03-10", "D-6", PROVEN, "day -6 is 9 March"),
    ("2019-03-15", "2019-03-10", "D-5", POSSIBLE, "day -5 is 10 March"),
    ("2019-03", "2019-03-10", "D-6", POSSIBLE, "day 0 may be the 31st, and day -6 the 25th"),
    ("2019-03", "2019-03-26", "D-6", PROVEN, "even from the 31st, day -6 is the 25th"),
    ("", "2019-03-10", "D-6", POSSIBLE, "day 0 is not dated"),
]


@pytest.mark.parametrize(("infused", "consent", "onset", "proven", "because"), DAYS_AND_DATES)
def test_a_study_day_hangs_on_the_first_infusion(infused, consent, onset, proven, because, codes_of):
    found = codes_of(
        subjects=CONSENTED.format(consent),
        infusions=f"subject_id,product_id,start\nS01,P1,{infused}",
        adverse_events=f"subject_id,ae_id,term,start\nS01,1,fever,{onset}",
    )
    assert ("GT-DT-006" in found) is proven, because


def test_an_undated_infusion_may_be_the_first_one(codes_of):
    infusions = "subject_id,product_id,start\nS01,P1,2019-03-15\nS01,P2,"
    biopsies = "subject_id,biopsy_id,date,timing\nS01,B1,{},{}"
    assert "GT-DT-013" not in codes_of(infusions=infusions, biopsies=biopsies.format("2019-03-01", "after"))
    assert "GT-DT-013" in codes_of(infusions=infusions, biopsies=biopsies.format("2019-03-20", "before"))


DATE_AND_DAY = [
    # first infusion  date         day   contradicts  because
    ("2019-03-01", "2019-03-15", 14, False, "14 days later"),
    ("2019-03-01", "2019-03-15", 28, True, "28 days later is the 29th"),
    ("2019-03-01", "2019-03", 28, False, "the 29th is in March"),
    ("2019-03-01", "2019-04", 28, True, "the 29th is not in April"),
    ("2019-03", "2019-03-15", 28, True, "28 days after any day of March is later"),
    ("2019-03", "2019-04-15", 28, False, "28 days after the 18th"),
]


@pytest.mark.parametrize(("infused", "date", "day", "contradicts", "because"), DATE_AND_DAY)
def test_a_date_and_a_study_day_in_one_row_mean_the_same_day(
    infused, date, day, contradicts, because, codes_of
):
    biopsies = f"subject_id,biopsy_id,date,day\nS01,B1,{date},{day}"
    found = codes_of(infusions=INFUSED.format(infused), biopsies=biopsies)
    assert ("GT-DT-009" in found) is contradicts, because


DEATH = "subject_id,milestone,date\nS01,death,2020-06"
AFTER_DEATH = [
    ("labs", "subject_id,date,analyte,value,unit\nS01,2020-07-01,creatinine,150,umol/L", True),
    ("labs", "subject_id,date,analyte,value,unit\nS01,2020-06-30,creatinine,150,umol/L", False),
    ("infusions", "subject_id,start\nS01,2020-07", True),
    ("adverse_events", "subject_id,ae_id,term,start,end\nS01,1,fever,2020-05,2020-08", True),
    ("adverse_events", "subject_id,ae_id,term,start,end\nS01,1,fever,2020-05,2020", False),
]


@pytest.mark.parametrize(("table", "rows", "proven"), AFTER_DEATH)
def test_nothing_happens_after_death(table, rows, proven, codes_of):
    assert ("GT-DT-002" in codes_of(disposition=DEATH, **{table: rows})) is proven


def test_an_earlier_graft_is_biopsied_before_the_transplantation_of_the_next(codes_of):
    subjects = "subject_id,sex,age_years,transplant_date\nS01,F,50,2020-06-01"
    one = "subject_id,graft_id,biopsy_id,date\nS01,1,B1,2019-01-01"
    two = one + "\nS01,2,B2,2021-01-01"
    assert "GT-DT-007" in codes_of(subjects=subjects, biopsies=one)
    assert "GT-DT-007" not in codes_of(subjects=subjects, biopsies=two)


THERAPY = '[standard_therapy]\ntext = "plasmapheresis, complete before the cells"\n'
COURSE = "subject_id,treatment,purpose,start,end\nS01,plasmapheresis,{},{},{}"
COURSES = [
    ("standard_therapy", "2024-02-20", "2024-02-29", False, "complete the day before"),
    ("standard_therapy", "2024-02-20", "2024-03-02", True, "still going on"),
    ("standard_therapy", "2024-02-20", "2024-03", False, "may have ended on the day of the infusion"),
    ("standard_therapy", "2024-03-05", "", True, "only started later"),
    ("maintenance", "2024-02-20", "2024-03-02", False, "immunosuppression goes on"),
]


@pytest.mark.parametrize(("purpose", "start", "end", "deviates", "because"), COURSES)
def test_standard_therapy_is_complete_before_the_cells(purpose, start, end, deviates, because, codes_of):
    treatments = COURSE.format(purpose, start, end)
    found = codes_of(study=THERAPY, infusions=INFUSED.format("2024-03-01"), treatments=treatments)
    assert ("GT-DT-011" in found) is deviates, because


def test_a_protocol_that_says_nothing_of_standard_therapy_demands_nothing(codes_of):
    treatments = COURSE.format("standard_therapy", "2024-02-20", "2024-03-02")
    assert "GT-DT-011" not in codes_of(infusions=INFUSED.format("2024-03-01"), treatments=treatments)


VISITS = '[[schedule.visits]]\nid = "M12"\nday = 365\nearliest = 335\nlatest = 395\n'
WINDOWS = [
    ("2024-12-30", False, "day 304 is outside, but nobody knows"),
    ("D334", True, "one day early"),
    ("D335", False, "the first day of the window"),
    ("D-30", False, "in the baseline window"),
    ("D-91", True, "before the baseline window"),
]


@pytest.mark.parametrize(("when", "outside", "because"), WINDOWS)
def test_a_measurement_outside_every_visit_window_is_noted(when, outside, because, codes_of):
    biopsies = f"subject_id,biopsy_id,date\nS01,B1,{when}"
    assert ("GT-DT-012" in codes_of(study=VISITS, biopsies=biopsies)) is outside, because


def test_unscheduled_measurements_of_a_person_make_one_finding(findings_of):
    labs = "subject_id,date,analyte,value,unit\n" + "\n".join(
        f"S01,D{day},creatinine,150,umol/L" for day in range(40, 60)
    )
    found = [each for each in findings_of(study=VISITS, labs=labs) if each.code == "GT-DT-012"]
    assert len(found) == 1
    assert "20 rows" in found[0].why
