"""HLA: mismatches with the donor of the graft, eplets, and what concerns the donor of third-party cells."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, cell, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import days, plural
from graftrial.report.sections.measured import measured, worded

LOCI = ("A", "B", "DR", "DQ")
COUNTS = (("Total", "total"), ("Different", "unique"), ("DR", "dr"), ("DQ", "dq"))


def hla_blocks(material: Material) -> list[Block]:
    """Mismatches, eplets, then the cell donor where one is typed."""
    return [*_mismatches(material), *_eplets(material), *_cell_donor(material)]


def _mismatches(material: Material) -> list[Block]:
    rows = list(material.frame("hla_mismatches").iter_rows(named=True))
    if not rows:
        return [Note("HLA typings were not reported as rows for any patient.", "missing")]
    subjects = list(dict.fromkeys(each["subject_id"] for each in rows))
    body = tuple(
        Row(
            (
                Cell(subject),
                *(_mismatch(material, "hla_mismatch", each, subject) for each in (*LOCI, "a_b_dr")),
            )
        )
        for subject in subjects[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        *(Column(f"HLA-{each}", is_number=True) for each in LOCI),
        Column("A + B + DR", is_number=True, below="0 to 6"),
    )
    notes = material.cut_note(len(body), len(subjects), "derived/hla_mismatches.csv")
    table = Table(
        "HLA mismatches of the donor, 0 to 2 at each locus", columns, body, notes, compact=len(body) > 12
    )
    title = f"HLA mismatches of {plural(len(subjects), 'patient')}"
    return [folded(with_citations(table, material.results), title)]


def _mismatch(material: Material, section: str, locus: str, subject: str) -> Cell:
    return measured(material.results.get(f"{section}.{locus.lower()}.{subject}"))


def _eplets(material: Material) -> list[Block]:
    rows = list(material.frame("eplets").iter_rows(named=True))
    if not rows:
        return []
    reasons = {each["eplet_reason"] for each in rows}
    if len(reasons) == 1 and None not in reasons:
        return [Note(f"Eplet mismatches are not computed: {reasons.pop()}.", "missing")]
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                *(
                    measured(material.results.get(f"eplets.{name}.{each['subject_id']}"))
                    for _, name in COUNTS
                ),
                worded(material.results.get(f"eplets.dr_dq_risk.{each['subject_id']}")),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        *(Column(title, is_number=True) for title, _ in COUNTS),
        Column("DR/DQ risk", below="experimental"),
    )
    versions = sorted({each["table"] for each in rows if each["table"]})
    notes = (
        f"Eplet table {', '.join(versions)}, supplied with the study; counts by another version are not comparable.",
        "DR: most eplets of one DR chain. DQ: most of one α and of one β chain, added.",
        *material.cut_note(len(body), len(rows), "derived/eplets.csv"),
    )
    table = Table("Eplet mismatches of the donor", columns, body, notes, compact=len(body) > 12)
    return [
        folded(with_citations(table, material.results), f"Eplet mismatches of {plural(len(rows), 'patient')}")
    ]


def _cell_donor(material: Material) -> list[Block]:
    """Antibodies and mismatches against the donor of the cells; nothing where no cell donor is typed."""
    blocks: list[Block] = []
    sera = list(material.frame("cell_donor_sera").iter_rows(named=True))
    if sera:
        body = []
        for each in sera[:LISTING_ROWS]:
            when = each["day"] if each["day"] is not None else each["date"] or "undated"
            key = f"{each['subject_id']}.{when}"
            strongest = material.results.get(f"cell_donor_antibodies.immunodominant_mfi.{key}")
            body.append(
                Row(
                    (
                        Cell(each["subject_id"]),
                        cell(days(each["day"], each["day"], each["date"])),
                        measured(strongest, each["immunodominant"] or ""),
                        measured(material.results.get(f"cell_donor_antibodies.count.{key}")),
                    )
                )
            )
        columns = (
            Column("Subject"),
            Column("When"),
            Column("Strongest", is_number=True, below="MFI"),
            Column("Number", is_number=True),
        )
        notes = material.cut_note(len(body), len(sera), "derived/cell_donor_sera.csv")
        title = "Antibodies against the donor of the cells"
        table = Table(title, columns, tuple(body), notes, compact=True)
        blocks.append(folded(with_citations(table, material.results), title))
    typed = (
        list(dict.fromkeys(material.frame("cell_donor_mismatches").get_column("subject_id"))) if sera else []
    )
    return [*blocks, *_cell_donor_mismatches(material, typed)]


def _cell_donor_mismatches(material: Material, typed: list[str]) -> list[Block]:
    body = tuple(
        Row((Cell(subject), *(_mismatch(material, "cell_donor_mismatch", each, subject) for each in LOCI)))
        for subject in typed[:LISTING_ROWS]
    )
    if not body:
        return []
    columns = (Column("Subject"), *(Column(f"HLA-{each}", is_number=True) for each in LOCI))
    notes = material.cut_note(len(body), len(typed), "derived/cell_donor_mismatches.csv")
    title = "HLA mismatches of the donor of the cells, 0 to 2 at each locus"
    return [with_citations(Table(title, columns, body, notes, compact=len(body) > 12), material.results)]
