"""The share of the patients with an event of each class and term, as dots with their exact intervals."""

from __future__ import annotations

from graftrial.report.blocks import Block, Figure
from graftrial.report.figures.event_shares import ShareRow, event_shares_spec
from graftrial.report.material import Material
from graftrial.report.numbers import plural
from graftrial.report.results import ResultRow

PREFIX = "ae.share."
MOST_ROWS = 36  # more lines than that are not read as a picture


def share_blocks(material: Material) -> list[Block]:
    """The dot plot, classes with most patients first; terms are left out before classes where there are too many."""
    places: dict[str, list[ResultRow]] = {}
    for each in material.results.starting(PREFIX):
        places.setdefault(each.key.rpartition(".")[0], []).append(each)
    if not places:
        return []
    ordered = _ordered(places)
    shown = (
        ordered if len(ordered) <= MOST_ROWS else [each for each in ordered if _is_class(each)][:MOST_ROWS]
    )
    rows = [_row(each, number, stem) for number, stem in enumerate(shown) for each in places[stem]]
    groups = list(dict.fromkeys(each.group for each in rows))
    size = max(each.denominator for each in rows)
    most = max(rows, key=lambda each: each.affected)
    about = (
        f"Dots of the share of {plural(size, 'patient')} with an event, {plural(len(shown), 'row')} by system organ "
        f"class and term, a colour each for {' and '.join(groups)}, lines are exact 95% intervals; most: {most.name}, "
        f"{most.affected} of {most.denominator} {most.group}."
    )
    left = len(ordered) - len(shown)
    note = "Large dots: system organ classes; small dots: their terms. Lines: exact 95% intervals."
    more = f" {plural(left, 'further row')} in results.csv." if left else ""
    if any("before" in each.group for each in rows):
        more += " The phases differ in length: the dots do not compare rates."
    spec = event_shares_spec(rows, groups, material.subtitle)
    return [Figure("event-shares", "Share of the patients with each event", about, spec, note + more)]


def _is_class(stem: str) -> bool:
    return stem.startswith(f"{PREFIX}soc.")


def _ordered(places: dict[str, list[ResultRow]]) -> list[str]:
    """Classes by their patients, each followed by its terms; ties by name."""

    def rank(stem: str) -> tuple[int, str]:
        return -sum(each.n or 0 for each in places[stem]), places[stem][0].label

    told: list[str] = []
    for soc in sorted((each for each in places if _is_class(each)), key=rank):
        inside = f"{PREFIX}term.{soc.removeprefix(f'{PREFIX}soc.')}."
        told += [soc, *sorted((each for each in places if each.startswith(inside)), key=rank)]
    return told


def _row(each: ResultRow, number: int, stem: str) -> ShareRow:
    name, _, group = each.label.rpartition(": ")
    return ShareRow(
        number, name, _is_class(stem), group, each.n or 0, each.denominator or 0,
        each.number or 0.0, each.lower or 0.0, each.upper or 0.0,
    )  # fmt: skip
