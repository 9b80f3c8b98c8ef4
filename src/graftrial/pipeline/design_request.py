"""What was asked of `graftrial design stopping`, from options or a file, as a design and event probabilities."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graftrial.errors import InputUnreadable, UsageError
from graftrial.stats.design import Design
from graftrial.stats.stopping import BetaMixture, StoppingDesign, WrongDesign

KEYS = ("rule", "p0", "n_max", "alpha", "n_at_look", "parameters", "rates")
ANSWERS = {  # names of our own answer and of the reference files, so that an answer can be given back as a question
    "title", "looks", "convention", "size", "can_stop", "stop_if_at_least", "operating_characteristics",
    "largest_p_stopped_at_most_half", "citation", "origin", "peer_stop_if_at_least", "peer_size", "peer_defect",
}  # fmt: skip
PARAMETERS = ("delta", "p1", "nu", "margin", "cut", "predictive_cut")
MIXTURES = ("prior", "control")
STEPS = (0.0, 0.1, 0.2, 0.3)  # above p0, where no event probabilities are named


@dataclass(frozen=True, slots=True)
class Request:
    """One design and the event probabilities at which it is to be judged; p0 is always among them."""

    design: StoppingDesign
    rates: tuple[float, ...]


def request_of(asked: Mapping[str, Any], where: str) -> Request:
    """The design of a mapping with the keys `KEYS`.

    Raises: UsageError GT-STOP-001 to -007.
    """
    parameters = asked.get("parameters") or {}
    if unknown := sorted(set(asked) - set(KEYS) - ANSWERS):
        raise UsageError.of("GT-STOP-007", where, reason=f"there is no key {unknown[0]}")
    if not isinstance(parameters, Mapping):
        raise UsageError.of("GT-STOP-007", where, reason="parameters is not an object")
    for name in ("rule", "p0", "n_max"):
        if asked.get(name) is None:
            raise UsageError.of("GT-STOP-002", where, rule=asked.get("rule") or "of the design", name=name)
    with located(where):
        design = StoppingDesign(
            rule=str(asked["rule"]),
            p0=_number("p0", asked["p0"], where),
            n_max=_whole("n_max", asked["n_max"], where),
            alpha=None if asked.get("alpha") is None else _number("alpha", asked["alpha"], where),
            looks=tuple(
                _whole("looks", each, where) for each in _list("looks", asked.get("n_at_look"), where)
            ),
            imported=_table(parameters.get("table"), where),
            **_parameters(parameters, where),
        )
    given = [_number("rates", each, where) for each in _list("rates", asked.get("rates"), where)]
    return Request(_without_written_out_looks(design), _with_p0(design.p0, given))


def requests_of_file(path: Path) -> Iterator[Request]:
    """The designs of a JSON list.

    Raises: InputUnreadable GT-FILE-008, UsageError GT-STOP-007.
    """
    try:
        found = json.loads(text_of(path))
    except ValueError as error:
        raise UsageError.of("GT-STOP-007", path.name, reason=f"it is not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UsageError.of("GT-STOP-007", path.name, reason="it is not a list of objects")
    for number, each in enumerate(found, 1):
        yield request_of(each, f"{path.name}, design {number}")


def table_of_file(path: Path) -> tuple[tuple[int, int], ...]:
    """Pairs (n, stop if at least) of a CSV file.

    Raises: InputUnreadable GT-FILE-008, UsageError GT-STOP-010.
    """
    rows = list(csv.DictReader(text_of(path).splitlines()))
    if not rows or not {"n", "stop_if_at_least"} <= set(rows[0]):
        raise UsageError.of(
            "GT-STOP-010", path.name, reason="it has no rows below the columns n and stop_if_at_least"
        )
    pairs = []
    for number, row in enumerate(rows, 2):
        try:
            pairs.append((int(row["n"]), int(row["stop_if_at_least"])))
        except (TypeError, ValueError) as error:
            where = f"{path.name} row {number}"
            raise UsageError.of("GT-STOP-010", where, reason="a cell is not a whole number") from error
    return tuple(pairs)


@contextmanager
def located(where: str) -> Iterator[None]:
    """Turns the refusal of a design into an error with its place."""
    try:
        yield
    except WrongDesign as error:
        raise UsageError.of(error.code, where, **error.words) from error


def cited(design: Design[Any, Any, Any, Any]) -> tuple[str, ...]:
    """Publication of the method, and the line of the library that builds this very design."""
    return tuple(design.cite().splitlines())


def _parameters(parameters: Mapping[str, Any], where: str) -> dict[str, Any]:
    known = {*PARAMETERS, *MIXTURES, "prior_a", "prior_b", "table"}
    if unknown := sorted(set(parameters) - known):
        raise UsageError.of("GT-STOP-007", where, reason=f"there is no parameter {unknown[0]}")
    found: dict[str, Any] = {
        name: _number(name, parameters[name], where)
        for name in PARAMETERS
        if parameters.get(name) is not None
    }
    for name in MIXTURES:
        if parameters.get(name) is not None:
            found[name] = _mixture(name, parameters[name], where)
    a, b = parameters.get("prior_a"), parameters.get("prior_b")
    if (a is None) != (b is None):
        raise UsageError.of(
            "GT-STOP-002", where, rule="with a beta prior", name="prior_b" if b is None else "prior_a"
        )
    if a is not None:
        if "prior" in found:
            raise UsageError.of(
                "GT-STOP-005", where, rule="with a mixture", name="prior_a", takes="prior alone"
            )
        found["prior"] = BetaMixture.beta(_number("prior_a", a, where), _number("prior_b", b, where))
    return found


def _mixture(name: str, given: object, where: str) -> BetaMixture:
    expected = "a list of [weight, a, b]"
    rows = _list(name, given, where)
    if not all(isinstance(row, (list, tuple)) and len(row) == 3 for row in rows):
        raise UsageError.of("GT-STOP-006", where, name=name, given=given, expected=expected)
    parts = [[_number(name, each, where) for each in row] for row in rows]
    try:
        return BetaMixture.of(*((weight, a, b) for weight, a, b in parts))
    except ValueError as refused:
        expected = "weights above 0 that sum to 1, and a and b above 0"
        raise UsageError.of("GT-STOP-003", where, name=name, expected=expected) from refused


def _table(given: object, where: str) -> tuple[tuple[int, int], ...] | None:
    if given is None:
        return None
    pairs = [_list("table", pair, where) for pair in _list("table", given, where)]
    if not all(len(pair) == 2 for pair in pairs):
        raise UsageError.of(
            "GT-STOP-006", where, name="table", given=given, expected="pairs [n, stop_if_at_least]"
        )
    return tuple((_whole("table", n, where), _whole("table", least, where)) for n, least in pairs)


def _without_written_out_looks(design: StoppingDesign) -> StoppingDesign:
    """A look after every patient is the same design whether or not it is written out."""
    return replace(design, looks=()) if design.looks == tuple(range(1, design.n_max + 1)) else design


def _with_p0(p0: float, rates: list[float]) -> tuple[float, ...]:
    chosen = rates or [round(p0 + step, 10) for step in STEPS if p0 + step < 1]
    return tuple(chosen) if p0 in chosen else (p0, *chosen)


def _number(name: str, given: object, where: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise UsageError.of("GT-STOP-006", where, name=name, given=given, expected="a number")
    return float(given)


def _whole(name: str, given: object, where: str) -> int:
    number = _number(name, given, where)
    if number != int(number):
        raise UsageError.of("GT-STOP-006", where, name=name, given=given, expected="a whole number")
    return int(number)


def _list(name: str, given: object, where: str) -> Sequence[Any]:
    if given is None:
        return ()
    if not isinstance(given, (list, tuple)):
        raise UsageError.of("GT-STOP-006", where, name=name, given=given, expected="a list")
    return given


def text_of(path: Path) -> str:
    """The text of a file that the user named.

    Raises: InputUnreadable GT-FILE-008.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputUnreadable.of(
            "GT-FILE-008", path.name, detail=detail, fix="check the name of the file"
        ) from error
