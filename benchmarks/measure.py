"""One measured line, and the measuring of a command: wall time and peak memory of a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(sys.executable).with_name("graftrial")
GRAFTRIAL = (str(SCRIPT),) if SCRIPT.exists() else (sys.executable, "-m", "graftrial.cli")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Line:
    """One number beside what it may be.

    limit: None where the number is only to be known.
    at_least: whether the limit is the lowest that is good enough.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Measured by limit; for a lowest limit the other way round. Up to 1 is within."""
        if self.limit is None:
            return None
        return self.limit / self.measured if self.at_least else self.measured / self.limit


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: wall seconds, seconds of the processors, peak resident memory."""

    seconds: float
    processor_seconds: float
    megabytes: float


class CommandFailed(Exception):
    """A measured command did not end as it should."""


def spent(command: Sequence[str], may_end: tuple[int, ...] = (0,)) -> Spent:
    """What a new process takes.

    The measuring process stays small: Linux counts its pages at the start of a child as the child's own.
    """
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT, env=environment()
    )
    assert child.stderr is not None
    said = child.stderr.read()
    child.stderr.close()
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in may_end:
        raise CommandFailed(
            f"{' '.join(command)} ended with {child.returncode}: {said.decode(errors='replace')[-500:]}"
        )
    per_megabyte = 1024**2 if sys.platform == "darwin" else 1024
    return Spent(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / per_megabyte)


def on_two_cores() -> None:
    """Keeps this process and its children to two cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def environment() -> dict[str, str]:
    """The environment of measured processes: this checkout first."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path}
