"""Pictures of the transcripts page as SVG text: the reference map and the positive controls of the lane."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from graftrial.derive.transcript_quality import Spiked
from graftrial.derive.transcript_reference import GROUPS, Place, reference_places
from graftrial.report.numbers import SUPERSCRIPTS

COLOURS: Mapping[str, str] = {
    "AMR": "#c2452d",
    "TCMR": "#2c6fb3",
    "normal or minimal": "#4f9a76",
    "IFTA": "#b08a4e",
    "BK nephropathy": "#8d5aa5",
    "other": "#a3abb3",
}
WIDTH, HEIGHT, EDGE = 640, 470, 26
DOT = 6


def reference_map(place: Place) -> str:
    """The fixed map: a dot for each reference biopsy, rings round the neighbours, a diamond for this biopsy."""
    x, y = _on_map(place.x, place.y)
    rings = "".join(
        '<circle cx="{:.1f}" cy="{:.1f}" r="6.5"/>'.format(*_on_map(each.x, each.y))
        for each in place.neighbours
    )
    here = f"M{x:.1f} {y - 11:.1f} L{x + 11:.1f} {y:.1f} L{x:.1f} {y + 11:.1f} L{x - 11:.1f} {y:.1f} Z"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="This biopsy among the reference biopsies">'
        f'{_background()}<g fill="none" stroke="#1b2733" stroke-width="1.3">{rings}</g>'
        f'<path d="{here}" fill="#1b2733" stroke="#fff" stroke-width="2.5"/></svg>'
    )


@cache
def _background() -> str:
    parts = [f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" fill="#fbfcfd" stroke="#e4e8ec"/>']
    for group in reversed(GROUPS):
        dots = "".join("M{:.0f} {:.0f}h0".format(*_on_map(*place)) for place in reference_places()[group])
        parts.append(
            f'<path d="{dots}" stroke="{COLOURS[group]}" stroke-width="{DOT}" stroke-linecap="round" '
            f'stroke-opacity=".62"><title>{escape(group)}</title></path>'
        )
    labels = 'font-size="14" fill="#5d6b78" font-family="sans-serif"'
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 9}" text-anchor="middle" {labels}>first component</text>'
    )
    middle = HEIGHT / 2
    parts.append(
        f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})" {labels}>second</text>'
    )
    return "".join(parts)


@cache
def _extent() -> tuple[float, float, float, float]:
    places = [place for group in reference_places().values() for place in group]
    across, down = [each[0] for each in places], [each[1] for each in places]
    return min(across), max(across), min(down), max(down)


def _on_map(x: float, y: float) -> tuple[float, float]:
    """Pixels; a biopsy beyond the reference set stands at the edge."""
    left, right, low, high = _extent()
    across = EDGE + 12 + (x - left) / (right - left) * (WIDTH - 2 * EDGE - 12)
    down = HEIGHT - EDGE - 8 - (y - low) / (high - low) * (HEIGHT - 2 * EDGE - 8)
    return min(max(across, 12), WIDTH - 12), min(max(down, 12), HEIGHT - 12)


def controls_picture(controls: Sequence[Spiked], limit: float | None) -> str:
    """Counts of the positive controls by concentration, both logarithmic, with the limit of detection as a line."""
    top = max(5.0, *(math.log10(max(each.count, 1)) for each in controls))
    parts = []
    for power in range(int(top) + 1):
        y = _down(power, top)
        parts.append(f'<path d="M46 {y:.1f}H352" stroke="#e4e8ec"/>')
        parts.append(
            f'<text x="40" y="{y + 4:.1f}" text-anchor="end">10{str(power).translate(SUPERSCRIPTS)}</text>'
        )
    if limit is not None and limit > 1:
        y = _down(math.log10(limit), top)
        parts.append(f'<path d="M46 {y:.1f}H352" stroke="#b3261e" stroke-dasharray="5 4"/>')
        parts.append(
            f'<text x="350" y="{y - 5:.1f}" text-anchor="end" fill="#b3261e">limit of detection</text>'
        )
    for each in controls:
        x = 60 + (math.log10(each.concentration) + 1) / 3.2 * 280
        y = _down(math.log10(max(each.count, 1)), top)
        title = f"<title>{escape(each.name)}: {each.count}</title>"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f5a7a">{title}</circle>')
        parts.append(f'<text x="{x:.1f}" y="236" text-anchor="middle">{escape(each.name[4:5])}</text>')
    return (
        '<svg viewBox="0 0 360 250" role="img" aria-label="Positive controls" font-size="12" fill="#5d6b78" '
        f'font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _down(power: float, top: float) -> float:
    return 216 - power / top * 196
