"""Who changes category between editions: a flow picture, drawn as SVG text without any program."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import polars as pl

WIDTH, ROW, BAR, GAP, LEFT, TOP = 980, 340.0, 18, 14, 250, 70
COLOURS = {
    "chronic_active_amr": "#9d2a2a",
    "active_amr": "#c9633c",
    "chronic_amr": "#8c6d8c",
    "mvi_dsa_neg_c4d_neg": "#3d7ea6",
    "probable_amr": "#d9a441",
    "c4d_with_ati": "#6c8f5c",
    "c4d_without_rejection": "#5c8f86",
    "none": "#b8c0c8",
    "undecided": "#e3e3e3",
}
LABELS = {
    "chronic_active_amr": "chronic active AMR",
    "active_amr": "active AMR",
    "chronic_amr": "chronic (inactive) AMR",
    "mvi_dsa_neg_c4d_neg": "MVI, DSA-neg C4d-neg",
    "probable_amr": "probable AMR",
    "c4d_with_ati": "C4d with tubular injury",
    "c4d_without_rejection": "C4d without rejection",
    "none": "no category 2",
    "undecided": "not decided",
}


def edition_flow(flows: pl.DataFrame, editions: Sequence[str]) -> str:
    """SVG with a column of bars an edition and ribbons between neighbours; heights are numbers of biopsies.

    flows: columns from_edition, from_answer, to_edition, to_answer, n.
    """
    columns = _columns(flows, editions)
    total = max((sum(column.values()) for column in columns), default=0)
    most = max((len(column) for column in columns), default=1)
    scale = (ROW - GAP * most) / total if total else 0.0
    placed = [_placed(column, scale) for column in columns]
    step = (WIDTH - 2 * LEFT - BAR) / max(len(editions) - 1, 1)
    across = [LEFT + place * step for place in range(len(editions))]
    parts = [*_ribbons(flows, editions, placed, across, scale), *_bars(columns, placed, across, scale)]
    for x, edition in zip(across, editions, strict=True):
        place = f'x="{x + BAR / 2:.1f}" y="{TOP - 16}" text-anchor="middle" class="head"'
        parts.append(f"<text {place}>{escape(edition)}</text>")
    height = TOP + ROW + 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="Category 2 of {total} biopsies under editions {", ".join(editions)}">'
        "<style>text{font:13px sans-serif;fill:#1c2733}.head{font-weight:600;font-size:15px}</style>"
        f'<text x="24" y="28" class="head">Banff category 2 of {total:,} biopsies, by edition</text>'
        + "".join(parts)
        + "</svg>\n"
    )


def _columns(flows: pl.DataFrame, editions: Sequence[str]) -> list[dict[str, int]]:
    columns: list[dict[str, int]] = []
    for place, edition in enumerate(editions):
        side, other = ("from", "from_edition") if place < len(editions) - 1 else ("to", "to_edition")
        rows = (
            flows.filter(pl.col(other) == edition).group_by(pl.col(f"{side}_answer")).agg(pl.col("n").sum())
        )
        counts = {str(answer): int(n) for answer, n in rows.iter_rows()}
        known = [each for each in COLOURS if each in counts]
        columns.append({each: counts[each] for each in [*known, *sorted(counts.keys() - COLOURS.keys())]})
    return columns


def _placed(column: dict[str, int], scale: float) -> dict[str, float]:
    tops, y = {}, float(TOP)
    for answer, n in column.items():
        tops[answer] = y
        y += n * scale + GAP
    return tops


def _bars(
    columns: list[dict[str, int]], placed: list[dict[str, float]], across: list[float], scale: float
) -> list[str]:
    parts = []
    for place, column in enumerate(columns):
        for answer, n in column.items():
            y, high = placed[place][answer], max(n * scale, 1.0)
            parts.append(
                f'<rect x="{across[place]:.1f}" y="{y:.1f}" width="{BAR}" height="{high:.1f}" '
                f'fill="{COLOURS.get(answer, "#888888")}"/>'
            )
            label = f"{LABELS.get(answer, answer)}: {n:,}"
            is_last = place == len(columns) - 1
            if place == 0 or is_last:
                x, anchor = (across[place] + BAR + 8, "start") if is_last else (across[place] - 8, "end")
                parts.append(
                    f'<text x="{x:.1f}" y="{y + high / 2 + 4:.1f}" text-anchor="{anchor}">{escape(label)}</text>'
                )
    return parts


def _ribbons(
    flows: pl.DataFrame,
    editions: Sequence[str],
    placed: list[dict[str, float]],
    across: list[float],
    scale: float,
) -> list[str]:
    parts = []
    for place, (earlier, later) in enumerate(pairwise(editions)):
        used_from, used_to = dict(placed[place]), dict(placed[place + 1])
        rows = flows.filter((pl.col("from_edition") == earlier) & (pl.col("to_edition") == later))
        for row in sorted(rows.iter_rows(named=True), key=_order):
            high = row["n"] * scale
            left, right = used_from[row["from_answer"]], used_to[row["to_answer"]]
            used_from[row["from_answer"]] += high
            used_to[row["to_answer"]] += high
            parts.append(_ribbon(row, across[place] + BAR, left, across[place + 1], right, high))
    return parts


def _order(row: dict[str, Any]) -> tuple[int, int]:
    """Ribbons in the order of the bars, so that they cross as little as they can."""
    known = [*COLOURS, row["from_answer"], row["to_answer"]]
    return known.index(row["from_answer"]), known.index(row["to_answer"])


def _ribbon(row: dict[str, Any], x0: float, left: float, x1: float, right: float, high: float) -> str:
    middle, low_left, low_right = (x0 + x1) / 2, left + high, right + high
    upper = f"M{x0:.1f},{left:.1f} C{middle:.1f},{left:.1f} {middle:.1f},{right:.1f} {x1:.1f},{right:.1f}"
    curve = f"C{middle:.1f},{low_right:.1f} {middle:.1f},{low_left:.1f} {x0:.1f},{low_left:.1f}"
    names = [escape(LABELS.get(row[side], row[side])) for side in ("from_answer", "to_answer")]
    opacity = 0.25 if row["from_answer"] == row["to_answer"] else 0.75
    colour = COLOURS.get(row["to_answer"], "#888888")
    title = f"<title>{names[0]} → {names[1]}: {row['n']:,}</title>"
    outline = f"{upper} L{x1:.1f},{low_right:.1f} {curve} Z"
    return f'<path d="{outline}" fill="{colour}" opacity="{opacity}">{title}</path>'
