"""How fast biopsies are classified, against the public R program banffIT 2.0.0 on its own figures.

banffIT 2.0.0 classifies 1,800 to 3,080 biopsies a second (diagnoses alone) and 521 from file to report, on two cores.
The biopsies are drawn at random, a tenth of the cells unknown, so that hardly two are alike: harder than a registry.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROOT, Line, environment

ROWS, MANY = 1_000_000, 10_000_000
BANFFIT_DIAGNOSES, BANFFIT_REPORT = 3_080, 521  # rows a second
EDITION = "2022"
SCORES = (
    "i",
    "t",
    "v",
    "g",
    "ptc",
    "ci",
    "ct",
    "cv",
    "ti",
    "i_ifta",
    "t_ifta",
    "pvl",
    "c4d_if",
    "c4d_ihc",
    "cg",
)
FLAGS = (
    "ptcml", "tma_acute", "tma_chronic", "ati", "gn_de_novo", "gn_recurrent", "infection", "cni_toxicity", "ptld",
    "drug_interstitial_nephritis", "inflamed_intimal_fibrosis", "new_intimal_fibrosis", "transcripts_amr", "dsa",
    "prior_dsa", "prior_active_amr", "prior_chronic_active_amr", "abo_incompatible",
)  # fmt: skip


def run() -> Iterator[Line]:
    """Diagnoses, diagnoses with reasons, file to file, one biopsy: each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        _told("draw", folder, str(ROWS))
        plain, explained = _told("classify", folder, "plain"), _told("classify", folder, "explain")
        yield Line("Banff, diagnoses, rows a second", ROWS / plain["seconds"], "/s")
        yield Line(
            "Banff, diagnoses, times banffIT",
            ROWS / plain["seconds"] / BANFFIT_DIAGNOSES,
            "x",
            200,
            at_least=True,
        )
        yield Line("Banff, a million with reasons, seconds", explained["seconds"], "s", 2.5)
        yield Line("Banff, a million with reasons, memory", explained["megabytes"], "MB", 1000)
        _told("draw", folder, str(MANY))
        stream = _told("stream", folder)
        yield Line("Banff, ten million Parquet to Parquet", stream["seconds"], "s", 25)
        yield Line("Banff, ten million Parquet to Parquet, memory", stream["megabytes"], "MB", 2000)
        yield Line(
            "Banff, file to file, times banffIT",
            MANY / stream["seconds"] / BANFFIT_REPORT,
            "x",
            700,
            at_least=True,
        )
        history = _told("history", folder)
        yield Line("Banff, ten million with patients and dates, seconds", history["seconds"], "s")
        yield Line("Banff, ten million with patients and dates, memory", history["megabytes"], "MB", 2000)
        compared = _told("compare", folder)
        yield Line("Banff, ten million under three editions, seconds", compared["seconds"], "s")
        yield Line("Banff, ten million under three editions, memory", compared["megabytes"], "MB", 2000)
        yield Line("Banff, one biopsy", _told("one", folder)["seconds"] * 1e3, "ms", 20)


def _told(*words: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.banff", *words]
    told = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True)
    answer: dict[str, float] = json.loads(told.stdout)
    return answer


def _draw(folder: Path, n_rows: int) -> None:
    """Random biopsies as Parquet, written in parts."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(1)
    part = 250_000
    rare = {name: [0.6, 0.2, 0.15, 0.05] for name in SCORES}
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    for number in range(n_rows // part):
        columns = {name: draw.choice(4, part, p=chance).astype(np.int8) for name, chance in rare.items()}
        columns |= {name: (draw.random(part) < 0.1).astype(np.int8) for name in FLAGS}
        counts = {"n_glomeruli": (3, 30), "n_arteries": (0, 6)}
        columns |= {name: draw.integers(*ends, part).astype(np.int8) for name, ends in counts.items()}
        frame = pl.DataFrame({"biopsy_id": np.arange(number * part, (number + 1) * part), **columns})
        blank = frame.with_columns(
            pl.when(pl.Series(draw.random(part) >= 0.1)).then(pl.col(name)).alias(name) for name in columns
        )
        blank.write_parquet(parts / f"{number:03}.parquet")


def _classify(folder: Path, explain: bool) -> float:
    import polars as pl

    from graftrial.derive.banff import classify_biopsies

    frame = pl.read_parquet(folder / "parts/*.parquet").head(ROWS)
    classify_biopsies(frame.head(10), edition=EDITION, explain=explain)
    began = time.perf_counter()
    classify_biopsies(frame, edition=EDITION, explain=explain)
    return time.perf_counter() - began


def _stream(folder: Path) -> float:
    import polars as pl

    from graftrial.derive.banff import classify_biopsies

    began = time.perf_counter()
    answered = classify_biopsies(pl.scan_parquet(folder / "parts/*.parquet"), edition=EDITION)
    answered.sink_parquet(folder / "answers.parquet", compression="lz4")
    return time.perf_counter() - began


def _history(folder: Path) -> float:
    """Four biopsies a patient on different days, so that what earlier ones show is asked too."""
    import polars as pl

    from graftrial.derive.banff import classify_biopsies

    number = pl.col("biopsy_id")
    given = pl.scan_parquet(folder / "parts/*.parquet").with_columns(
        patient_id=number // 4, biopsy_date=pl.date(2015, 1, 1) + pl.duration(days=number * 7919 % 3000)
    )
    given.sink_parquet(folder / "followed.parquet")
    began = time.perf_counter()
    answered = classify_biopsies(pl.scan_parquet(folder / "followed.parquet"), edition=EDITION)
    answered.sink_parquet(folder / "answers.parquet", compression="lz4")
    return time.perf_counter() - began


def _compare(folder: Path) -> float:
    """The command from file to file: answers, findings, and the flow picture."""
    import polars as pl

    from graftrial.pipeline.banff_file import compare_file

    whole = folder / "whole.parquet"
    pl.scan_parquet(folder / "parts/*.parquet").sink_parquet(whole)
    began = time.perf_counter()
    compare_file(whole, folder / "compared.parquet", ("2017", "2019", "2022"), {})
    return time.perf_counter() - began


def _one() -> float:
    import polars as pl

    from graftrial.derive.banff import classify_biopsies

    biopsy = pl.DataFrame({**dict.fromkeys(SCORES, 1), **dict.fromkeys(FLAGS, 0), "dsa": [None]})
    classify_biopsies(biopsy, edition=EDITION)
    began = time.perf_counter()
    classify_biopsies(biopsy, edition=EDITION)
    return time.perf_counter() - began


def _measure(what: str, folder: Path, *words: str) -> float:
    if what == "draw":
        began = time.perf_counter()
        _draw(folder, int(words[0]))
        return time.perf_counter() - began
    if what == "classify":
        return _classify(folder, words[0] == "explain")
    if what == "history":
        return _history(folder)
    if what == "compare":
        return _compare(folder)
    return _stream(folder) if what == "stream" else _one()


if __name__ == "__main__":
    took = _measure(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": took, "megabytes": most}))
