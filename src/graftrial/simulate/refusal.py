"""Why nothing is invented: the problems of `catalogue/errors_simulate.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from graftrial.errors import OutputUnwritable, Problem, UsageError


def refusal(code: str, where: str, **words: object) -> UsageError:
    """The error of that code, to be raised."""
    text = files("graftrial").joinpath("catalogue", "errors_simulate.toml").read_text(encoding="utf-8")
    entry = tomllib.loads(text)[code]
    return UsageError(Problem(code, entry["title"], where, entry["why"].format(**words), entry["fix"]))


def unwritable(where: str, reason: OSError) -> OutputUnwritable:
    """GT-SIM-005."""
    told = refusal("GT-SIM-005", where, reason=reason.strerror or "the system refused")
    return OutputUnwritable(told.problems)
