"""How fast stopping rules are designed: all designs of the reference in one process, and one long rule."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.measure import ROOT, Line, environment

SHARED = ROOT.parent / "shared/reference/stopping"
COPIED = ROOT / "tests/golden/stopping"
SECONDS, MILLISECONDS = 1.0, 5.0
RATES = (0.1, 0.2, 0.3, 0.4)
TIMES = 20


def run() -> Iterator[Line]:
    """A process of its own, which starts without anything loaded; seconds of its processors."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.stopping"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )
    took = json.loads(told.stdout)
    yield Line(f"{took['designs']} stopping designs with characteristics", took["all"], "s", SECONDS)
    yield Line("loading of the program before them", took["loading"], "s")
    yield Line("characteristics, n = 60, every look, four p", took["one"] * 1e3, "ms", MILLISECONDS)


def _rows(name: str) -> list[dict[str, Any]]:
    if (SHARED / f"{name}.json").exists():
        return list(json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8")))
    return list(json.loads((COPIED / f"{name}.json").read_text(encoding="utf-8"))["rows"])


def _measure() -> dict[str, float]:
    binary = _rows("binary_rules")
    power = _rows("toxbdry_power_family")
    began = time.process_time()
    import scipy.special  # noqa: F401 (rules load it where they use it; here it is counted by itself)

    from graftrial.pipeline.design_request import request_of
    from graftrial.pipeline.design_stopping import answer
    from graftrial.stats.stopping import StoppingDesign

    loading = time.process_time() - began
    began = time.process_time()
    keys = ("rule", "p0", "n_max", "alpha", "n_at_look", "parameters")
    for row in binary:
        answer(request_of({name: row[name] for name in keys} | {"rates": list(RATES)}, ""))
    for row in power:
        rule = StoppingDesign(
            "power_family", row["p_acceptable"], row["n_max"], row["alpha"], tuple(row["n_at_look"]),
            delta=float(row["power_parameter"]),
        )  # fmt: skip
        rule.operating_characteristics(RATES)
    everything = time.process_time() - began
    long = StoppingDesign("pocock", 0.1, 60, 0.05)
    long.table()
    began = time.process_time()
    for _ in range(TIMES):
        long.operating_characteristics(RATES)
    one = (time.process_time() - began) / TIMES
    return {"designs": len(binary) + len(power), "all": everything, "one": one, "loading": loading}


if __name__ == "__main__":
    print(json.dumps(_measure()))
