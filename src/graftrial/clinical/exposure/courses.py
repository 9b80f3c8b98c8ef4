"""Doses of a course of treatment, and whether a course that the protocol demands was complete."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import at_least, known_only

FOUNDING_TRIAL = "Večerić-Haler Ž et al. Transpl Int 2022;35:10772"
FOUNDING_TRIAL_DOI = "10.3389/ti.2022.10772"
SESSIONS = Input("sessions", pl.Int32, "sessions", low=0, high=1000)


def cumulative_dose(dose: pl.Expr, sessions: pl.Expr) -> pl.Expr:
    """Sum of the doses of a course, in the unit of one dose."""
    return dose * sessions


def dose_per_size(cumulative_dose: pl.Expr, size: pl.Expr) -> pl.Expr:
    """Cumulative dose per kg or per m2."""
    return cumulative_dose / size


def dose_times_size(cumulative_dose_per_size: pl.Expr, size: pl.Expr) -> pl.Expr:
    """Cumulative dose from a dose per kg or per m2."""
    return cumulative_dose_per_size * size


def is_course_complete(sessions_given: pl.Expr, sessions_planned: pl.Expr) -> pl.Expr:
    """Whether as many sessions were given as planned."""
    return at_least(known_only(sessions_given - sessions_planned), 0)


CUMULATIVE_DOSE = Rule(
    id="exposure.cumulative_dose",
    edition="1",
    title="Cumulative dose of a course",
    source=Source(
        FOUNDING_TRIAL,
        "Methods: doses of standard therapy as one dose times sessions (IVIG 100 mg/kg, 7 times)",
        FOUNDING_TRIAL_DOI,
    ),
    inputs=(Input("dose", pl.Float64, low=0, high=1e6), SESSIONS),
    output="unit of one dose",
    population="courses whose sessions have one dose",
    golden="exposure/cumulative_dose_1",
    expression=cumulative_dose,
)
DOSE_PER_SIZE = Rule(
    id="exposure.dose_per_size",
    edition="1",
    title="Cumulative dose per kg or m2",
    source=Source(
        FOUNDING_TRIAL,
        "Methods: doses per kg of body weight; per m2 by the same division",
        FOUNDING_TRIAL_DOI,
    ),
    inputs=(
        Input("cumulative_dose", pl.Float64, low=0, high=1e9),
        Input("size", pl.Float64, "kg or m2", low=0.1, high=300),
    ),
    output="unit of one dose, per kg or m2",
    population="anyone whose weight, or weight and height, is recorded",
    golden="exposure/dose_per_size_1",
    expression=dose_per_size,
)
DOSE_TIMES_SIZE = Rule(
    id="exposure.dose_times_size",
    edition="1",
    title="Cumulative dose from a dose per kg or m2",
    source=Source(
        FOUNDING_TRIAL, "Methods: doses per kg of body weight; per m2 by the same product", FOUNDING_TRIAL_DOI
    ),
    inputs=(
        Input("cumulative_dose_per_size", pl.Float64, low=0, high=1e6),
        Input("size", pl.Float64, "kg or m2", low=0.1, high=300),
    ),
    output="unit of one dose without per kg or m2",
    population="anyone whose weight, or weight and height, is recorded",
    golden="exposure/dose_times_size_1",
    expression=dose_times_size,
)
COURSE_COMPLETE = Rule(
    id="exposure.course_complete",
    edition="1",
    title="Course of standard therapy complete",
    source=Source(
        FOUNDING_TRIAL,
        "Methods: cells after completion of standard therapy (plasmapheresis and IVIG, 7 each)",
        FOUNDING_TRIAL_DOI,
    ),
    inputs=(
        Input("sessions_given", pl.Int32, "sessions", low=0, high=1000),
        Input("sessions_planned", pl.Int32, "sessions", low=0, high=1000),
    ),
    output="yes or no",
    population="anyone for whom the protocol demands the course before the infusion",
    golden="exposure/course_complete_1",
    expression=is_course_complete,
)
