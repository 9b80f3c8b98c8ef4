"""What one part of a study file says about another: ids, references, lists of criteria, visit windows.

Works on the file as TOML gives it, so that these problems are reported together with every other one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graftrial.errors import Problem, problem
from graftrial.study.comparators import shipped
from graftrial.study.comparison import comparison_problems
from graftrial.study.keys import nearest
from graftrial.study.locate import KeyPath, line_of, shown
from graftrial.study.wording import where

NAMED: tuple[tuple[KeyPath, str], ...] = (
    (("references",), "key"),
    (("cohorts",), "id"),
    (("eligibility_lists",), "id"),
    (("eligibility",), "id"),
    (("schedule", "visits"), "id"),
    (("analysis_sets",), "id"),
    (("endpoints",), "id"),
    (("comparators",), "id"),
    (("safety", "events"), "id"),
    (("safety", "rules"), "id"),
    (("amendments",), "version"),
)
CITING: tuple[KeyPath, ...] = (("eligibility",), ("eligibility_lists",))
PROTOCOL = "protocol"  # the protocol's own list of criteria needs no declaration
OVERALL = "overall"  # the result key eligibility.overall.<subject> is the verdict over all criteria

Lines = Mapping[KeyPath, int]
Entry = tuple[KeyPath, dict[str, object]]


def check_links(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    """Every contradiction between parts of the file."""
    for path, key in NAMED:
        yield from _duplicates(_entries(data, path), key, lines)
    yield from _references(data, lines)
    yield from _lists(data, lines)
    yield from _reserved(data, lines)
    yield from _windows(data, lines)
    yield from _endpoints(data, lines)
    yield from _arms(data, lines)
    for key, why in comparison_problems(data):
        what, means = f"`comparison.{key}` {why}", "historical controls that are matched to the treated"
        yield problem("GT-STUDY-011", where(lines, ("comparison", key)), what, means=means)


def _entries(data: Mapping[str, object], path: KeyPath) -> list[Entry]:
    """The entries of a list of tables, as far as they are tables."""
    here: object = data
    for part in path:
        here = here.get(part) if isinstance(here, Mapping) else None
    listed = here if isinstance(here, list) else []
    return [((*path, count), each) for count, each in enumerate(listed) if isinstance(each, dict)]


def _duplicates(entries: list[Entry], key: str, lines: Lines) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for path, entry in entries:
        name = entry.get(key)
        if not isinstance(name, str):
            continue
        here = (*path, key)
        if name in first:
            what = f"`{shown(here)}` '{name}' stands twice"
            yield problem("GT-STUDY-012", where(lines, here), what, first=first[name])
        first.setdefault(name, line_of(lines, here))


def _references(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    declared = _names(data, ("references",), "key")
    citing = [entry for path in CITING for entry in _entries(data, path)]
    for path, discrepancy in _entries(data, ("discrepancies",)):
        citing += [((*path, *inner), each) for inner, each in _entries(discrepancy, ("statements",))]
    for path, entry in citing:
        name = entry.get("reference")
        if isinstance(name, str) and name and name not in declared:
            what = f"`{shown(path)}.reference` names '{name}', which is not declared" + _meant(name, declared)
            yield problem("GT-STUDY-013", where(lines, (*path, "reference")), what, name=name)


def _lists(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    declared = _names(data, ("eligibility_lists",), "id")
    for path, entry in _entries(data, ("eligibility",)):
        name = entry.get("list", PROTOCOL)
        if isinstance(name, str) and name != PROTOCOL and name not in declared:
            what = f"`eligibility.list` names '{name}', which is not declared" + _meant(name, declared)
            yield problem("GT-STUDY-014", where(lines, (*path, "list")), what, name=name)


def _reserved(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    for path, entry in _entries(data, ("eligibility",)):
        if entry.get("id") == OVERALL:
            what = f"`eligibility.id` is '{OVERALL}', which names the verdict over all criteria"
            yield problem(
                "GT-STUDY-011", where(lines, (*path, "id")), what, means="short id of the criterion"
            )


def _windows(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    windows: list[tuple[int, int, str, KeyPath]] = []
    for path, entry in _entries(data, ("schedule", "visits")):
        earliest, latest = entry.get("earliest"), entry.get("latest")
        if isinstance(earliest, int) and isinstance(latest, int) and earliest <= latest:
            windows.append((earliest, latest, str(entry.get("id", "")), path))
    windows.sort()
    reach = windows[:1]
    for window in windows[1:]:
        earliest, latest, name, path = window
        before = reach[-1]
        if earliest <= before[1]:
            what = f"the windows of the visits '{before[2]}' and '{name}' overlap"
            last = min(latest, before[1])
            days = f"{earliest}" if earliest == last else f"{earliest} to {last}"
            yield problem("GT-STUDY-015", where(lines, path), what, days=days)
        reach.append(window if latest > before[1] else before)


def _endpoints(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    """Visits, analysis sets and comparators that endpoints name."""
    visits = _names(data, ("schedule", "visits"), "id")
    sets = _names(data, ("analysis_sets",), "id")
    compared = _names(data, ("comparators",), "id") | set(shipped())
    for path, entry in _entries(data, ("endpoints",)):
        named = [
            ("at", "the visit", visits, "not declared", "GT-STUDY-040"),
            ("visits", "the visit", visits, "not declared", "GT-STUDY-040"),
            ("population", "the analysis set", sets, "not declared", "GT-STUDY-041"),
            ("comparators", "", compared, "neither declared nor shipped", "GT-STUDY-042"),
        ]
        for key, word, declared, what, code in named:
            given = entry.get(key)
            for name in given if isinstance(given, list) else [given]:
                if isinstance(name, str) and name not in declared:
                    said = " ".join(each for each in (f"`endpoints.{key}` names", word, f"'{name}'") if each)
                    told = f"{said}, which is {what}" + _meant(name, declared)
                    yield problem(code, where(lines, (*path, key)), told, name=name)


def _arms(data: Mapping[str, object], lines: Lines) -> Iterator[Problem]:
    """The other arm that a comparator names."""
    declared = _names(data, ("comparators",), "id") | set(shipped())
    for path, entry in _entries(data, ("comparators",)):
        name = entry.get("against")
        if isinstance(name, str) and name not in declared:
            what = f"`comparators.against` names '{name}', which is neither declared nor shipped"
            yield problem(
                "GT-STUDY-042", where(lines, (*path, "against")), what + _meant(name, declared), name=name
            )


def _names(data: Mapping[str, object], path: KeyPath, key: str) -> set[str]:
    return {name for _, entry in _entries(data, path) if isinstance(name := entry.get(key), str)}


def _meant(name: str, declared: set[str]) -> str:
    meant = nearest(name, sorted(declared))
    return f"; did you mean '{meant}'?" if meant else ""
