"""The cell product: release of each batch, custody, thaw to infusion, and the chain of identity of each patient."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Row, Table, Tone, cell, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.identity_panel import panel_blocks
from graftrial.report.sections.measured import measured, middle, worded

VERDICTS = ("passed", "failed", "pending", "not_assessable")
TONES: dict[str, Tone] = {
    "passed": "good",
    "failed": "alert",
    "pending": "missing",
    "intact": "good",
    "broken": "alert",
    "not applicable": "quiet",
}


def product_blocks(material: Material) -> list[Block]:
    """Batches together and one by one, identity criteria, identity of the infused; nothing where there are no rows."""
    return [*_together(material), *_releases(material), *panel_blocks(material), *_identities(material)]


def _together(material: Material) -> list[Block]:
    """All batches: verdicts of release and identity, time from thaw to infusion."""
    results = material.results
    if results.get("products.release.passed") is None:
        return []
    body = [
        Row(
            (
                Cell(title),
                *(_count(results.get(f"products.{word}.{verdict}")) for verdict in VERDICTS),
            )
        )
        for title, word in (("Release", "release"), ("Identity criteria", "identity_panel"))
    ]
    columns = (Column("Batches"), *(Column(each.replace("_", " "), is_number=True) for each in VERDICTS))
    hours = results.get("products.hours_thaw_to_infusion.median")
    told = middle(hours, 1)
    notes: tuple[str, ...] = ()
    if hours is not None and hours.denominator:
        known = f"{rounded(hours.n or 0)} of {rounded(hours.denominator)} thawed batches"
        value = f"{told.text} h, median (lowest to highest)" if hours.number is not None else told.text
        notes = (f"From thaw to infusion: {value}; known to the minute for {known}.",)
    table = Table("All batches together", columns, tuple(body), notes, narrow=True)
    return [with_citations(table, results)]


def _count(row: ResultRow | None) -> Cell:
    return cell(NOT_ASSESSABLE) if row is None else Cell(row.words(), row.key)


def _releases(material: Material) -> list[Block]:
    rows = list(material.frame("products").iter_rows(named=True))
    body = tuple(_release(material, each) for each in rows[:LISTING_ROWS])
    columns = (
        Column("Batch"),
        Column("Release"),
        Column("Tests", is_number=True),
        Column("Identity criteria"),
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
    product = row["product_id"]
    return Row(
        (
            Cell(product),
            _verdict(material, f"product.release.{product}"),
            cell(rounded(row["n_tests"] or 0)),
            _verdict(material, f"product.identity_panel.{product}"),
            worded(material.results.get(f"product.custody.{product}")),
            _thaw(material.results.get(f"product.hours_thaw_to_infusion.{product}")),
        )
    )


def _thaw(row: ResultRow | None) -> Cell:
    """Hours from thaw to infusion, or their bounds; fresh cells have none."""
    if row is not None and row.value is None and row.denominator == 0:
        return Cell("fresh", row.key, tone="quiet")
    return measured(row, digits=1)


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
        targets = material.results.starting(f"dose.percent_of_target.{subject}.")
        percents = (
            f"{rounded(each.number)}%" if each.number is not None else NOT_ASSESSABLE for each in targets
        )
        key = targets[0].key if len(targets) == 1 else ""
        verdict = _verdict(material, f"product.identity.{subject}")
        body.append(Row((Cell(subject), cell(", ".join(percents) or NOT_REPORTED, key), verdict)))
    columns = (
        Column("Subject"),
        Column("Cells given", below="percent of target, each infusion"),
        Column("Chain of identity"),
    )
    middle_dose = material.results.get("dose_cohort.percent_of_target.median")
    together = middle(middle_dose)
    notes = (
        *(
            (f"All infusions together: {together.text}% of target, median (lowest to highest).",)
            if middle_dose is not None and middle_dose.number is not None
            else ()
        ),
        *material.cut_note(len(body), len(subjects), "derived/infusions.csv"),
    )
    table = Table(
        "Dose against target, and whose cells they were", columns, tuple(body), notes, compact=len(body) > 12
    )
    return [folded(with_citations(table, material.results), table.caption)] if body else []
