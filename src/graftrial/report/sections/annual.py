"""Contents of the annual safety report: interval and cumulative tables, exposure, deaths, the line listing."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Note,
    Row,
    Section,
    Table,
    cell,
    folded,
)
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, WITHHELD, plural, rounded, words
from graftrial.report.results import ResultRow

SPANS = ("interval", "cumulative")
KINDS = {
    "serious_reactions": "Serious adverse reactions",
    "serious_events": "Serious adverse events",
}


def section(material: Material) -> Section | None:
    """Nothing where the study file gives no development birth date."""
    results = material.results
    lock = results.get("annual.data_lock")
    if lock is None:
        return None
    blocks: list[Block] = [
        _year(material),
        Note(
            "An event belongs to the interval in which the sponsor became aware of it, or, where that is not recorded, "
            "in which it began. Causality that nobody has judged counts as related. Signals, benefit and risk are left "
            "to the authors of the annual report; no sentence about them is generated.",
            "definition",
        ),
        _totals(material),
        *(_by_term(material, kind) for kind in KINDS),
        Heading("Line listing of serious adverse reactions in the interval"),
        _listing(material),
    ]
    return Section("annual-report", "Annual safety report: contents", tuple(blocks), "Annual report")


def _year(material: Material) -> Facts:
    results = material.results
    facts = []
    for name, title in (
        ("first_day", "First day of the interval"),
        ("data_lock", "Data lock"),
        ("due_date", "Due"),
    ):
        row = results.get(f"annual.{name}")
        below = ""
        if row is not None and name == "due_date":
            below = row.method or row.warnings
        facts.append(
            (title, Cell(words(row.value) if row else NOT_REPORTED, row.key if row else "", below=below))
        )
    caution = results.get("annual.serious_events.cumulative.events")
    if caution is not None and caution.warnings:
        facts.append(("To be kept in mind", cell(caution.warnings)))
    return Facts(tuple(facts))


def _shown(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.is_open and row.lower is not None and row.upper is not None:
        return Cell(
            f"{rounded(row.lower)} to {rounded(row.upper)}", row.key, below="partial days leave it open"
        )
    return (
        Cell(rounded(row.count), row.key)
        if row.count is not None
        else Cell(NOT_ASSESSABLE, row.key, "missing")
    )


def _totals(material: Material) -> Table:
    wanted = (
        ("Subjects given cells", "annual.exposure.{}.subjects"),
        ("Infusions of cells", "annual.exposure.{}.infusions"),
        ("Subjects who died, from any cause", "annual.died.{}.subjects"),
        ("Subjects with a fatal event", "annual.deaths.{}.subjects"),
        ("Serious adverse events", "annual.serious_events.{}.events"),
        ("Subjects with a serious adverse event", "annual.serious_events.{}.subjects"),
        ("Serious adverse reactions", "annual.serious_reactions.{}.events"),
        ("Subjects with a serious adverse reaction", "annual.serious_reactions.{}.subjects"),
    )
    rows = tuple(
        Row((Cell(title), *(_shown(material.results.get(key.format(span))) for span in SPANS)))
        for title, key in wanted
    )
    return Table("Exposure, deaths and serious events", _columns(""), rows, narrow=True)


def _columns(title: str) -> tuple[Column, ...]:
    return (
        Column(title),
        Column("Interval", is_number=True),
        Column("Cumulative", is_number=True, below="up to the data lock"),
    )


def _by_term(material: Material, kind: str) -> Block:
    stem = f"annual.{kind}.cumulative."
    rows = []
    for row in material.results.starting(stem):
        place = row.key.removeprefix(stem)
        if not place.endswith(".events") or place.count(".") != 2:
            continue
        other = material.results.get(f"annual.{kind}.interval.{place}")
        soc, _, term = row.label.partition(": ")
        rows.append(Row((Cell(term, below=soc), _shown(other), _shown(row))))
    if not rows:
        return Note(f"{KINDS[kind]}: none up to the data lock.", "plain")
    return folded(
        Table(f"{KINDS[kind]} by term, events", _columns("Term"), tuple(rows), narrow=True),
        f"{KINDS[kind]} by term",
    )


def _listing(material: Material) -> Block:
    events = list(material.frame("annual_events").iter_rows(named=True))
    chosen = [each for each in events if each["is_reaction"] and each["period"] in ("interval", None)]
    if not chosen:
        return Note("No serious adverse reaction became known in the interval.", "plain")
    rows = tuple(_line(each, material.inputs.share) for each in chosen[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("Event", wide=True),
        Column("Became known"),
        Column("Grade"),
        Column("Criteria"),
        Column("Fatal"),
    )
    notes = material.cut_note(len(rows), len(chosen), "derived/annual_events.csv")
    return folded(
        Table("Serious adverse reactions in the interval", columns, rows, notes, compact=True),
        f"Listing of {plural(len(rows), 'reaction')}",
    )


def _line(event: Record, share: bool) -> Row:
    low, high = event["known_low"], event["known_high"]
    known = "" if low is None or high is None else str(low) if low == high else f"{low} to {high}"
    below = "" if event["basis"] == "aware" else "by onset; awareness not reported"
    if event["period"] is None:
        below = "in the interval or not: the day is partial or not reported"
    fatal = {True: "yes", False: "no"}.get(event["is_fatal"], NOT_REPORTED)
    return Row(
        (
            Cell(event["subject_id"], below=f"no. {event['ae_id']}"),
            Cell(event["pt"] or NOT_REPORTED, tone="strong", below=event["soc"]),
            cell(known or (WITHHELD if share and event["basis"] == "aware" else NOT_REPORTED), below=below),
            cell(words(event["grade"])),
            cell(event["seriousness"] or ("criterion not reported" if event["is_serious"] else NOT_REPORTED)),
            Cell(fatal, tone="alert" if event["is_fatal"] else ""),
        )
    )
