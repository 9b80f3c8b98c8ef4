"""Whether the facts that eligibility criteria name exist."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from graftrial.errors import StudyFileError
from graftrial.study.keys import nearest
from graftrial.study.locate import KeyPath, locate
from graftrial.study.model import Study
from graftrial.study.problem import problem
from graftrial.study.wording import FILE, where


def check_facts(study: Study, known: Collection[str], folder: Path) -> None:
    """Refuse criteria that compare a fact which does not exist.

    known: names of the facts there are. folder: where the study file lies, for line numbers.
    Raises: StudyFileError with GT-STUDY-030.
    """
    lines = locate((folder / FILE).read_text(encoding="utf-8"))
    problems = []
    for place, criterion in enumerate(study.eligibility):
        if criterion.fact not in known:
            path: KeyPath = ("eligibility", place, "fact")
            meant = nearest(criterion.fact, sorted(known))
            what = f"unknown fact `{criterion.fact}`" + (f", did you mean `{meant}`?" if meant else "")
            problems.append(problem("GT-STUDY-030", where(lines, path), what))
    if problems:
        raise StudyFileError(problems)
