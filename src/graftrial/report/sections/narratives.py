"""Patient narratives as they are generated, and where a signed one differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, Tone, cell
from graftrial.report.material import Material, Record
from graftrial.report.narratives import Narrative, write_narratives
from graftrial.report.numbers import plural

OPEN = 3  # so many narratives stand open on the screen
SHOWN = 60  # more are in the files beside the page


def section(material: Material) -> Section | None:
    """One narrative an event; nothing where no event calls for one."""
    narratives = write_narratives(material.study, material.inputs.derived)
    signed = list(material.frame("signed_narratives").iter_rows(named=True))
    if not narratives and not signed:
        return None
    reporting = material.study.safety.reporting
    blocks: list[Block] = [
        Note(
            f"{plural(len(narratives), 'event')}: deaths, serious events, events that led to withdrawal and events of "
            "declared special interest. Every sentence is made by a template from the rows named beside it; laboratory "
            f"and biopsies from {reporting.narrative_days_before} days before to {reporting.narrative_days_after} days "
            "after the onset.",
            "definition",
        )
    ]
    if signed:
        blocks.append(_signatures(signed))
    for place, each in enumerate(narratives[:SHOWN]):
        blocks.append(_narrative(each, is_open=place < OPEN, share=material.inputs.share))
    if len(narratives) > SHOWN:
        blocks.append(
            Note(f"The first {SHOWN} of {len(narratives)}; all of them are in narratives.csv.", "note")
        )
    return Section("narratives", "Patient narratives", tuple(blocks), "Narratives")


def _narrative(narrative: Narrative, is_open: bool, share: bool) -> Fold:
    rows = tuple(
        Row(
            (
                Cell(each.kind),
                Cell(each.text),
                *(() if share else (Cell("; ".join(each.sources), tone="quiet"),)),
            )
        )
        for each in narrative.sentences
    )
    columns = (
        Column("About"),
        Column("Sentence", wide=True),
        *(() if share else (Column("Rows behind it"),)),
    )
    title = f"{narrative.subject_id}, no. {narrative.ae_id}: {narrative.title} ({narrative.because})"
    return Fold(title, (Table(f"Narrative of {narrative.name}", columns, rows, compact=True),), is_open)


def _signed(narrative: Record) -> Iterator[Row]:
    """One row a difference; the name stands in the first."""
    tone: Tone = "good" if narrative["state"] == "same" else "alert"
    for place, line in enumerate(narrative["differences"].split("\n")):
        first = (
            (Cell(narrative["name"]), Cell(narrative["state"], tone=tone))
            if place == 0
            else (Cell(""), Cell(""))
        )
        yield Row((*first, cell(line or "none")))


def _signatures(signed: Sequence[Record]) -> Table:
    rows = tuple(row for each in signed for row in _signed(each))
    notes = (
        "A signed narrative is never written over. Lines with − are signed, lines with + are in the data now.",
    )
    columns = (Column("Signed narrative"), Column("Against the data"), Column("Differences", wide=True))
    return Table("Signed narratives of the study folder", columns, rows, notes, compact=True)
