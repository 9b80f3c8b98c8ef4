"""The identity criteria of each batch, one by one."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Table, Tone, with_citations
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import NOT_ASSESSABLE

TONES: dict[str, Tone] = {
    "passed": "good",
    "failed": "alert",
    "pending": "missing",
    NOT_ASSESSABLE: "missing",
}
MARKS = {"passed": "passed", "failed": "failed", "pending": "pending", NOT_ASSESSABLE: "open"}


def panel_blocks(material: Material) -> list[Block]:
    """One row a criterion, one column a verdict, naming the batches; a sentence where the study names no criteria."""
    rows = list(material.frame("identity_panel").iter_rows(named=True))
    if not rows:
        if material.frame("products").is_empty():
            return []
        return [Note("Identity criteria are not shown: the study file names no identity_panel.", "note")]
    batches = list(dict.fromkeys(each["product_id"] for each in rows))
    criteria = list(dict.fromkeys(each["criterion"] for each in rows))
    verdicts = {(each["product_id"], each["criterion"]): each["panel_verdict"] for each in rows}
    body = tuple(
        Row((Cell(batch), *(_mark(batch, each, verdicts[batch, each]) for each in criteria)))
        for batch in batches[:LISTING_ROWS]
    )
    columns = (Column("Batch"), *(Column(each.replace("_", " ")) for each in criteria))
    words = dict.fromkeys(each["text"] for each in rows)
    notes = (
        f"{rows[0]['specification'].replace('_', ' ').upper()}: {'; '.join(words)}.",
        "Either marker of a pair is enough. Open: not measured, or the result does not decide.",
        *material.cut_note(len(body), len(batches), "derived/identity_panel.csv"),
    )
    table = Table("Identity criteria of the batches", columns, body, notes, compact=True)
    return [Fold("Identity criteria, batch by batch", (with_citations(table, material.results),))]


def _mark(batch: str, criterion: str, verdict: str) -> Cell:
    return Cell(MARKS[verdict], f"product.criterion.{criterion}.{batch}", TONES[verdict])
