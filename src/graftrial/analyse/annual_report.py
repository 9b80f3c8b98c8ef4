"""The numbers of the annual safety report: the year, exposure, serious events and reactions, deaths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from graftrial.analyse.results import Result, slugs
from graftrial.clinical.adverse_events.clauses import clauses
from graftrial.dates import days_after
from graftrial.derive import Derived
from graftrial.derive.annual_report import INTERVAL, LATER, Interval, interval_of
from graftrial.derive.derived import NOT_REPORTED
from graftrial.study.model import Study

KINDS = {"serious_reactions": "serious adverse reactions", "serious_events": "serious adverse events"}
PLACED_BY = {
    "annual.exposure": "by the day of the infusion",
    "annual.died": "by the day of the milestone death",
}
TABLES = {"annual.exposure": "infusions", "annual.died": "disposition"}
SPANS = {"interval": pl.col("period") == INTERVAL, "cumulative": pl.col("is_by_lock")}


def annual_report(study: Study, derived: Derived) -> list[Result]:
    """`annual.…`; nothing where the study file gives no development birth date or no data cut is known."""
    interval = interval_of(study)
    if interval is None:
        return []
    events = derived.frame("annual_events")
    caution = _cautions(study, interval)
    numbers = [
        *_exposure(derived, interval),
        *(each for kind in KINDS for each in _counts(kind, events, caution)),
        *(_deaths(events, span, caution) for span in SPANS),
        *(_died(study, derived.frame("disposition"), interval, span) for span in SPANS),
    ]
    return [*_year(study, interval), *(_unless_silent(study, derived, each) for each in numbers)]


def group_of(key: str) -> str:
    """The first two parts of a key: `annual.exposure`."""
    return ".".join(key.split(".")[:2])


def _unless_silent(study: Study, derived: Derived, result: Result) -> Result:
    """No number from a table without any row that the study file does not declare complete: that is not zero."""
    table = TABLES.get(group_of(result.key), "adverse_events")
    if table in study.intake.complete or not derived.frame(table).is_empty():
        return result
    why = f"{NOT_REPORTED}: no row of {table}; declare the table complete if there was none"
    return replace(result, value=None, n=None, not_assessable=None, lower=None, upper=None, warnings=(why,))


def _cautions(study: Study, interval: Interval) -> tuple[str, ...]:
    said = []
    if not interval.is_locked:
        said.append("the data cut lies before the data lock: further events may come")
    if "adverse_events" not in study.intake.complete:
        said.append("adverse_events is not declared complete: further events may exist")
    return tuple(said)


def _year(study: Study, interval: Interval) -> Iterator[Result]:
    clause = clauses(study.safety.reporting.regime).get("annual")
    due = days_after(interval.lock, clause.days).isoformat() if clause else None
    method = clause.citation if clause else ""
    why_none = () if clause else ("no regime in [safety.reporting] of the study file",)
    rows = (
        ("first_day", "first day of the interval", interval.first.isoformat(), "development birth date", ()),
        ("data_lock", "data lock", interval.lock.isoformat(), "last day of the interval", ()),
        ("due_date", "annual report due", due, method, why_none),
    )
    for name, label, value, how, warnings in rows:
        yield Result(
            key=f"annual.{name}",
            value=value,
            label=label,
            group="annual.year",
            not_assessable=int(value is None),
            method=how,
            warnings=warnings,
        )


def _exposure(derived: Derived, interval: Interval) -> Iterator[Result]:
    """Subjects infused and infusions given, in the interval and up to the data lock."""
    given = derived.frame("infusions")
    for span in SPANS:
        yes, maybe = _within(given, "start", interval, span)
        more = maybe.filter(~pl.col("subject_id").is_in(yes["subject_id"].implode()))["subject_id"].n_unique()
        counts = (("subjects", yes["subject_id"].n_unique(), more), ("infusions", yes.height, maybe.height))
        for unit, count, unknown in counts:
            label = f"{unit} given cells" if unit == "subjects" else "infusions of cells"
            yield _count(
                f"annual.exposure.{span}.{unit}", label, "annual.exposure", count, unknown, yes, (), unit
            )


def _within(
    rows: pl.DataFrame, moment: str, interval: Interval, span: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the span, and rows of which the records do not decide."""
    low, high = pl.col(f"{moment}_earliest"), pl.col(f"{moment}_latest")
    inside, outside = high <= interval.lock, low > interval.lock
    if span == "interval":
        inside, outside = inside & (low >= interval.first), outside | (high < interval.first)
    return rows.filter(inside), rows.filter(~inside.fill_null(False) & ~outside.fill_null(False))


def _died(study: Study, disposition: pl.DataFrame, interval: Interval, span: str) -> Result:
    """Deaths as the disposition records them, from whatever cause."""
    deaths = disposition.filter(pl.col("milestone") == "death")
    yes, maybe = _within(deaths, "date", interval, span)
    key, label = f"annual.died.{span}.subjects", "subjects who died, from any cause"
    count, more = yes["subject_id"].n_unique(), maybe["subject_id"].n_unique()
    found = _count(key, label, "annual.deaths", count, more, yes, (), "subjects")
    if "disposition" in study.intake.complete:
        return found
    caution = "disposition is not declared complete: further deaths may exist"
    return replace(found, value=found.value or None, warnings=(*found.warnings, caution))


def _counts(kind: str, events: pl.DataFrame, caution: tuple[str, ...]) -> Iterator[Result]:
    """Events and subjects in all, then by class and term; every class and term of one span has a row in the other."""
    related = pl.col("is_reaction") if kind == "serious_reactions" else pl.lit(True)
    rows = events.filter(related & (pl.col("period") != LATER).fill_null(True))
    socs, terms = slugs(rows["soc"]), slugs(rows["pt"])
    places = rows.filter(pl.col("is_serious")).select("soc", "pt").unique().sort("soc", "pt")
    for span, when in SPANS.items():
        yield from _pair(f"annual.{kind}.{span}", KINDS[kind], f"annual.{kind}", rows, when, caution)
        for soc, pt in places.iter_rows():
            own = rows.filter((pl.col("soc") == soc) & (pl.col("pt") == pt))
            stem = f"annual.{kind}.{span}.{socs[soc]}.{terms[pt]}"
            yield from _pair(stem, f"{soc}: {pt}", f"annual.{kind}.term", own, when, caution)


def _pair(
    stem: str, label: str, group: str, rows: pl.DataFrame, when: pl.Expr, caution: tuple[str, ...]
) -> Iterator[Result]:
    is_in = when & pl.col("is_serious")
    yes = rows.filter(is_in)
    maybe = rows.filter(is_in.is_null())
    more = maybe.filter(~pl.col("subject_id").is_in(yes["subject_id"].implode()))["subject_id"].n_unique()
    yield _count(
        f"{stem}.subjects", label, group, yes["subject_id"].n_unique(), more, yes, caution, "subjects"
    )
    yield _count(f"{stem}.events", label, group, yes.height, maybe.height, yes, caution, "events")


def _deaths(events: pl.DataFrame, span: str, caution: tuple[str, ...]) -> Result:
    rows = events.filter((pl.col("period") != LATER).fill_null(True))
    is_in = SPANS[span] & pl.col("is_fatal")
    yes, maybe = rows.filter(is_in), rows.filter(is_in.is_null())
    more = maybe.filter(~pl.col("subject_id").is_in(yes["subject_id"].implode()))["subject_id"].n_unique()
    return _count(
        f"annual.deaths.{span}.subjects",
        "subjects with a fatal event",
        "annual.deaths",
        yes["subject_id"].n_unique(),
        more,
        yes,
        caution,
        "subjects",
    )


def _count(
    key: str,
    label: str,
    group: str,
    count: int,
    unknown: int,
    rows: pl.DataFrame,
    caution: tuple[str, ...],
    unit: str,
) -> Result:
    return Result(
        key=key,
        value=None if unknown and not count else count,
        label=label,
        group=group,
        unit=unit,
        n=count,
        not_assessable=unknown,
        lower=count if unknown else None,
        upper=count + unknown if unknown else None,
        method=PLACED_BY.get(
            group_of(key), "by the day of the sponsor's awareness; by onset where not recorded"
        ),
        warnings=(*caution, f"{unknown} {unit} not assessable") if unknown else caution,
        sources=tuple(rows["key"]),
    )
