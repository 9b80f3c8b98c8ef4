"""The picture of a cartridge: its twelve lanes side by side, one row a check with its limit, as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from graftrial.derive.transcript_quality import Checked, Quality
from graftrial.report.numbers import plain, significant

LANES = 12
LEFT, COLUMN, ROW, TOP = 236, 76, 40, 92
SHOWN = (
    ("imaging", "fields of view counted", 2),
    ("binding_density", "binding density", 2),
    ("positive_linearity", "linearity R² of POS_A to E", 3),
    ("limit_of_detection", "limit of detection", 1),
    ("positive_factor", "positive-control factor", 2),
    ("hk_factor", "housekeeping factor", 2),
    ("hk_below_lod", "housekeeping genes below", 0),
    ("detection_percent", "genes detected, %", 0),
)
TONES = {"pass": "#dcefe4", "warn": "#fbe3ae", "fail": "#f2c4bf"}
QUIET = ' class="quiet"'
PLAIN, EMPTY = "#eef1f4", "#f7f8fa"
INKS = {"pass": "#1d6b45", "warn": "#8a5a00", "fail": "#a3211a"}


@dataclass(frozen=True, slots=True)
class CartridgeLane:
    """A lane on its cartridge: number as written, file, checks by their name, verdict of the lane."""

    cartridge: str
    number: str
    file: str
    checks: Mapping[str, Checked]
    verdict: str


def cartridge_lane(cartridge: str, number: str, file: str, quality: Quality) -> CartridgeLane:
    """What the picture shows of a lane."""
    return CartridgeLane(
        cartridge, number, file, {each.check: each for each in quality.checks}, quality.verdict
    )


def cartridge_picture(cartridge: str, lanes: Sequence[CartridgeLane], is_synthetic: bool = False) -> str:
    """A table as a picture: lane number, file, verdict, and of each check value and verdict as the colour of its cell.

    A lane without a number in 1 to 12 comes after them.
    """
    placed = _placed(lanes)
    width, height = LEFT + COLUMN * len(placed) + 12, TOP + ROW * len(SHOWN) + 44
    said = "SYNTHETIC, invented data. " if is_synthetic else ""
    parts = [f'<text x="14" y="28" class="head">{said}Cartridge {escape(cartridge)}</text>']
    parts.append(f'<text x="{LEFT - 12}" y="64" class="quiet" text-anchor="end">lane</text>')
    for line, (name, title, _) in enumerate(SHOWN):
        y = TOP + ROW * line
        parts.append(f'<text x="14" y="{y + 18}">{title}</text>')
        parts.append(f'<text x="14" y="{y + 33}" class="quiet">{escape(_limit(name, lanes))}</text>')
    for place, (number, lane) in enumerate(placed):
        parts += _lane(LEFT + place * COLUMN, number, lane)
    parts.append(
        f'<text x="14" y="{height - 14}" class="quiet">Cell: green pass, yellow warning, red fail, grey without a '
        "verdict; pale: lane not in this run. Sources of the limits: the page of each biopsy.</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Quality of the lanes of cartridge {escape(cartridge)}">'
        "<style>text{font:13px sans-serif;fill:#1b2733}.head{font-weight:600;font-size:15px}"
        f'.quiet{{fill:#5d6b78;font-size:12px}}</style><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _limit(name: str, lanes: Sequence[CartridgeLane]) -> str:
    """The limit in a few words, as the lanes were checked by."""
    said = next((each.checks[name].threshold for each in lanes if name in each.checks), "")
    short = said.split(";")[0].split(" (")[0]
    return "no limit, reported" if short.startswith("none") else f"limit {short}"


def _placed(lanes: Sequence[CartridgeLane]) -> list[tuple[str, CartridgeLane | None]]:
    by_number: dict[str, list[CartridgeLane]] = {}
    for lane in lanes:
        by_number.setdefault(lane.number, []).append(lane)
    usual = [str(each) for each in range(1, LANES + 1)]
    placed: list[tuple[str, CartridgeLane | None]] = []
    for number in [*usual, *sorted(by_number.keys() - set(usual))]:
        found: list[CartridgeLane | None] = [*by_number.get(number, [])] or [None]
        placed += [(number, each) for each in found]
    return placed


def _lane(x: float, number: str, lane: CartridgeLane | None) -> list[str]:
    middle = x + COLUMN / 2
    if lane is None:
        return [_words(middle, 64, number, ' class="head"'), _box(x, TOP, ROW * len(SHOWN), EMPTY)]
    ink = INKS.get(lane.verdict, "#5d6b78")
    title = f"<title>{escape(lane.file)}: {escape(lane.verdict)}</title>"
    parts = [
        _words(middle, 50, number, ' class="head"'),
        f"<g>{title}{_words(middle, 66, _short(lane.file), QUIET)}</g>",
        _words(middle, 83, _word(lane.verdict), f' style="fill:{ink};font-weight:600"'),
    ]
    for line, (name, _, digits) in enumerate(SHOWN):
        check = lane.checks[name]
        y = TOP + ROW * line
        parts.append(_box(x, y, ROW, TONES.get(check.verdict, PLAIN)))
        parts.append(_words(middle, y + 25, _value(check.value, digits)))
    return parts


def _words(x: float, y: float, text: str, look: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle"{look}>{escape(text)}</text>'


def _box(x: float, y: float, height: float, fill: str) -> str:
    return f'<rect x="{x + 2}" y="{y + 1}" width="{COLUMN - 4}" height="{height - 2}" rx="3" fill="{fill}"/>'


def _value(value: float | None, digits: int) -> str:
    if value is None:
        return "–"
    return plain(value, digits) if value < 1000 else significant(value)


def _word(verdict: str) -> str:
    return "no verdict" if verdict == "not assessable" else verdict


def _short(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return stem if len(stem) <= 11 else f"…{stem[-10:]}"
