"""The report of invented studies, each in a process of its own, and how its time grows with the number of patients."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import GRAFTRIAL, Line, Spent, spent

SMALL, MIDDLE, LARGE = 12, 100, 1000
SECONDS = {SMALL: 6.0, LARGE: 30.0}
MEGABYTES = {SMALL: 500.0, LARGE: 2048.0}
DOCUMENT_SECONDS = 15.0
GROWTH = LARGE / MIDDLE  # linear
DONE_OR_BLOCKING = (0, 4)


def run() -> Iterator[Line]:
    """Time and memory for 12 and 1,000 patients; growth from 100 to 1,000, with and without the time of one patient."""
    with tempfile.TemporaryDirectory(prefix="graftrial-benchmark-") as aside:
        took = {n: _report(Path(aside), n) for n in (1, SMALL, MIDDLE, LARGE)}
        printed = _report(Path(aside), SMALL, "--pdf", "--docx")
    for n in (SMALL, LARGE):
        yield Line(f"report of {n:,} patients, time", took[n].seconds, "s", SECONDS[n])
        yield Line(f"report of {n:,} patients, processors", took[n].processor_seconds, "s")
        yield Line(f"report of {n:,} patients, memory", took[n].megabytes, "MB", MEGABYTES[n])
    beside = max(printed.seconds - took[SMALL].seconds, 0.001)
    yield Line(f"PDF and Word of {SMALL} patients, beside the page", beside, "s", DOCUMENT_SECONDS)
    yield Line("report of 1 patient, time", took[1].seconds, "s")
    yield Line(f"report of {MIDDLE} patients, time", took[MIDDLE].seconds, "s")
    yield Line(
        f"growth from {MIDDLE} to {LARGE:,} patients", took[LARGE].seconds / took[MIDDLE].seconds, "x", GROWTH
    )
    start = took[1].seconds
    steep = (took[LARGE].seconds - start) / max(took[MIDDLE].seconds - start, 0.05)
    yield Line("the same without the time of 1 patient", steep, "x")


def _report(aside: Path, subjects: int, *options: str) -> Spent:
    folder = aside / str(subjects)
    if not folder.exists():
        spent((*GRAFTRIAL, "simulate", str(folder), "--subjects", str(subjects), "--seed", "1"))
    out = str(aside / f"out-{subjects}")
    return spent((*GRAFTRIAL, "report", str(folder), "--out", out, *options), DONE_OR_BLOCKING)
