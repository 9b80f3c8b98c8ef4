"""How fast a clinical rule answers a long column, reasons included, against the bare equation in NumPy."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.measure import ROOT, Line, environment

ROWS = 10_000_000
TIMES = 3
SECONDS, MEGABYTES = 3.0, 1024.0


def run() -> Iterator[Line]:
    """Rows a second in a process of its own, so that the measuring one stays small."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.egfr"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )
    took = json.loads(told.stdout)
    yield Line("eGFR of 10 million rows with reasons, time", took["rule"], "s", SECONDS)
    yield Line("the same, memory above the data", took["megabytes"], "MB", MEGABYTES)
    yield Line("the same where every tenth row is refused, time", took["refused"], "s")
    yield Line("eGFR with reasons, million rows a second", ROWS / took["rule"] / 1e6, "M/s")
    yield Line("eGFR with reasons, in bare equations", took["rule"] / took["numpy"], "x")
    yield Line("eGFR of one patient, milliseconds", took["one"] * 1e3, "ms")


def _fastest(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def _peak_megabytes() -> float:
    per_megabyte = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_megabyte


def _measure() -> dict[str, float]:
    import numpy as np
    import polars as pl

    import graftrial

    draw = np.random.default_rng(1)
    creatinine, age = draw.uniform(0.5, 8, ROWS), draw.uniform(18, 80, ROWS)
    female = draw.random(ROWS) < 0.4
    frame = pl.DataFrame({"scr": creatinine, "age": age, "sex": np.where(female, "F", "M")})
    rule = graftrial.rule("egfr.ckd_epi_cr", "2021")
    asked = rule.answer(creatinine_mg_per_dl=pl.col("scr"), age_years=pl.col("age"), sex=pl.col("sex"))
    before = _peak_megabytes()

    def answered(given: pl.DataFrame) -> pl.DataFrame:
        return given.lazy().select(asked).collect(engine="streaming")

    def bare() -> object:
        ratio = creatinine / np.where(female, 0.7, 0.9)
        below = np.minimum(ratio, 1) ** np.where(female, -0.241, -0.302)
        return 142 * below * np.maximum(ratio, 1) ** -1.2 * 0.9938**age * np.where(female, 1.012, 1)

    rule_took = _fastest(lambda: answered(frame))
    megabytes = _peak_megabytes() - before
    tenth = pl.int_range(pl.len()) % 10 == 0
    refused = frame.with_columns(scr=pl.when(tenth).then(pl.col("scr") * 88.4).otherwise("scr"))
    return {
        "rule": rule_took,
        "megabytes": megabytes,
        "refused": _fastest(lambda: answered(refused)),
        "numpy": _fastest(bare),
        "one": _fastest(lambda: rule(creatinine_mg_per_dl=1.09, age_years=55.0, sex="M")),
    }


if __name__ == "__main__":
    print(json.dumps(_measure()))
