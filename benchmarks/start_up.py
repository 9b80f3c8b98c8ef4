"""How long one waits for the help, against the start of Python itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.measure import GRAFTRIAL, Line, spent

TIMES = 7
LIMIT = 8.0


def run() -> Iterator[Line]:
    """`graftrial --help` by `python -c pass`: medians of seven, taken in turns so that both meet the same machine."""
    pairs = [(spent((sys.executable, "-c", "pass")), spent((*GRAFTRIAL, "--help"))) for _ in range(TIMES)]
    bare = median(each.seconds for each, _ in pairs)
    told = median(each.seconds for _, each in pairs)
    yield Line("python -c pass", bare, "s")
    yield Line("graftrial --help", told, "s")
    yield Line("graftrial --help, in starts of python", told / bare, "x", LIMIT)
    worked = sum(each.processor_seconds for _, each in pairs) / sum(
        each.processor_seconds for each, _ in pairs
    )
    yield Line("the same in processor time", worked, "x")
