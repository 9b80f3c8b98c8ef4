"""The picture of a cartridge: its twelve lanes side by side, one row a check, as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from graftrial.report.numbers import plain, significant

LANES = 12
LEFT, COLUMN, ROW, TOP = 190, 78, 34, 92
SHOWN = (
    ("imaging", "fields of view", 2),
    ("binding_density", "binding density", 2),
    ("positive_linearity", "linearity R²", 3),
    ("limit_of_detection", "limit of detection", 1),
    ("hk_below_lod", "housekeeping below", 0),
    ("detection_percent", "detected, %", 0),
)
TONES = {"pass": "#dcefe4", "warn": "#fbeccb", "fail": "#f6d5d2", "not assessable": "#eef1f4"}
Row = tuple[str, str, Mapping[str, float | None], str]


def cartridge_picture(cartridge: str, lanes: Sequence[Row]) -> str:
    """A table as a picture: lane number, file, verdict, and the value of each check.

    lanes: lane number as written, file, value by check, verdict. A lane without a number in 1 to 12 comes after them.
    """
    placed = _placed(lanes)
    width, height = LEFT + COLUMN * len(placed) + 10, TOP + ROW * len(SHOWN) + 46
    parts = [f'<text x="14" y="26" class="head">Cartridge {escape(cartridge)}</text>']
    for place, (number, row) in enumerate(placed):
        parts += _lane(LEFT + place * COLUMN, number, row)
    for line, (_, title, _) in enumerate(SHOWN):
        parts.append(f'<text x="14" y="{TOP + ROW * line + 22}">{title}</text>')
    parts.append(
        f'<text x="14" y="{height - 14}" class="quiet">green pass, yellow warning, red fail, grey not run</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Quality of the lanes of cartridge {escape(cartridge)}">'
        "<style>text{font:13px sans-serif;fill:#1b2733}.head{font-weight:600;font-size:15px}"
        f'.quiet{{fill:#5d6b78;font-size:12px}}</style><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _placed(lanes: Sequence[Row]) -> list[tuple[str, Row | None]]:
    by_number: dict[str, list[Row]] = {}
    for row in lanes:
        by_number.setdefault(row[0], []).append(row)
    usual = [str(each) for each in range(1, LANES + 1)]
    placed: list[tuple[str, Row | None]] = []
    for number in [*usual, *sorted(by_number.keys() - set(usual))]:
        rows: list[Row | None] = [*by_number.get(number, [])] or [None]
        placed += [(number, row) for row in rows]
    return placed


def _lane(x: float, number: str, row: Row | None) -> list[str]:
    verdict = row[3] if row else ""
    tone = TONES.get(verdict, "#f7f8fa")
    box = f'<rect x="{x + 3}" y="44" width="{COLUMN - 6}" height="{TOP - 44 + ROW * len(SHOWN)}" rx="5" fill="{tone}"/>'
    title = f"<title>{escape(row[1])}: {escape(verdict)}</title>" if row else ""
    middle = x + COLUMN / 2
    parts = [
        f"<g>{title}{box}</g>",
        f'<text x="{middle}" y="62" text-anchor="middle" class="head">{escape(number)}</text>',
    ]
    if row is None:
        return parts
    parts.append(
        f'<text x="{middle}" y="80" text-anchor="middle" class="quiet">{escape(_short(row[1]))}</text>'
    )
    for line, (name, _, digits) in enumerate(SHOWN):
        value = row[2].get(name)
        text = "–" if value is None else plain(value, digits) if value < 1000 else significant(value)
        parts.append(f'<text x="{middle}" y="{TOP + ROW * line + 22}" text-anchor="middle">{text}</text>')
    return parts


def _short(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return stem if len(stem) <= 10 else f"{stem[:9]}…"
