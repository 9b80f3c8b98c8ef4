"""The 537 reference biopsies as the classifier is trained on them: single-sample values, labels, centres.

Reads `refset_counts_raw.csv.gz` and `exp_design.csv` of HistoMx (Paris Transplant Group, MIT); writes nothing.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graftrial.clinical.transcripts.normalisation import REFERENCE_MEAN
from graftrial.clinical.transcripts.panel import ENDOGENOUS, names, reference_names
from graftrial.stats.lane_counts import to_fixed_reference

Array = NDArray[np.float64]
TARGETS = ("amr", "tcmr", "no_rejection")


@dataclass(frozen=True, slots=True)
class Reference:
    """Biopsies x genes (log2, section 4), whether each biopsy has each target, and its centre."""

    ids: tuple[str, ...]
    genes: tuple[str, ...]
    values: Array
    labels: Mapping[str, NDArray[np.bool_]]
    centres: NDArray[np.str_]


def read_reference(data: Path) -> Reference:
    """The reference of the folder that holds `histomx/`. no_rejection: neither AMR nor TCMR as labelled there."""
    folder = data / "histomx"
    with gzip.open(folder / "refset_counts_raw.csv.gz", "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    with (folder / "exp_design.csv").open(encoding="utf-8", newline="") as text:
        people = {row["ID"]: row for row in csv.DictReader(text)}
    ids, counts = rows[0][3:], {row[1]: np.array(row[3:], dtype=float) for row in rows[1:]}
    genes = names(ENDOGENOUS)
    values = to_fixed_reference(
        np.array([counts[gene] for gene in genes]).T,
        np.array([counts[gene] for gene in reference_names()]).T,
        REFERENCE_MEAN,
    )
    amr, tcmr = (np.array([people[each][label] == "1" for each in ids]) for label in ("amr", "tcmr"))
    labels = {"amr": amr, "tcmr": tcmr, "no_rejection": ~(amr | tcmr)}
    centres = np.array([people[each]["center"] for each in ids])
    return Reference(tuple(ids), genes, values, labels, centres)
