"""Donor-specific antibodies of the cohort, of every serum and of every antigen."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Table, cell, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, days, plural, rounded, signed, spoken
from graftrial.report.results import ResultRow
from graftrial.report.sections.measured import measured, middle, worded

RESPONSES = {
    "not_applicable_no_baseline_dsa": "none before, none after",
    "de_novo": "de novo",
    "cleared": "cleared",
    "fall_ge_50": "fell by half or more",
    "doubled": "doubled or more",
    "fluctuating": "neither halved nor doubled",
}
PRINTED = (
    ("Class I", "class_i"),
    ("Class II", "class_ii"),
    ("New", "new"),
    ("Vanished", "vanished"),
)


def response_words(code: str) -> str:
    """A response class in words."""
    return RESPONSES.get(code, spoken(code))


def cohort_blocks(material: Material) -> list[Block]:
    """The patients together: positive before and after, response classes, saturation."""
    results = material.results
    if results.get("dsa_cohort.positive_before") is None:
        return _saturation(material)
    rows = [
        ("With a donor-specific antibody before", _count(results.get("dsa_cohort.positive_before"))),
        ("With a donor-specific antibody after", _count(results.get("dsa_cohort.positive_after"))),
        *(
            (f"Response: {words}", _count(results.get(f"dsa_cohort.response.{code}")))
            for code, words in RESPONSES.items()
        ),
        (
            "log2 change of the strongest, median (lowest to highest)",
            middle(results.get("dsa_cohort.log2_change.median"), 2),
        ),
    ]
    body = tuple(Row((Cell(name), found)) for name, found in rows)
    notes = (
        "Before: the baseline serum. After: the last serum after it.",
        *_open_responses(results.get("dsa_cohort.response.cleared")),
    )
    table = Table(
        "Donor-specific antibodies of the patients together",
        (Column(""), Column("Patients", is_number=True)),
        body,
        notes,
        narrow=True,
    )
    return [with_citations(table, results), *_saturation(material)]


def _count(row: ResultRow | None) -> Cell:
    return cell(NOT_ASSESSABLE) if row is None else Cell(row.words(), row.key)


def _open_responses(row: ResultRow | None) -> tuple[str, ...]:
    if row is None or not row.not_assessable:
        return ()
    return (f"The response of {plural(row.not_assessable, 'patient')} is not assessable.",)


def _saturation(material: Material) -> list[Block]:
    """What intensities near the top of the scale can hide; said also where the study file pins no limit."""
    sera = material.results.get("dsa_cohort.saturated_sera")
    changes = material.results.get("dsa_cohort.changes_needing_dilution")
    if sera is None or changes is None:
        return []
    if sera.count is None or changes.count is None:
        return [Note(f"Saturation of beads is not judged: {sera.warnings}.", "note")]
    if not sera.count and not changes.count:
        return []
    text = (
        f"Saturation and prozone: {plural(sera.count, 'serum', 'sera')} with a donor-specific antibody {sera.method}, "
        f"where intensity is no longer proportional and complement can hide strong antibodies. "
        f"{plural(changes.count, 'change')} since baseline cannot be measured without diluted or EDTA-treated sera."
    )
    return [Note(text, "remark")]


def serum_blocks(material: Material, sera: list[Record]) -> list[Block]:
    """Every serum, then every antigen against baseline, each behind its title."""
    blocks: list[Block] = [Fold("Every serum", (_sera(material, sera),))]
    course = _course(material)
    return [*blocks, Fold("Every antigen against baseline", (course,))] if course else blocks


def _sera(material: Material, sera: list[Record]) -> Table:
    body = tuple(_serum(material, each) for each in sera[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("When"),
        Column("Strongest", is_number=True, below="MFI"),
        Column("Sum", is_number=True, below="MFI"),
        Column("Number", is_number=True),
        *(Column(title, is_number=True) for title, _ in PRINTED[:2]),
        Column("Loci"),
        Column("Complement"),
        *(Column(title, is_number=True) for title, _ in PRINTED[2:]),
        Column("Response"),
    )
    notes = (
        "New, vanished and response: against the baseline serum.",
        *material.cut_note(len(body), len(sera), "derived/sera.csv"),
    )
    table = Table(
        "Donor-specific antibodies of every serum", columns, body, notes, compact=True, is_listing=True
    )
    return with_citations(table, material.results)


def _serum(material: Material, serum: Record) -> Row:
    def found(measure: str) -> ResultRow | None:
        when = serum["day"] if serum["day"] is not None else serum["date"] or "undated"
        return material.results.get(f"dsa.{measure}.{serum['subject_id']}.{when}")

    response = found("response")
    told = worded(response)
    if response is not None and response.value is not None:
        told = Cell(response_words(response.value), response.key, below=response.warnings)
    counts = [_later(found(name)) for _, name in PRINTED]
    return Row(
        (
            Cell(serum["subject_id"]),
            cell(
                days(serum["day"], serum["day"], serum["date"]),
                below="baseline" if serum["is_baseline"] else "",
            ),
            measured(found("immunodominant_mfi"), serum["immunodominant"] or ""),
            measured(found("sum_mfi")),
            measured(found("count")),
            *counts[:2],
            _loci(found("loci")),
            worded(found("complement_binding")),
            *counts[2:],
            told if response is not None else Cell("–", tone="quiet"),
        )
    )


def _loci(row: ResultRow | None) -> Cell:
    """The loci alone: why an intensity is missing stands beside the intensity."""
    told = worded(row)
    return Cell(told.text, told.key, told.tone) if row is not None and row.value is not None else told


def _later(row: ResultRow | None) -> Cell:
    """A count that only sera after baseline have."""
    return Cell("–", tone="quiet") if row is None else measured(row)


def _course(material: Material) -> Table | None:
    """Each donor-specific antigen in each serum after baseline."""
    rows = material.results.starting("dsa.status.")
    if not rows:
        return None
    body = []
    for status in rows[:LISTING_ROWS]:
        tail = status.key.removeprefix("dsa.status.")
        change = material.results.get(f"dsa.log2_change.{tail}")
        told = Cell(NOT_ASSESSABLE, status.key, "missing", status.warnings)
        if status.value is not None:
            told = Cell(status.value, status.key, below=status.warnings)
        antigen, subject, when = (
            each.strip() for each in status.label.replace(" against baseline", "").rsplit(",", 2)
        )
        body.append(Row((Cell(subject), Cell(antigen), Cell(when), told, _log2(change))))
    columns = (
        Column("Subject"),
        Column("Antigen"),
        Column("When"),
        Column("Status"),
        Column("Change", is_number=True, below="log2"),
    )
    notes = (
        "New: positive now and tested negative at baseline. Vanished: the other way round.",
        "log2: 1 is a doubling, −1 a halving.",
        *material.cut_note(len(body), len(rows), "results.csv"),
    )
    table = Table(
        "Donor-specific antigens against baseline", columns, tuple(body), notes, compact=True, is_listing=True
    )
    return with_citations(table, material.results)


def _log2(row: ResultRow | None) -> Cell:
    if row is None or row.number is None:
        return measured(row)
    return Cell(signed(row.number, 2) if row.number else rounded(0), row.key, below=row.warnings)
