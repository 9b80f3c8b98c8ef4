"""The first look: four counts, each with what it is counted from."""

from __future__ import annotations

from graftrial.report.blocks import Block, Card, Cards, Note, Section, Tone
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, interval, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.unknowns import unknown_words


def section(material: Material) -> Section:
    """Cards: infused, with serious events, graft losses, blocking findings."""
    cards = (
        _counted("Subjects infused", material.results.get("disposition.infused"), ""),
        _counted("With serious adverse events", material.results.get("ae.serious.subjects"), "alert"),
        _counted("Graft losses", _graft_loss(material), "alert"),
        _blocking(material),
    )
    blocks: list[Block] = [Cards(cards)]
    if 0 < len(material.infused) < 20:
        blocks.append(
            Note(
                "Groups of fewer than 20 are given as counts with exact (Clopper–Pearson) intervals, never as a bare "
                "percentage.",
                "note",
            )
        )
    return Section("summary", "At a glance", tuple(blocks), "Summary")


def _graft_loss(material: Material) -> ResultRow | None:
    return material.results.get("disposition.graft_loss")


def _counted(title: str, row: ResultRow | None, tone: Tone) -> Card:
    if row is None or row.count is None:
        return Card(title, NOT_REPORTED, tone="missing")
    text = f"{rounded(row.count)} of {rounded(row.denominator)}" if row.denominator is not None else rounded(row.count)
    below = interval(row.lower, row.upper) if row.lower is not None and row.upper is not None else ""
    unknown = unknown_words(row)
    below = "; ".join(each for each in (below, unknown) if each)
    return Card(title, text, below, row.key, tone if row.count else "")


def _blocking(material: Material) -> Card:
    n_blocking = sum(1 for each in material.inputs.findings if each.blocking)
    total = len(material.inputs.findings)
    below = f"of {plural(total, 'finding')}" if total else "no finding at all"
    return Card("Blocking findings", rounded(n_blocking), below, tone="alert" if n_blocking else "good")
