"""Laboratory terms of CTCAE as records: read from TOML, unknown keys refused, the sentence beside the condition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ROOM = "graftrial.clinical.adverse_events"
FILES = {"5.0": "ctcae_5_0.toml", "6.0": "ctcae_6_0.toml"}
COMPARISONS = ("above", "at_least", "below", "at_most")
LIMITS = ("uln", "lln", "baseline")
ABOVE_LIMIT = "uln_plus "
STATES = ("low", "normal", "high")
CLAUSES = ("symptomatic", "on_anticoagulation", "fasting", "physiologic_consequences")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value against one limit.

    how: one of `COMPARISONS`. limit: `uln`, `lln`, `baseline` (times `factor`), or empty.
    numbers: limit by unit; the key `` is a quantity without one. plus: by unit, what is added to the upper limit.
    """

    how: str
    limit: str = ""
    factor: float = 1.0
    numbers: tuple[tuple[str, float], ...] = ()
    plus: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One alternative of a grade: all its comparisons hold, in these baseline states, with these clauses."""

    comparisons: tuple[Comparison, ...]
    states: tuple[str, ...] = STATES
    clauses: tuple[tuple[str, bool], ...] = ()
    mild: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with the sentence of the source and the alternatives of which one is enough."""

    number: int
    text: str
    any_of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One laboratory term of one edition.

    refused: below this the text grades another term; `refused_because` says which.
    """

    id: str
    term: str
    soc: str
    direction: str
    analyte: str
    grades: tuple[Grade, ...]
    note: str = ""
    refused: tuple[Comparison, ...] = ()
    refused_because: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every alternative of every grade."""
        return tuple(each for grade in self.grades for each in grade.any_of)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of the record."""
        return (
            tuple(one for each in self.conditions for one in (*each.comparisons, *each.mild)) + self.refused
        )

    @property
    def clauses(self) -> tuple[str, ...]:
        """The declared inputs that the record reads, in the order of `CLAUSES`."""
        read = {name for each in self.conditions for name, _ in each.clauses}
        return tuple(each for each in CLAUSES if each in read)

    @property
    def has_gap(self) -> bool:
        """Whether the printed ranges leave a gap that a study has to read as severe or mild."""
        return any(each.mild for each in self.conditions)

    @property
    def uses_baseline(self) -> bool:
        """Whether a grade depends on the baseline value."""
        return any(each.limit == "baseline" for each in self.comparisons)

    @property
    def limits(self) -> tuple[str, ...]:
        """The limits of normal that the record reads: `lln`, `uln`; both where it asks for the baseline."""
        read = {each.limit for each in self.comparisons} | {"uln" for each in self.comparisons if each.plus}
        return (
            ("lln", "uln") if self.uses_baseline else tuple(each for each in ("lln", "uln") if each in read)
        )

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which the text gives its numbers; empty where any unit does, or none."""
        named = [unit for each in self.comparisons for unit, _ in (*each.numbers, *each.plus) if unit]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Edition:
    """The laboratory records of one edition of CTCAE."""

    label: str
    source: str
    locator: str
    records: Mapping[str, Record]


@cache
def edition(label: str) -> Edition:
    """The records of an edition; there is no newest and no default."""
    found = tomllib.loads(files(ROOM).joinpath(FILES[label]).read_text(encoding="utf-8"))
    head = _only(found.pop("edition"), "label", "source", "locator")
    records = {name: _record(name, body) for name, body in found.pop("records").items()}
    _only(found)
    return Edition(records=records, **head)


def _record(name: str, body: dict[str, Any]) -> Record:
    given = _only(body, "term", "soc", "direction", "analyte", "note", "grades", "refused", "refused_because")
    grades = tuple(_grade(int(number), each) for number, each in given.pop("grades").items())
    refused = _comparisons(given.pop("refused", {}))
    return Record(id=name, grades=grades, refused=refused, **given)


def _grade(number: int, body: dict[str, Any]) -> Grade:
    given = _only(body, "text", "any")
    return Grade(number, given["text"], tuple(_condition(each) for each in given["any"]))


def _condition(body: dict[str, Any]) -> Condition:
    given = _only(body, *COMPARISONS, "baseline_state", "clauses", "mild")
    clauses = _only(given.pop("clauses", {}), *CLAUSES)
    states = tuple(given.pop("baseline_state", STATES))
    if unknown := set(states) - set(STATES):
        raise TypeError(f"unknown baseline state {sorted(unknown)}")
    mild = _comparisons(_only(given.pop("mild", {}), *COMPARISONS))
    return Condition(_comparisons(given), states, tuple(sorted(clauses.items())), mild)


def _comparisons(given: Mapping[str, Any]) -> tuple[Comparison, ...]:
    return tuple(
        _comparison(how, operand)
        for how, operands in given.items()
        for operand in (operands if isinstance(operands, list) else [operands])
    )


def _comparison(how: str, operand: Any) -> Comparison:
    if not isinstance(operand, dict):
        return Comparison(how, numbers=(("", float(operand)),))
    limits = [each for each in operand if each in LIMITS]
    if limits:
        _only(operand, *limits[:1])
        return Comparison(how, limits[0], float(operand[limits[0]]))
    plus = tuple(
        (unit.removeprefix(ABOVE_LIMIT), float(each))
        for unit, each in operand.items()
        if unit.startswith(ABOVE_LIMIT)
    )
    if plus:
        return Comparison(how, plus=plus)
    return Comparison(how, numbers=tuple((unit, float(each)) for unit, each in operand.items()))


def _only(given: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A copy of what is given, refused where it holds a key that nobody reads."""
    if unknown := given.keys() - set(keys):
        raise TypeError(f"unknown keys {sorted(unknown)}; known: {', '.join(keys)}")
    return dict(given)
