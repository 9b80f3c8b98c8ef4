"""The first look: four counts, each with what it is counted from."""

from __future__ import annotations

from graftrial.report.blocks import Block, Card, Cards, Note, Section, Tone
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, interval, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.head import treated_as_reported
from graftrial.report.sections.story import story
from graftrial.report.unknowns import unknown_words


def section(material: Material) -> Section:
    """Cards: infused, with serious events, graft losses, blocking findings; then each patient in one row."""
    cards = (
        _counted("Subjects infused", material.results.get("disposition.infused"), ""),
        _counted(
            "With serious adverse events",
            material.results.get("ae.serious.subjects"),
            "alert",
            material.results.get("ae.serious.proportion"),
        ),
        _counted(
            "Graft losses",
            material.results.get("outcome.graft_lost.subjects"),
            "alert",
            material.results.get("outcome.graft_lost.proportion"),
        ),
        _blocking(material),
    )
    blocks: list[Block] = [Cards(cards)]
    treated = treated_as_reported(material)
    if treated is not None and treated > len(material.infused):
        text = (
            f"Counted from rows alone, which cover {len(material.infused)} of {plural(treated, 'treated subject')}. "
            "What the sources state of all of them stands under “Reported aggregates”."
        )
        blocks.append(Note(text, "remark"))
    if 0 < len(material.infused) < 20:
        blocks.append(
            Note(
                "Groups of fewer than 20 are given as counts with exact (Clopper–Pearson) intervals, never as a bare "
                "percentage.",
                "note",
            )
        )
    blocks += story(material)
    return Section("summary", "At a glance", tuple(blocks), "Summary")


def _counted(title: str, row: ResultRow | None, tone: Tone, proportion: ResultRow | None = None) -> Card:
    if row is None or (row.count is None and not row.is_open):
        return Card(title, NOT_REPORTED, tone="missing")
    below = unknown_words(row)
    if (
        not row.not_assessable
        and proportion
        and proportion.lower is not None
        and proportion.upper is not None
    ):
        below = interval(proportion.lower, proportion.upper)
    return Card(title, row.words(), below, row.key, tone if row.count else "")


def _blocking(material: Material) -> Card:
    n_blocking = sum(1 for each in material.inputs.findings if each.blocking)
    total = len(material.inputs.findings)
    below = f"of {plural(total, 'finding')}" if total else "no finding at all"
    return Card("Blocking findings", rounded(n_blocking), below, tone="alert" if n_blocking else "good")
