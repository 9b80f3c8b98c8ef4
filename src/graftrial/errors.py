"""Every way a run can end, on one page.

    GraftrialError                 exit
    ├── UsageError                 2     wrong usage, unreadable input, unwritable output
    │   ├── InputUnreadable        2
    │   └── OutputUnwritable       2
    └── StudyFileError             3     the study file is wrong

Exit 0 is done, 1 is our bug, 4 is a blocking finding in the data, 10 and 11 belong to `graftrial monitor`.
Problems in the *data* are never raised: they are findings (`graftrial.findings`). The sentences of every code are in
the folder `catalogue/`, in the files `errors_*.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

EXIT_DONE = 0
EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_STUDY_FILE = 3
EXIT_BLOCKING_FINDINGS = 4
EXIT_RULE_SAYS_STOP = 10
EXIT_RULE_UNDECIDED = 11


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: code, what, where, why and the one fix."""

    code: str
    what: str
    where: str
    why: str
    fix: str

    def __str__(self) -> str:
        lines = [f"{self.code}  {self.what}"]
        for label, text in (("where", self.where), ("why", self.why), ("fix", self.fix)):
            if text:
                lines.append(f"  {label:<6} {text}")
        lines.append(f"  more   docs/errors/{self.code}")
        return "\n".join(lines)


class GraftrialError(Exception):
    """A run that cannot go on. Carries one or more problems and an exit code."""

    exit_code = EXIT_BUG

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n\n".join(str(each) for each in self.problems))

    @classmethod
    def of(cls, code: str, where: str, **words: object) -> Self:
        """The error of one code of the catalogue, to be raised; see `problem`."""
        return cls(problem(code, where, **{name: str(word) for name, word in words.items()}))


class UsageError(GraftrialError):
    """The command was called in a way that cannot work."""

    exit_code = EXIT_USAGE


class InputUnreadable(UsageError):
    """A file of the study folder cannot be read at all."""


class OutputUnwritable(UsageError):
    """A result cannot be written; nothing that was there before has been touched."""


class StudyFileError(GraftrialError):
    """The study file says something that cannot be, with one problem a line."""

    exit_code = EXIT_STUDY_FILE


def problem(
    code: str, where: str, /, what: str = "", why: str = "", fix: str = "", **words: str | int
) -> Problem:
    """The problem of that code, to be raised in an error.

    where: file, line, row or column; never a value of a patient.
    what, why, fix: replace the sentences of the catalogue; words: fill the `{names}` in them.
    """
    entry = catalogue()[code]
    return Problem(
        code,
        what or entry["title"].format(**words),
        where,
        why or entry["why"].format(**words),
        fix or entry["fix"].format(**words),
    )


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every code with title, exit, why and fix; `example` and `corrected` show it where a file can."""
    import tomllib  # here, because the command line starts without any error
    from importlib.resources import files

    entries: dict[str, dict[str, str]] = {}
    for path in sorted(files("graftrial").joinpath("catalogue").iterdir(), key=lambda each: each.name):
        if not path.name.startswith("errors_"):
            continue
        for code, body in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in entries:
                raise TypeError(f"{code} stands twice in the catalogue")
            entries[code] = {key: str(value) for key, value in body.items()}
    return entries
