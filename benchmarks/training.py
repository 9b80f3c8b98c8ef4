"""The rejection classifier trained again with nested cross-validation, where the public data lie beside the project."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator

from benchmarks.measure import ROOT, Line, spent

DATA = ROOT.parent / "shared/data"
SECONDS = 300.0


def run() -> Iterator[Line]:
    """No line without the data."""
    if not (DATA / "histomx").is_dir():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "training.rejection_classifier",
            str(DATA),
            folder,
            f"{folder}/vectors.csv",
        ]
        used = spent(command)
    yield Line("classifier trained again, nested", used.seconds, "s", SECONDS)
    yield Line("the same, processor time", used.processor_seconds, "s")
