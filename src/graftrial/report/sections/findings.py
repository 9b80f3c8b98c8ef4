"""What is wrong with the data, and the balance of every table: read = used + withheld."""

from __future__ import annotations

from graftrial.findings import Finding, catalogue
from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, Tone, cell
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import rounded
from graftrial.report.sections.values_by_visit import visit_blocks

TONES: dict[str, Tone] = {"error": "alert", "warning": "strong", "note": "quiet"}


def section(material: Material) -> Section:
    """Counts by code, the list, and the balance."""
    findings = material.inputs.findings
    blocks: list[Block] = []
    if findings:
        blocks.append(_by_code(findings))
        blocks.append(Fold("Every finding", (_list(material, findings),), is_open=len(findings) <= 12))
    else:
        blocks.append(Note("The checks found nothing to ask about.", "note"))
    blocks.append(_balance(material))
    blocks += visit_blocks(material)
    return Section("findings", "Findings and balance", tuple(blocks), "Findings")


def _by_code(findings: tuple[Finding, ...]) -> Table:
    codes = list(dict.fromkeys(each.code for each in findings))
    rows = []
    for code in codes:
        kind = catalogue()[code]
        rows.append(
            Row(
                (
                    Cell(code),
                    Cell(kind.title),
                    Cell(kind.severity, tone=TONES.get(kind.severity, "")),
                    Cell("yes" if kind.blocking else "no", tone="alert" if kind.blocking else ""),
                    Cell(kind.withholds),
                    Cell(rounded(sum(1 for each in findings if each.code == code))),
                )
            )
        )
    columns = (
        Column("Code"),
        Column("Finding", wide=True),
        Column("Severity"),
        Column("Blocking"),
        Column("Withholds"),
        Column("Number", is_number=True),
    )
    return Table("Findings by code", columns, tuple(rows))


def _list(material: Material, findings: tuple[Finding, ...]) -> Table:
    rows = tuple(
        Row(
            (
                Cell(each.code),
                Cell(each.where()),
                cell(each.why or "in findings.csv of the study"),
                Cell(each.fix),
            )
        )
        for each in findings[:LISTING_ROWS]
    )
    columns = (Column("Code"), Column("Where", wide=True), Column("Why", wide=True), Column("Fix", wide=True))
    notes = material.cut_note(len(rows), len(findings), "findings.csv")
    return Table("Findings: where, why, fix", columns, rows, notes, compact=len(rows) > 8)


def _balance(material: Material) -> Block:
    if not material.inputs.balances:
        return Note("No table was read.", "missing")
    rows = tuple(
        Row(
            (
                Cell(each.table.replace("_", " ")),
                *(Cell(rounded(n)) for n in (each.read, each.used, each.withheld)),
            )
        )
        for each in material.inputs.balances
    )
    columns = (Column("Table"), *(Column(each, is_number=True) for each in ("Rows read", "Used", "Withheld")))
    return Table("Balance: read = used + withheld", columns, rows, narrow=True)
