"""Worked patients in a process of their own, which runs while this one reads and computes the study.

The process is this file; it writes its answers as JSON on standard output, or nothing where anything goes wrong: the
study's own run then answers, and meets the same problem where it can be said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from graftrial.folders import WORKED_PATIENTS

if TYPE_CHECKING:
    from graftrial.pipeline.stages import Answers


class WorkedBeside:
    """The worked patients of a study folder, answered beside the study. Use it as a context."""

    def __init__(self, folder: Path) -> None:
        self._process: subprocess.Popen[str] | None = None
        if not (folder / WORKED_PATIENTS).is_dir():
            return
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graftrial.cli.beside", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "PYTHONIOENCODING": "utf-8",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def answers(self) -> Answers | None:
        """The answers, once they are there; None where the process gave none."""
        from graftrial.pipeline.worked_patients import WorkedAnswer

        process, self._process = self._process, None
        if process is None:
            return None
        written, _ = process.communicate()
        if process.returncode:
            return None
        return tuple(WorkedAnswer(**each) for each in json.loads(written))


def answer(folder: Path) -> None:
    """Writes the answers of the worked patients of a study folder to standard output."""
    from dataclasses import asdict

    from graftrial.pipeline.stages import work

    sys.stdout.write(json.dumps([asdict(each) for each in work(folder)], ensure_ascii=False))


if __name__ == "__main__":
    answer(Path(sys.argv[1]))
