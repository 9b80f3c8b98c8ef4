"""The figures of transcripts with the words that belong under them."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Block, Figure
from graftrial.report.figures.transcripts import KEY_SETS, heat_spec, map_spec, percentiles_spec
from graftrial.report.material import PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import plural


def figure_blocks(material: Material) -> list[Block]:
    """Map, percentiles and heat map, each where there is something to draw."""
    chosen = {each["subject_id"] for each in material.with_figures[:PATIENT_FIGURES]}
    places, pairs, heat, scores = (
        [
            each
            for each in material.frame(f"transcript_{name}").iter_rows(named=True)
            if each["subject_id"] in chosen
        ]
        for name in ("places", "pairs", "heat", "scores")
    )
    shown = [
        each
        for each in scores
        if each["method"] == "singscore"
        and each["set"] in KEY_SETS
        and each["reference_percentile"] is not None
    ]
    blocks: list[Block] = []
    if places:
        blocks.append(_map(material, places, pairs))
    if shown:
        blocks.append(_percentiles(material, shown))
    if heat:
        blocks.append(_heat(material, heat))
    return blocks


def _map(material: Material, places: Sequence[Record], pairs: Sequence[Record]) -> Figure:
    return Figure(
        "transcripts-map",
        "Biopsies of the study among the reference biopsies",
        f"Map of 537 reference biopsies by diagnosis, with {plural(len(places), 'biopsy', 'biopsies')} of the study.",
        map_spec(material, places, pairs),
        "Open circle: before the cells, filled: after; an arrow joins pairs whose lanes both pass. Axes and dots are "
        "fixed, so that a later patient moves nothing. Groups overlap: a place is no diagnosis. Reference: HistoMx, "
        "Paris Transplant Group (MIT).",
    )


def _percentiles(material: Material, shown: Sequence[Record]) -> Figure:
    return Figure(
        "transcripts-percentiles",
        "Gene sets in percentiles of the reference biopsies",
        "Percentile of each gene set by ranks (singscore), one panel a patient; the tables hold the values.",
        percentiles_spec(material, shown),
        "By ranks inside the biopsy (singscore). Shaded: the middle half, and 5 to 95% of 537 reference biopsies, "
        "which were taken for a reason and are no healthy grafts. Open: before; filled: after; pale: a lane that did "
        "not pass every check.",
    )


def _heat(material: Material, heat: Sequence[Record]) -> Figure:
    return Figure(
        "transcripts-heat",
        "Genes against the reference biopsies",
        "log2 difference of single genes from the mean of the reference biopsies; values in derived/.",
        heat_spec(material, heat),
        "Colours end at 3 in either direction. A lane that did not pass carries its verdict in its name: with "
        "little RNA, background is multiplied and every gene rises.",
    )
