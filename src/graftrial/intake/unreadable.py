"""Why a file of the study folder cannot be read at all; the sentences: `catalogue/errors_intake.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graftrial.errors import EXIT_STUDY_FILE, GraftrialError, InputUnreadable, Problem, StudyFileError


def unreadable(code: str, where: str, **words: object) -> GraftrialError:
    """The error of that code, to be raised: exit 2, or 3 where the study file is to blame.

    where: file, row and column; never a value of a patient.
    words: fill the `{names}` of its sentences.
    """
    body = _errors()[code]
    problem = Problem(
        code=code,
        what=str(body["title"]).format(**words),
        where=where,
        why=str(body["why"]).format(**words),
        fix=str(body["fix"]).format(**words),
    )
    if body["exit"] == EXIT_STUDY_FILE:
        return StudyFileError(problem)
    return InputUnreadable(problem)


@cache
def _errors() -> Mapping[str, Mapping[str, str | int]]:
    path = files("graftrial").joinpath("catalogue", "errors_intake.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
