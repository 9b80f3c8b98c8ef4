"""Lesions before against after over all patients; a missing second biopsy is a column of its own, never a fall."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Row, Table, with_citations
from graftrial.report.lesions import LESIONS
from graftrial.report.material import Material
from graftrial.report.numbers import plural, rounded, spoken, yes_no
from graftrial.report.results import ResultRow

PREFIX = "biopsy.shift."
GRADES = ("0", "1", "2", "3")
STARTS = (*GRADES, "not_graded")
ENDS = (*STARTS, "no_biopsy", "no_biopsy_graft_lost")
TITLES = {
    "not_graded": "not graded",
    "no_biopsy": "no later biopsy",
    "no_biopsy_graft_lost": "no later biopsy, graft lost",
}
IN_WORDS = {
    "tma": "Thrombotic microangiopathy",
    "tubular_injury": "Tubular injury",
    "g_plus_ptc": "g + ptc",
    "ptcml": LESIONS["ptcml"],
}
NOTES = (
    "Last biopsy before the cells against the last one after them, infused patients; a dot is none.",
    (
        "A patient without a later biopsy is missing here and a failure in a responder table; after a lost graft that "
        "is no accident."
    ),
)


def shift_blocks(material: Material) -> list[Block]:
    """TMA, injury and the sum first, then every lesion as a matrix."""
    found: dict[str, dict[tuple[str, str], ResultRow]] = {}
    for row in material.results.starting(PREFIX):
        lesion, before, after, _ = row.key.removeprefix(PREFIX).split(".")
        found.setdefault(lesion, {})[before, after] = row
    if not found:
        return []
    size = next(iter(next(iter(found.values())).values())).denominator or 0
    blocks: list[Block] = [_in_words(material, found, size)]
    lesions = [each for each in LESIONS if each in found and each not in IN_WORDS]
    if lesions and size > 1:
        table = _matrix(material, found, lesions)
        blocks.append(Fold(f"Shift of every lesion, {plural(size, 'patient')}", (table,), is_open=True))
    return blocks


def _in_words(material: Material, found: dict[str, dict[tuple[str, str], ResultRow]], size: int) -> Table:
    rows: list[Row] = []
    for lesion, title in IN_WORDS.items():
        if lesion not in found:
            continue
        rows.append(Row((Cell(title, tone="strong"),), is_group=True))
        for (before, after), row in sorted(found[lesion].items()):
            is_worse = lesion == "tma" and after == "present" and before != "present"
            words = f"{_word(lesion, before)} → {_word(lesion, after)}"
            rows.append(Row((Cell(words, tone="alert" if is_worse else ""), Cell(row.words(), row.key)), 1))
    columns = (Column("Before → after"), Column("Patients", is_number=True, below=f"N = {rounded(size)}"))
    caption = "Injury and microvascular inflammation before and after, all patients"
    return with_citations(Table(caption, columns, tuple(rows), NOTES, narrow=True), material.results)


def _word(lesion: str, end: str) -> str:
    if end in TITLES:
        return TITLES[end]
    return yes_no(end == "true") if lesion == "ptcml" else spoken(end)


def _matrix(
    material: Material, found: dict[str, dict[tuple[str, str], ResultRow]], lesions: list[str]
) -> Table:
    ends = [
        each for each in ENDS if any((start, each) in found[name] for name in lesions for start in STARTS)
    ]
    columns = (
        Column("Before"),
        *(
            Column(TITLES[each].capitalize() if each in TITLES else f"After {each}", is_number=True)
            for each in ends
        ),
    )
    rows: list[Row] = []
    for name in lesions:
        rows.append(Row((Cell(LESIONS[name], tone="strong"),), is_group=True))
        for start in STARTS:
            cells = [found[name].get((start, end)) for end in ends]
            if any(cells):
                shown = (
                    Cell(rounded(each.count or 0), each.key) if each else Cell("·", tone="quiet")
                    for each in cells
                )
                rows.append(Row((Cell(TITLES.get(start, f"grade {start}")), *shown), 1))
    table = Table(
        "Shift of every lesion: grade before against grade after", columns, tuple(rows), NOTES, compact=True
    )
    return with_citations(table, material.results)
