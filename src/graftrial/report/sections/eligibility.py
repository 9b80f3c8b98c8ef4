"""Who fulfilled which criterion, and what is missing where that cannot be said."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, Tone, with_citations
from graftrial.report.material import LISTING_ROWS, PATIENT_COLUMNS, Material, Record
from graftrial.report.numbers import rounded

FAVOURABLE = {"inclusion": "met", "exclusion": "not met"}
OUTCOME_TONES: dict[str, Tone] = {"eligible": "good", "excluded": "alert"}


def section(material: Material) -> Section:
    """The deciding list first, then lists that stand in for it, each said to be one."""
    frame = material.frame("screening")
    if frame.is_empty():
        text = "The eligibility criteria of this study were not reported, and no other list stands in for them."
        return Section("eligibility", "Eligibility", (Note(text, "missing"),), "Eligibility")
    rows = list(frame.iter_rows(named=True))
    lists = list(dict.fromkeys((each["list"], each["list_title"], bool(each["decides"])) for each in rows))
    blocks: list[Block] = []
    if not any(decides for _, _, decides in lists):
        blocks.append(Note("The study's own criteria were not reported. The lists below decide nothing here.", "missing"))
    for name, title, decides in sorted(lists, key=lambda each: not each[2]):
        own = [each for each in rows if each["list"] == name]
        blocks.extend(_list_blocks(material, title or name, decides, own))
    return Section("eligibility", "Eligibility", tuple(blocks), "Eligibility")


def _list_blocks(material: Material, title: str, decides: bool, rows: list[Record]) -> list[Block]:
    candidates = sorted({each["subject_id"] for each in rows})
    role = "decides on eligibility" if decides else "stands in for comparison, decides nothing in this study"
    caption = f"{title} ({role})"
    if len(candidates) > PATIENT_COLUMNS:
        return [_counts(caption, rows), Fold("Criteria not met or not assessable", (_open_rows(material, rows),))]
    return [with_citations(_grid(caption, candidates, rows, decides), material.results)]


def _grid(caption: str, candidates: list[str], rows: list[Record], decides: bool) -> Table:
    by_place = {(each["criterion"], each["subject_id"]): each for each in rows}
    criteria = list(dict.fromkeys(each["criterion"] for each in rows))
    columns = (Column("Criterion", wide=True), *(Column(each, wide=len(candidates) < 4) for each in candidates))
    body = [_criterion_row(by_place, each, candidates) for each in criteria]
    outcomes = {each["subject_id"]: each["outcome"] for each in rows}
    total = (
        Cell("Under this list", tone="strong"),
        *(
            Cell(
                outcomes[each] or "open",
                f"eligibility.overall.{each}" if decides else "",
                OUTCOME_TONES.get(outcomes[each], "missing"),
            )
            for each in candidates
        ),
    )
    return Table(caption, columns, (*body, Row(total)))


def _criterion_row(by_place: dict[tuple[str, str], Record], criterion: str, candidates: list[str]) -> Row:
    first = next(row for (name, _), row in by_place.items() if name == criterion)
    cells = [Cell(first["text"] or criterion, below=first["kind"] or "")]
    for each in candidates:
        row = by_place.get((criterion, each))
        cells.append(_verdict(row) if row else Cell("not screened", tone="missing"))
    return Row(tuple(cells))


def _verdict(row: Record) -> Cell:
    verdict = row["verdict"] or "not assessable"
    remarks = []
    if row["value"]:
        remarks.append(str(row["value"]))
    if row["missing"]:
        remarks.append(f"missing: {row['missing']}")
    if row["rule"]:
        remarks.append(f"rule’s own verdict: {row['rule']}")
    tone: Tone = "good" if verdict == FAVOURABLE.get(row["kind"]) else "alert"
    if verdict == "not assessable":
        tone = "missing"
    return Cell(verdict, f"eligibility.{row['criterion']}.{row['subject_id']}", tone, "; ".join(remarks))


def _counts(caption: str, rows: list[Record]) -> Table:
    verdicts = ("met", "not met", "not assessable")
    body = []
    for criterion in dict.fromkeys(each["criterion"] for each in rows):
        own = [each for each in rows if each["criterion"] == criterion]
        counts = [sum(1 for each in own if each["verdict"] == verdict) for verdict in verdicts]
        heading = Cell(own[0]["text"] or criterion, below=own[0]["kind"] or "")
        body.append(Row((heading, *(Cell(rounded(each)) for each in counts))))
    columns = (Column("Criterion", wide=True), *(Column(each.capitalize(), is_number=True) for each in verdicts))
    return Table(caption, columns, tuple(body))


def _open_rows(material: Material, rows: list[Record]) -> Table:
    unmet = [each for each in rows if each["verdict"] != FAVOURABLE.get(each["kind"])]
    body = tuple(
        Row((Cell(each["subject_id"]), Cell(each["text"] or each["criterion"], below=each["kind"] or ""), _verdict(each)))
        for each in unmet[:LISTING_ROWS]
    )
    note = material.cut_note(len(body), len(unmet), "derived/screening.csv")
    columns = (Column("Subject"), Column("Criterion", wide=True), Column("Verdict", wide=True))
    return Table("Criteria that speak against eligibility or cannot be judged", columns, body, note)
