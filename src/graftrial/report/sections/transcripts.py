"""Molecular transcripts: lanes beside histology, changes of a patient, the reference map; printed scores apart."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.derive.transcript_study import PRINTED
from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Fold,
    Note,
    Row,
    Section,
    Table,
    Tone,
    cell,
    folded,
    with_citations,
)
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, plain, plural, probability, rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.transcript_changes import CLASSIFIERS, change_blocks, marked
from graftrial.report.sections.transcript_external import external_blocks, when_of
from graftrial.report.sections.transcript_figures import figure_blocks
from graftrial.report.sections.transcript_limits import LIMITS, REFERENCES
from graftrial.report.transcripts.index import PAGES
from graftrial.report.transcripts.page import page_names

VERDICTS: dict[str, Tone] = {"pass": "good", "warn": "alert", "fail": "alert"}


def section(material: Material) -> Section:
    """Lanes, changes, pictures; then what another laboratory printed."""
    title = "Molecular transcripts"
    beside = list(material.frame("transcript_agreement").iter_rows(named=True))
    lanes = [each for each in beside if each["quality"] != PRINTED]
    printed = list(material.frame("transcript_printed").iter_rows(named=True))
    screened = [each for each in material.subjects if each.get("molecular_amr_score") is not None]
    if not (lanes or printed or screened):
        said = "No molecular profile and no score of a molecular report was reported."
        return Section("transcripts", title, (Note(said, "missing"),), "Transcripts")
    blocks: list[Block] = [_lead(lanes)] if lanes else []
    if beside:
        blocks.append(_beside(material, beside, bool(lanes)))
    if lanes:
        blocks += _of_lanes(material)
    if printed or screened:
        blocks += external_blocks(material, printed, screened)
    return Section("transcripts", title, tuple(blocks), "Transcripts")


def _lead(lanes: Sequence[Record]) -> Note:
    passed = sum(each["quality"] == "pass" for each in lanes)
    people = len({each["subject_id"] for each in lanes})
    return Note(
        f"{plural(len(lanes), 'lane')} of {plural(people, 'patient')}; every check passes in {passed}. A change is "
        "shown only where both lanes pass. Technical noise is unknown: no replicate lane is public.",
        "lead",
    )


def _of_lanes(material: Material) -> list[Block]:
    return [
        *figure_blocks(material),
        *change_blocks(material),
        folded(_quality(material), "Quality checks of every lane"),
        Fold(
            "What these scores can and cannot say",
            (*(Note(each) for each in LIMITS), Note(REFERENCES, "note")),
        ),
    ]


def _beside(material: Material, rows: Sequence[Record], has_lanes: bool) -> Table:
    has_classifier = any(material.results.starting(f"transcript.{name}.") for name in CLASSIFIERS)
    columns = (
        Column("Biopsy", wide=True),
        Column("Lane", below="its worst check"),
        *(Column(title, below="probability") for title in CLASSIFIERS.values() if has_classifier),
        *((Column("25 nearest", below="AMR / TCMR"),) if has_lanes else ()),
        Column("Molecules", below="by the study file"),
        Column("Histology", below="without transcripts"),
        Column("Together"),
    )
    pages = {} if material.inputs.share else page_names(each["profile"] for each in rows if each["file"])
    body = tuple(
        _biopsy(material, each, pages.get(each["profile"], ""), has_classifier, has_lanes)
        for each in rows[:LISTING_ROWS]
    )
    notes = (
        *((f"Each lane has a page of its own, and each cartridge a picture: {PAGES}/.",) if pages else ()),
        *_notes(rows, has_classifier, has_lanes),
        *material.cut_note(len(body), len(rows), "derived/transcript_agreement.csv"),
    )
    table = Table("Histology and molecules side by side", columns, body, notes, compact=True)
    return with_citations(table, material.results)


def _notes(rows: Sequence[Record], has_classifier: bool, has_lanes: bool) -> list[str]:
    read = list(dict.fromkeys(_how(each) for each in rows))
    notes = [
        f"Histology: {'; '.join(read)}.",
        "Molecular AMR without histologic AMR, and the reverse, is a result to be explained, not an error of either.",
    ]
    if has_lanes:
        notes.append(
            "25 nearest: diagnoses of the nearest of the 537 reference biopsies; 29% of all are AMR, 22% TCMR. The "
            "reference is nine centres, 69% of it one: at another centre every probability may be shifted."
        )
    if has_lanes and not has_classifier:
        notes.append("No rejection classifier is installed: gene sets and neighbours only.")
    return notes


def _biopsy(material: Material, row: Record, page: str, has_classifier: bool, has_lanes: bool) -> Row:
    place = f"{row['subject_id']}.{row['profile']}"
    quality = row["quality"]
    lane = (
        Cell(PRINTED, tone="quiet")
        if quality == PRINTED
        else Cell(quality, f"transcript.quality.lane.{place}", VERDICTS.get(quality, "missing"))
    )
    return Row(
        (
            Cell(
                str(row["profile"]),
                below=f"{row['subject_id']}, {when_of(row)}",
                link=f"{PAGES}/pages/{page}" if page else "",
            ),
            lane,
            *(_probability(material, name, place) for name in CLASSIFIERS if has_classifier),
            *((_nearest(material, place),) if has_lanes else ()),
            cell(row["molecular"] or NOT_ASSESSABLE),
            _histology(row),
            _together(row, place),
        )
    )


def _how(row: Record) -> str:
    """How histology was read; what is peculiar to a biopsy stands behind the colon."""
    return str(row["histology_words"]).split(": ")[0]


def _histology(row: Record) -> Cell:
    """Words below only where histology is open: how it was read is the same for the others and stands in the notes."""
    if row["histology"] is None:
        return Cell(
            NOT_ASSESSABLE, tone="missing", below=str(row["histology_words"]).removeprefix(f"{_how(row)}: ")
        )
    return Cell(str(row["histology"]))


def _probability(material: Material, name: str, place: str) -> Cell:
    row = material.results.get(f"transcript.{name}.{place}")
    if row is None:
        return cell("–")
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", _reason(row))
    below = (
        ""
        if row.lower is None or row.upper is None
        else f"{probability(row.lower)} to {probability(row.upper)}"
    )
    return Cell(
        probability(row.number), row.key, below="; ".join(each for each in (below, marked(row)) if each)
    )


def _reason(row: ResultRow) -> str:
    return row.warnings.split(";")[0].removeprefix(f"{NOT_ASSESSABLE}: ")


def _nearest(material: Material, place: str) -> Cell:
    rows = [material.results.get(f"transcript.neighbours_{group}.{place}") for group in ("amr", "tcmr")]
    if any(each is None for each in rows):
        return cell(NOT_ASSESSABLE)
    known = [each for each in rows if each is not None]
    return Cell(
        " / ".join(rounded(each.number or 0) for each in known), known[0].key, below=known[0].warnings
    )


def _together(lane: Record, place: str) -> Cell:
    if lane["agreement"] is None:
        return Cell(NOT_ASSESSABLE, f"transcript.histology.{place}", "missing", lane["reason"] or "")
    tone: Tone = "good" if lane["agreement"].startswith("agree") else "strong"
    return Cell(lane["agreement"], f"transcript.histology.{place}", tone)


def _quality(material: Material) -> Table:
    rows = list(material.frame("transcript_quality").iter_rows(named=True))[:LISTING_ROWS]
    columns = (
        Column("Biopsy"),
        Column("Check", wide=True),
        Column("Value", is_number=True),
        Column("Limit"),
        Column("Verdict"),
    )
    body = tuple(
        Row(
            (
                Cell(str(each["profile"])),
                Cell(str(each["title"])),
                _measured(each),
                Cell(str(each["threshold"])),
                Cell(
                    str(each["verdict"]),
                    tone=VERDICTS.get(each["verdict"], "quiet"),
                    below=each["reason"] or "",
                ),
            )
        )
        for each in rows
    )
    notes = material.cut_note(
        len(rows), material.frame("transcript_quality").height, "derived/transcript_quality.csv"
    )
    return Table("Quality checks of the lanes", columns, body, notes, compact=True)


def _measured(check: Record) -> Cell:
    if check["value"] is None:
        return cell(NOT_ASSESSABLE)
    key = f"transcript.quality.{check['check']}.{check['subject_id']}.{check['profile']}"
    return Cell(plain(check["value"], 3), key)
