"""Expedited reporting: every serious event with its verdict, and every deadline with where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Note,
    Row,
    Section,
    Table,
    Tone,
    cell,
    folded,
    missing,
    with_citations,
)
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, days, plural, rounded, spoken, yes_no

REGIMES = {
    "eu": "European Union, Regulation (EU) 536/2014",
    "uk": "United Kingdom, SI 2004/1031",
    "us": "United States, 21 CFR 312",
}
STATES: dict[str, Tone] = {"overdue": "alert", "sent late": "alert", "sent in time": "good"}
TITLES = {
    "investigator": "Investigator to sponsor",
    "severe": "Report: fatal or life-threatening",
    "other": "Report: neither fatal nor life-threatening",
    "severe_or_other": "Report: severity not reported",
    "became_severe": "Report: became fatal or life-threatening",
    "completion": "Completion of the report",
}


def section(material: Material) -> Section | None:
    """Verdicts and deadlines; nothing where the study has no event that is, or may be, serious, and no regime."""
    cases = list(material.frame("reporting_cases").iter_rows(named=True))
    regime = material.study.safety.reporting.regime
    if not cases and not regime:
        return None
    blocks: list[Block] = [_law(material)]
    if cases:
        blocks += [_cards(material), _verdicts(material, cases)]
    else:
        blocks.append(Note("No event that is, or may be, serious is recorded.", "missing"))
    if regime:
        blocks += _deadlines(material)
    return Section("expedited", "Expedited reporting", tuple(blocks), "Expedited reporting")


def _law(material: Material) -> Note:
    given = material.study.safety.reporting
    if not given.regime:
        return Note(
            "The study file declares no regime in [safety.reporting]: verdicts are shown, deadlines are not.",
            "missing",
        )
    products = ", ".join(spoken(each) for each in given.products)
    cut = material.inputs.provenance.data_cut or NOT_REPORTED
    return Note(
        f"Deadlines by the law of: {REGIMES[given.regime]}. A relation to {products} makes an event a reaction, by the "
        "word of the investigator or of the sponsor; an event whose causality nobody has judged counts as related. "
        "Days are calendar days; the day on which the sponsor became aware is day 0. "
        f"Compared with the data cut: {cut}.",
        "definition",
    )


def _cards(material: Material) -> Cards:
    cards = []
    for name, title, tone in (
        ("cases", "SUSARs", ""),
        ("open", "Deadlines open", ""),
        ("overdue", "Overdue", "alert"),
    ):
        row = material.results.get(f"susar_count.{name}")
        if row is None or (row.value is None and not row.not_assessable):
            continue
        shown = (
            row.words() if row.is_open else rounded(row.count) if row.count is not None else NOT_ASSESSABLE
        )
        below = f"{row.not_assessable} not assessable" if row.not_assessable else ""
        alert: Tone = "alert" if tone and row.count else ""
        cards.append(Card(title, shown, below, row.key, alert))
    return Cards(tuple(cards))


def _verdicts(material: Material, cases: Sequence[Record]) -> Block:
    shown = sorted(cases, key=lambda each: {True: 0, None: 1, False: 2}[each["susar"]])[:LISTING_ROWS]
    rows = tuple(_verdict(material, each) for each in shown)
    columns = (
        Column("Subject"),
        Column("Event", wide=True),
        Column("Sponsor aware"),
        Column("Serious"),
        Column("Related"),
        Column("Expected"),
        Column("SUSAR"),
        Column("Because", wide=True),
    )
    notes = material.cut_note(len(rows), len(cases), "derived/reporting_cases.csv")
    table = Table("Serious events and whether they are SUSARs", columns, rows, notes, compact=True)
    return folded(with_citations(table, material.results), f"All {plural(len(rows), 'serious event')}")


def _verdict(material: Material, case: Record) -> Row:
    key = material.results.key("susar", case["subject_id"], case["ae_id"])
    susar = case["susar"]
    related = yes_no(case["is_related"])
    if case["is_related_by_default"]:
        related = "counts as related"
    tone: Tone = "alert" if susar else ""
    return Row(
        (
            Cell(case["subject_id"], below=f"no. {case['ae_id']}"),
            Cell(case["pt"] or NOT_REPORTED, tone="strong"),
            cell(days(case["aware_day_low"], case["aware_day_high"], _calendar(case, "aware"))),
            cell(yes_no(case["is_serious"])),
            cell(related),
            cell(yes_no(case["expected"])),
            Cell(yes_no(susar), key, tone) if susar is not None else Cell(NOT_ASSESSABLE, key, "missing"),
            Cell(case["reason"] or "all three are reported"),
        )
    )


def _calendar(row: Record, prefix: str) -> str | None:
    low, high = row[f"{prefix}_low"], row[f"{prefix}_high"]
    if low is None or high is None:
        return None
    return str(low) if low == high else f"{low} to {high}"


def _deadlines(material: Material) -> list[Block]:
    clocks = list(material.frame("deadlines").iter_rows(named=True))
    if not clocks:
        return [Note("No deadline runs: no event is, or may be, a SUSAR.", "plain")]
    order = {"overdue": 0, "sent late": 1, None: 2, "open": 3}
    clocks.sort(key=lambda each: order.get(each["state"], 4))
    rows = tuple(_deadline(material, each) for each in clocks[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("What", wide=True),
        Column("Due"),
        Column("Sent"),
        Column("Days left"),
        Column("State"),
        Column("Clause", wide=True),
    )
    notes = (
        *material.cut_note(len(rows), len(clocks), "derived/deadlines.csv"),
        "A deadline is overdue where no day of a report is recorded and the data cut is past it.",
    )
    return [
        folded(Table("Deadlines", columns, rows, notes, compact=True), f"All {plural(len(rows), 'deadline')}")
    ]


def _deadline(material: Material, clock: Record) -> Row:
    stem = ("susar", clock["subject_id"], clock["ae_id"], clock["clock"])
    low, high = clock["days_left_low"], clock["days_left_high"]
    left = NOT_ASSESSABLE
    if low is not None and high is not None:
        left = rounded(low) if low == high else f"{rounded(low)} to {rounded(high)}"
    due = _calendar(clock, "due")
    by_day = days(clock["due_day_low"], clock["due_day_high"])
    state = clock["state"]
    provisional = "if it is a SUSAR" if clock["is_provisional"] else ""
    sent = days(clock["sent_day_low"], clock["sent_day_high"])
    return Row(
        (
            Cell(clock["subject_id"], below=f"no. {clock['ae_id']}"),
            Cell(TITLES[clock["clock"]], below=provisional),
            Cell(
                due or by_day,
                material.results.key(*stem, "due_date"),
                below=by_day if due and by_day != NOT_REPORTED else "",
            ),
            cell("no day recorded" if sent == NOT_REPORTED else sent),
            Cell(left, material.results.key(*stem, "days_left"), "missing" if left == NOT_ASSESSABLE else ""),
            Cell(state, material.results.key(*stem, "state"), STATES.get(state, ""), below=clock["reason"])
            if state
            else missing_state(clock),
            Cell(clock["citation"]),
        )
    )


def missing_state(clock: Record) -> Cell:
    """A state that the records do not decide, with the reason under it."""
    return Cell(missing(NOT_ASSESSABLE).text, tone="missing", below=clock["reason"])
