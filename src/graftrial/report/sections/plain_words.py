"""The page for patients, inside the report: the same sentences as summary.html."""

from __future__ import annotations

from graftrial.report.blocks import Block, Heading, Note, Section
from graftrial.report.material import Material
from graftrial.report.summary import plain_summary


def section(material: Material) -> Section:
    """Questions and answers in short words."""
    blocks: list[Block] = []
    for question, sentences in plain_summary(material).parts:
        blocks += [Heading(question), Note(" ".join(sentences))]
    blocks.append(Note("The same words stand alone on one page in summary.html, for patients.", "note"))
    return Section("plain-words", "In plain words", tuple(blocks), "In plain words")
