"""The cell product: release of each batch, custody, thaw to infusion, and the chain of identity of each patient."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Row, Table, Tone, cell, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, plain, plural, rounded

TONES: dict[str, Tone] = {
    "passed": "good",
    "failed": "alert",
    "pending": "missing",
    "intact": "good",
    "broken": "alert",
    "not applicable": "quiet",
}


def product_blocks(material: Material) -> list[Block]:
    """Release of the batches and identity of the infused; nothing where there are no rows."""
    return [*_releases(material), *_identities(material)]


def _releases(material: Material) -> list[Block]:
    rows = list(material.frame("products").iter_rows(named=True))
    body = tuple(_release(material, each) for each in rows[:LISTING_ROWS])
    columns = (
        Column("Batch"),
        Column("Release"),
        Column("Tests", is_number=True),
        Column("Custody"),
        Column("Thaw to infusion", is_number=True, below="hours"),
    )
    notes = (
        "A failed test decides, then a pending one, then one that is missing.",
        "The limits are those recorded with the tests; where there is no number, the laboratory's verdict counts.",
        *material.cut_note(len(body), len(rows), "derived/products.csv"),
    )
    table = Table("Release of the batches", columns, body, notes, compact=len(rows) > 12)
    title = f"Release of {plural(len(rows), 'batch', 'batches')}"
    return [folded(with_citations(table, material.results), title)] if rows else []


def _release(material: Material, row: Record) -> Row:
    return Row(
        (
            Cell(row["product_id"]),
            _verdict(material, f"product.release.{row['product_id']}"),
            cell(rounded(row["n_tests"] or 0)),
            cell(row["custody"] or NOT_REPORTED),
            _thaw(row),
        )
    )


def _thaw(row: Record) -> Cell:
    """Hours from thaw to infusion; a fresh batch has none."""
    hours = row["hours_thaw_to_infusion"]
    if hours is not None:
        return Cell(plain(hours, 1))
    return Cell("fresh", tone="quiet") if row["fresh_or_thawed"] == "fresh" else cell(NOT_REPORTED)


def _verdict(material: Material, key: str) -> Cell:
    row = material.results.get(key)
    if row is None:
        return cell(NOT_REPORTED)
    if row.value is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(row.value, row.key, TONES.get(row.value, ""), row.warnings)


def _identities(material: Material) -> list[Block]:
    infusions = list(material.frame("infusions").iter_rows(named=True))
    subjects = list(dict.fromkeys(each["subject_id"] for each in infusions))
    body = []
    for subject in subjects[:LISTING_ROWS]:
        targets = [each["percent_of_target"] for each in infusions if each["subject_id"] == subject]
        body.append(
            Row(
                (
                    Cell(subject),
                    cell(
                        ", ".join(NOT_ASSESSABLE if each is None else f"{rounded(each)}%" for each in targets)
                    ),
                    _verdict(material, f"product.identity.{subject}"),
                )
            )
        )
    columns = (
        Column("Subject"),
        Column("Cells given", below="percent of target, each infusion"),
        Column("Chain of identity"),
    )
    notes = material.cut_note(len(body), len(subjects), "derived/infusions.csv")
    table = Table(
        "Dose against target, and whose cells they were", columns, tuple(body), notes, compact=len(body) > 12
    )
    return [folded(with_citations(table, material.results), table.caption)] if body else []
