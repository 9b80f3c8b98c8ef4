"""Whether the names that a study file borrows from other rooms exist: facts of criteria, tables declared complete."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from graftrial.errors import Problem, StudyFileError, problem
from graftrial.study.keys import nearest
from graftrial.study.locate import KeyPath, locate
from graftrial.study.model import Study
from graftrial.study.wording import FILE, where


def check_borrowed_names(study: Study, facts: Collection[str], tables: Collection[str], folder: Path) -> None:
    """Refuse criteria that compare an unknown fact, and unknown tables declared complete.

    facts, tables: the names there are. folder: where the study file lies, for line numbers.
    Raises: StudyFileError with GT-STUDY-030 (fact) and GT-STUDY-031 (table).
    """
    lines = locate((folder / FILE).read_text(encoding="utf-8"))
    problems: list[Problem] = []
    for code, path, word, name, known in _borrowed(study, facts, tables):
        if name not in known:
            meant = nearest(name, sorted(known))
            what = f"unknown {word} `{name}`" + (f", did you mean `{meant}`?" if meant else "")
            problems.append(problem(code, where(lines, path), what))
    if problems:
        raise StudyFileError(problems)


def _borrowed(
    study: Study, facts: Collection[str], tables: Collection[str]
) -> Iterator[tuple[str, KeyPath, str, str, Collection[str]]]:
    for place, criterion in enumerate(study.eligibility):
        yield "GT-STUDY-030", ("eligibility", place, "fact"), "fact", criterion.fact, facts
    for name in study.intake.complete:
        yield "GT-STUDY-031", ("intake", "complete"), "table", name, tables
