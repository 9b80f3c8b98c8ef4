"""How long the donor-specific antibodies of one million bead rows take: specificity from typing, then each serum."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.measure import ROOT, Line, environment

ROWS = 1_000_000
SUBJECTS, SERA = 500, 20
TIMES = 3
LOCI = {"A": 20, "B": 30, "C": 14, "DRB1": 16, "DQB1": 6, "DPB1": 14}


def run() -> Iterator[Line]:
    """Seconds in a process of its own, so that the measuring one stays small."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.antibodies"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )
    took = json.loads(told.stdout)
    yield Line("DSA summaries of one million bead rows, seconds (at most 5)", took["all"], "s")
    yield Line("of these, specificity from typing, seconds", took["specificity"], "s")


def _measure() -> dict[str, float]:
    import numpy as np
    import polars as pl

    from graftrial.clinical.hla.serology import loci
    from graftrial.derive.donor_specificity import derive_donor_specificity, read_typings
    from graftrial.derive.sera import derive_positive, summarise_sera

    draw = np.random.default_rng(1)
    alleles = {
        locus: [
            f"{locus}*{group}:{second:02d}" for group in sorted(loci()[locus].groups)[:n] for second in (1, 2)
        ][:n]
        for locus, n in LOCI.items()
    }
    beads = [each for found in alleles.values() for each in found]
    typed = [
        (f"S{subject:04d}", person, locus, *draw.choice(found, 2))
        for subject in range(SUBJECTS)
        for person in ("recipient", "donor")
        for locus, found in alleles.items()
    ]
    hla = pl.DataFrame(typed, schema=["subject_id", "person", "locus", "allele_1", "allele_2"], orient="row")
    index = np.arange(ROWS)
    antibodies = pl.DataFrame(
        {
            "subject_id": np.char.mod("S%04d", index // len(beads) // SERA % SUBJECTS),
            "date": np.char.mod("2024-%02d-01", index // len(beads) % SERA % 12 + 1),
            "specificity": np.array(beads)[index % len(beads)],
            "mfi": draw.gamma(0.5, 2000, ROWS).clip(0, 30000),
        }
    ).with_columns(
        positive=pl.lit(None, pl.Boolean),
        donor_specific=pl.lit(None, pl.Boolean),
        complement_binding=pl.lit(None, pl.Boolean),
    )
    best = {"all": float("inf"), "specificity": float("inf")}
    for _ in range(TIMES):
        began = time.perf_counter()
        known = derive_donor_specificity(antibodies, read_typings(hla))
        specificity = time.perf_counter() - began
        summarise_sera(derive_positive(known, 1000, 15000))
        best["all"] = min(best["all"], time.perf_counter() - began)
        best["specificity"] = min(best["specificity"], specificity)
    return best


if __name__ == "__main__":
    print(json.dumps(_measure()))
