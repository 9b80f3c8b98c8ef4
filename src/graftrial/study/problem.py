"""Sentences of what can be wrong with a study file, from the catalogue `errors_study.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graftrial.errors import Problem


def problem(code: str, where: str, what: str = "", why: str = "", fix: str = "", **words: object) -> Problem:
    """The problem of that code; `what`, `why`, `fix` replace its sentences, `words` fill them in."""
    entry = catalogue()[code]
    return Problem(
        code,
        what or entry["title"],
        where,
        why or entry["why"].format(**words),
        fix or entry["fix"].format(**words),
    )


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every code with title, exit, why and fix; `example` and `corrected` are study files that show it."""
    text = files("graftrial").joinpath("catalogue", "errors_study.toml").read_text(encoding="utf-8")
    return {
        code: {key: str(value) for key, value in body.items()} for code, body in tomllib.loads(text).items()
    }
