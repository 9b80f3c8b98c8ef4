"""What pydantic refuses, in the words of a data manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from pydantic_core import ErrorDetails

from graftrial.errors import Problem, problem
from graftrial.study.keys import keys, nearest, nearest_key
from graftrial.study.locate import KeyPath, line_of, shown
from graftrial.study.part import DATE_PATTERN

FILE = "study.toml"
EXPECTED: Mapping[str, str] = {
    "string_type": "text in quotes",
    "int_type": "a whole number without quotes",
    "float_type": "a number without quotes",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table of names and values",
    "model_type": "a table",
}
LIMITS: Mapping[str, str] = {
    "greater_than": "is {gt:g} or less, expected more than {gt:g}",
    "greater_than_equal": "is less than {ge:g}, expected at least {ge:g}",
    "too_short": "has {actual_length} entries, expected at least {min_length}",
    "string_too_short": "is empty",
    "finite_number": "is not a finite number",
}


def where(lines: Mapping[KeyPath, int], path: KeyPath) -> str:
    """The place of a key: `study.toml line 12`."""
    return f"{FILE} line {line_of(lines, path)}"


def in_words(
    errors: list[ErrorDetails], data: Mapping[str, object], lines: Mapping[KeyPath, int]
) -> Iterator[Problem]:
    """One problem for every key that is refused, however many ways pydantic tried to read it."""
    by_key: dict[tuple[KeyPath, str], list[ErrorDetails]] = {}
    for error in errors:
        path = _written_path(error, data)
        by_key.setdefault((path, shown(error["loc"]) if error["type"] == "missing" else ""), []).append(error)
    for (path, _), refused in by_key.items():
        yield _problem(path, refused, where(lines, path))


def _written_path(error: ErrorDetails, data: Mapping[str, object]) -> KeyPath:
    """The part of pydantic's location that stands in the file."""
    path: KeyPath = ()
    here: object = data
    for part in error["loc"]:
        below: dict[object, object] = dict(here) if isinstance(here, dict) else {}
        if isinstance(here, list):
            below = dict(enumerate(here))
        if part not in below:
            break
        here = below[part]
        path = (*path, part)
    return path


def _problem(path: KeyPath, refused: list[ErrorDetails], place: str) -> Problem:
    error = refused[0]
    kind, key = error["type"], shown(path)
    context: Mapping[str, object] = error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(key, place)
    if kind == "missing":
        return _missing(shown(error["loc"]), place)
    if kind == "literal_error":
        return _bad_choice(key, str(error["input"]), str(context["expected"]), place)
    if kind == "value_error":
        code = "GT-STUDY-016" if isinstance(error["input"], dict) else "GT-STUDY-011"
        return problem(code, place, f"`{key}` cannot be: {context['error']}", means=_means(key))
    if kind == "string_pattern_mismatch":
        return _bad_pattern(key, str(error["input"]), str(context["pattern"]), place)
    if kind in LIMITS:
        return problem("GT-STUDY-011", place, f"`{key}` {LIMITS[kind].format(**context)}", means=_means(key))
    return _wrong_kind(key, refused, place)


def _unknown_key(key: str, place: str) -> Problem:
    meant = nearest_key(key)
    what = f"unknown key `{key}`" + (f", did you mean `{meant}`?" if meant else "")
    fix = f"write {_entry(meant)} ({keys()[meant].means})" if meant else ""
    return problem("GT-STUDY-007", place, what, fix=fix)


def _missing(key: str, place: str) -> Problem:
    return problem("GT-STUDY-008", place, f"`{key}` is missing", means=_means(key), entry=_entry(key))


def _entry(key: str) -> str:
    """A key as it is written into the file: `[dose]`, `[[safety.rules]]`, `title` under [study]."""
    if keys()[key].is_table:
        return f"[[{key}]]" if keys()[key].is_list else f"[{key}]"
    table, _, name = key.rpartition(".")
    return f"`{name}` under {_entry(table)}"


def _bad_choice(key: str, given: str, expected: str, place: str) -> Problem:
    choices = expected.replace(" or ", ", ").replace("'", "")
    meant = nearest(given, choices.split(", "))
    what = f"`{key}` is '{given}'" + (f", did you mean '{meant}'?" if meant else ", which is not a choice")
    return problem("GT-STUDY-010", place, what, means=_means(key), choices=choices)


def _bad_pattern(key: str, given: str, pattern: str, place: str) -> Problem:
    if pattern == DATE_PATTERN:
        expected = "a date as 2024-01-31, 2024-01 or 2024"
    else:
        expected = "small letters a to z, digits and underscores, beginning with a letter"
    return problem("GT-STUDY-011", place, f"`{key}` is '{given}', expected {expected}", means=_means(key))


def _wrong_kind(key: str, refused: list[ErrorDetails], place: str) -> Problem:
    kinds = dict.fromkeys(_expected(each["type"]) for each in refused)
    given = refused[0]["input"]
    if key.startswith("rules.") and isinstance(given, dict):
        rule = f"{key}.{next(iter(given), '')}".removeprefix("rules.")
        fix = f'put the name of the rule in quotes: "{rule}" = "…"'
        what = f"`{key}` is a table, expected an edition in quotes"
        return problem("GT-STUDY-009", place, what, fix=fix, means=_means(key))
    expected = " or ".join(kinds) if len(kinds) < 3 else "one text, one number, or true or false"
    what = f"`{key}` is {kind_of(given)}, expected {expected}"
    return problem("GT-STUDY-009", place, what, means=_means(key))


def _expected(kind: str) -> str:
    return EXPECTED.get(kind, EXPECTED["model_type"])


def _means(key: str) -> str:
    """What the key means; for an entry of a named table (`rules`, `thresholds`), what the table means."""
    while key and key not in keys():
        key = key.rpartition(".")[0]
    return keys()[key].means if key else "the study file"


def kind_of(given: object) -> str:
    """The kind of a TOML value in words."""
    if isinstance(given, bool):
        return "true or false"
    words: list[tuple[type | tuple[type, ...], str]] = [
        (str, "text"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
        ((date, datetime, time), "a date or time without quotes"),
    ]
    return next(word for kind, word in words if isinstance(given, kind))
