"""From `study.toml` to a Study, or to everything that is wrong with the file, all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from graftrial.errors import InputUnreadable, Problem, StudyFileError, UsageError, problem
from graftrial.study.keys import nearest
from graftrial.study.links import check_links
from graftrial.study.locate import KeyPath, locate
from graftrial.study.model import Study
from graftrial.study.wording import FILE, in_words, where

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


def load(folder: Path) -> Study:
    """The protocol of a study folder.

    Raises: GT-STUDY-001 and -002 where folder or file is missing, -003 where it cannot be opened (exit 2);
    every other GT-STUDY code together in one StudyFileError (exit 3), in the order of lines.
    """
    text = _text(folder)
    data, lines = _parsed(text)
    problems = list(check_links(data, lines))
    try:
        study = Study.model_validate(data)
    except ValidationError as refused:
        problems += in_words(refused.errors(), data, lines)
    if problems:
        raise StudyFileError(sorted(set(problems), key=_line_and_code))
    return study


def check_pins(
    study: Study,
    known: Mapping[str, Collection[str]],
    folder: Path | None = None,
    equations: Collection[str] | None = None,
) -> None:
    """Refuse pins of rules or editions that do not exist, and unknown equations of the sensitivity set.

    known: editions of every rule id. folder: where the study file lies, for line numbers. equations: ids of the
    eGFR equations; None leaves the set unchecked.
    Raises: StudyFileError with GT-STUDY-017 (unknown rule or equation) and GT-STUDY-018 (unknown edition).
    """
    lines = locate(_text(folder)) if folder else {}
    problems = []
    for equation in study.kidney_function.sensitivity:
        if equations is not None and equation not in equations:
            place = (
                where(lines, ("kidney_function", "sensitivity")) if lines else f"{FILE}, [kidney_function]"
            )
            meant = nearest(equation, sorted(equations))
            what = f"unknown equation `{equation}`" + (f", did you mean `{meant}`?" if meant else "")
            problems.append(problem("GT-STUDY-017", place, what))
    for rule, edition in study.rules.items():
        path: KeyPath = ("rules", rule)
        place = where(lines, path) if lines else f"{FILE}, [rules]"
        if rule not in known:
            meant = nearest(rule, sorted(known))
            what = f"unknown rule `{rule}`" + (f", did you mean `{meant}`?" if meant else "")
            problems.append(problem("GT-STUDY-017", place, what))
        elif edition not in known[rule]:
            what = f"rule `{rule}` has no edition '{edition}'"
            problems.append(problem("GT-STUDY-018", place, what, editions=", ".join(sorted(known[rule]))))
    if problems:
        raise StudyFileError(problems)


def _text(folder: Path) -> str:
    path = folder / FILE
    if not folder.is_dir():
        raise UsageError(problem("GT-STUDY-001", str(folder)))
    try:
        content = path.read_bytes()
    except FileNotFoundError as refused:
        raise UsageError(problem("GT-STUDY-002", str(folder))) from refused
    except OSError as refused:
        reason = refused.strerror or "it cannot be read"
        raise InputUnreadable(problem("GT-STUDY-003", str(path), reason=reason)) from refused
    if content.startswith(_BYTE_ORDER_MARKS):
        raise StudyFileError(problem("GT-STUDY-005", f"{FILE} line 1"))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as refused:
        line = content.count(b"\n", 0, refused.start) + 1
        raise StudyFileError(problem("GT-STUDY-004", f"{FILE} line {line}")) from refused


def _parsed(text: str) -> tuple[dict[str, object], Mapping[KeyPath, int]]:
    """What the file says, and on which line."""
    try:
        return tomllib.loads(text), locate(text)
    except tomllib.TOMLDecodeError as refused:
        found = _PLACE.search(str(refused))
        end = len(text.splitlines()) or 1
        place = f"line {found[1]}, column {found[2]}" if found and found[1] else f"line {end}"
        reason = _PLACE.sub("", str(refused))
        raise StudyFileError(problem("GT-STUDY-006", f"{FILE} {place}", reason=reason)) from refused
    except RecursionError as refused:
        reason = "brackets are nested too deeply"
        raise StudyFileError(problem("GT-STUDY-006", FILE, reason=reason)) from refused


def _line_and_code(given: Problem) -> tuple[int, str, str]:
    return int(given.where.rpartition(" ")[2]), given.code, given.what
