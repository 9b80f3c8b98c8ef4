"""What became of graft and patient."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Fold,
    Note,
    Row,
    Section,
    Table,
    cell,
    folded,
    with_citations,
)
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_REPORTED, days, plural, rounded, spoken, words
from graftrial.report.results import ResultRows
from graftrial.report.sections.kidney_function import graft_cell
from graftrial.report.unknowns import unknown_words


def section(material: Material) -> Section:
    """Graft, survival and follow-up of each patient; then every milestone with its reason."""
    subjects = material.infused or material.subjects
    if not subjects:
        return Section("outcome", "Outcome", (Note("No outcome was reported.", "missing"),), "Outcome")
    rows = tuple(_row(material.results, each) for each in subjects[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("Graft"),
        Column("Survival"),
        Column("Follow-up"),
        Column("Last known day", is_number=True),
    )
    planned = material.study.schedule.follow_up_days
    notes = (
        *((f"Planned follow-up: {rounded(planned)} days after day 0.",) if planned is not None else ()),
        *material.cut_note(len(rows), len(subjects), "derived/subjects.csv"),
    )
    table = Table("Graft, survival and follow-up", columns, rows, notes, compact=len(rows) > 12)
    whole = with_citations(table, material.results)
    blocks: list[Block] = [
        folded(whole, f"Graft, survival and follow-up of {plural(len(subjects), 'patient')}")
    ]
    blocks.insert(0, _together(material))
    milestones = _milestones(material)
    if milestones:
        blocks.append(Fold("Every milestone as recorded", (milestones,), is_open=len(milestones.rows) <= 12))
    return Section("outcome", "Outcome", tuple(blocks), "Outcome")


def _together(material: Material) -> Table:
    """Lost grafts and deaths with exact intervals."""
    rows = []
    for title, key in (("Graft lost", "outcome.graft_lost"), ("Died", "outcome.died")):
        count = material.results.get(f"{key}.subjects")
        proportion = material.results.get(f"{key}.proportion")
        if count is None or count.count is None:
            rows.append(Row((Cell(title), cell(NOT_REPORTED))))
        else:
            rows.append(
                Row((Cell(title), Cell(count.words(proportion), count.key, below=unknown_words(count))))
            )
    columns = (Column("Of those given cells"), Column("Patients", is_number=True))
    note = "Exact (Clopper–Pearson) intervals; a patient of whom it is not known counts as without."
    return with_citations(
        Table("Graft and patients together", columns, tuple(rows), (note,)), material.results
    )


def _row(results: ResultRows, subject: Record) -> Row:
    subject_id = subject["subject_id"]
    graft = graft_cell(subject)
    dead = subject["is_dead"]
    survival = NOT_REPORTED if dead is None else "died" if dead else "alive at last contact"
    last_day = subject["last_day"]
    return Row(
        (
            Cell(subject_id),
            Cell(graft.text, results.key("outcome", "graft_status", subject_id), graft.tone, graft.below),
            cell(survival, results.key("outcome", "death", subject_id), tone="alert" if dead else ""),
            cell(words(subject["follow_up_status"])),
            cell(NOT_REPORTED if last_day is None else rounded(last_day)),
        )
    )


def _milestones(material: Material) -> Table | None:
    rows = list(material.frame("disposition").iter_rows(named=True))
    if not rows:
        return None
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                Cell(spoken(each["milestone"])),
                cell(days(each["day_low"], each["day_high"], each["date_text"])),
                cell(words(each["reason"])),
                cell(words(each["source"]), tone="quiet"),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        Column("Milestone"),
        Column("When"),
        Column("Reason", wide=True),
        Column("Source"),
    )
    notes = material.cut_note(len(body), len(rows), "derived/disposition.csv")
    return Table("Milestones", columns, body, notes, compact=len(rows) > 12, is_listing=True)
