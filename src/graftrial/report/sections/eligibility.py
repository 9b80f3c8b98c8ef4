"""Who fulfilled which criterion, and what is missing where that cannot be said."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, Tone, with_citations
from graftrial.report.material import LISTING_ROWS, PATIENT_COLUMNS, Material, Record
from graftrial.report.numbers import rounded, spoken, value_words

TONES: dict[str, Tone] = {"eligible": "good", "excluded": "alert"}


def section(material: Material) -> Section:
    """The deciding list first, then lists that stand in for it, each said to be one."""
    frame = material.frame("screening")
    if frame.is_empty():
        text = (
            "The eligibility criteria of this study were not reported, and no other list stands in for them."
        )
        return Section("eligibility", "Eligibility", (Note(text, "missing"),), "Eligibility")
    rows: list[Record] = list(frame.iter_rows(named=True))
    lists = list(dict.fromkeys((each["list"], each["list_title"], bool(each["decides"])) for each in rows))
    blocks: list[Block] = []
    if not any(decides for _, _, decides in lists):
        blocks.append(
            Note(
                "The study's own criteria were not reported. The lists below decide nothing here.", "missing"
            )
        )
    for name, title, decides in sorted(lists, key=lambda each: not each[2]):
        own = [each for each in rows if each["list"] == name]
        blocks.extend(_list_blocks(material, title or name, decides, own))
    return Section("eligibility", "Eligibility", tuple(blocks), "Eligibility")


def _list_blocks(material: Material, title: str, decides: bool, rows: list[Record]) -> list[Block]:
    candidates = sorted({each["subject_id"] for each in rows})
    role = "decides on eligibility" if decides else "stands in for comparison, decides nothing in this study"
    caption = f"{title[:1].upper()}{title[1:]} ({role})"
    if len(candidates) > PATIENT_COLUMNS:
        return [
            _counts(caption, rows),
            Fold("Criteria not met or not assessable", (_open_rows(material, rows),)),
        ]
    parts = material.side_by_side(candidates)
    grids = [
        _grid(
            material,
            caption if len(parts) == 1 else f"{caption}, {each[0]} to {each[-1]}",
            each,
            rows,
            decides,
        )
        for each in parts
    ]
    return [with_citations(each, material.results) for each in grids]


def _grid(
    material: Material, caption: str, candidates: Sequence[str], rows: list[Record], decides: bool
) -> Table:
    by_place = {(each["criterion"], each["subject_id"]): each for each in rows}
    criteria = list(dict.fromkeys(each["criterion"] for each in rows))
    columns = (
        Column("Criterion", wide=True),
        *(Column(each, wide=len(candidates) < 4) for each in candidates),
    )
    body = [_criterion_row(material, by_place, each, candidates) for each in criteria]
    total = Row(
        (
            Cell("Under this list", tone="strong"),
            *(_overall(material, each, rows, decides) for each in candidates),
        )
    )
    return Table(caption, columns, (*body, total))


def _overall(material: Material, subject_id: str, rows: list[Record], decides: bool) -> Cell:
    """What the list says of a candidate, with the criteria that say so."""
    own = [each for each in rows if each["subject_id"] == subject_id]
    for outcome in ("excluded", "open"):
        deciding = [each["criterion"] for each in own if each["outcome"] == outcome]
        if deciding:
            break
    else:
        outcome = "eligible"
    key = material.results.key("eligibility", "overall", subject_id) if decides else ""
    return Cell(outcome, key, TONES.get(outcome, "missing"), ", ".join(spoken(each) for each in deciding))


def _criterion_row(
    material: Material, by_place: dict[tuple[str, str], Record], criterion: str, candidates: Sequence[str]
) -> Row:
    first = next(row for (name, _), row in by_place.items() if name == criterion)
    cells = [Cell(first["text"] or criterion, below=first["kind"] or "")]
    for each in candidates:
        row = by_place.get((criterion, each))
        cells.append(_verdict(material, row) if row else Cell("not screened", tone="missing"))
    return Row(tuple(cells))


def _verdict(material: Material, row: Record) -> Cell:
    verdict = row["verdict"] or "not assessable"
    remarks = []
    if row["value"]:
        remarks.append(value_words(str(row["value"])))
    if row["missing"]:
        remarks.append(spoken(row["missing"]))
    if row["fact"] == "pathologist_diagnosis":
        remarks.append(_own_verdict(material, row["subject_id"]))
    key = material.results.key("eligibility", row["criterion"], row["subject_id"])
    return Cell(verdict, key, TONES.get(row["outcome"], "missing"), "; ".join(remarks))


def _own_verdict(material: Material, subject_id: str) -> str:
    """What the Banff rules say beside the diagnosis that the pathologist recorded."""
    said = [
        each.get("banff_diagnosis")
        for each in material.rows_of("biopsies", subject_id)
        if each["period"] != "after"
    ]
    known = [spoken(str(each)) for each in said if each]
    if known:
        return f"the rule’s own verdict: {known[-1]}"
    is_pinned = any(each.startswith("banff") for each in material.study.rules)
    return "the rule’s own verdict: not assessable" + (
        "" if is_pinned else " (the study file pins no Banff rule)"
    )


def _counts(caption: str, rows: list[Record]) -> Table:
    verdicts = ("met", "not met", "not assessable")
    body = []
    for criterion in dict.fromkeys(each["criterion"] for each in rows):
        own = [each for each in rows if each["criterion"] == criterion]
        counts = [sum(1 for each in own if each["verdict"] == verdict) for verdict in verdicts]
        heading = Cell(own[0]["text"] or criterion, below=own[0]["kind"] or "")
        body.append(Row((heading, *(Cell(rounded(each)) for each in counts))))
    columns = (
        Column("Criterion", wide=True),
        *(Column(each.capitalize(), is_number=True) for each in verdicts),
    )
    return Table(caption, columns, tuple(body))


def _open_rows(material: Material, rows: list[Record]) -> Table:
    unmet = [each for each in rows if each["outcome"] != "eligible"]
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                Cell(each["text"] or each["criterion"], below=each["kind"] or ""),
                _verdict(material, each),
            )
        )
        for each in unmet[:LISTING_ROWS]
    )
    note = material.cut_note(len(body), len(unmet), "derived/screening.csv")
    columns = (Column("Subject"), Column("Criterion", wide=True), Column("Verdict", wide=True))
    return Table("Criteria that speak against eligibility or cannot be judged", columns, body, note)
