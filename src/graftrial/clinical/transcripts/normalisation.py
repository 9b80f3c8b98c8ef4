"""The single-sample normalisation of a B-HOT lane against a fixed reference.

`v = log2(count * R / G + 1)`, where G is the geometric mean of seven housekeeping counts (each at least 1) and R the
mean of G over the 537 reference biopsies. R is fixed: adding a patient never changes an earlier value.
"""

from __future__ import annotations

from graftrial.clinical.card import Source

REFERENCE_MEAN = 568.7006738915306  # R: arithmetic mean of G over the 537 reference biopsies
SOURCE = Source(
    "HistoMx, Paris Transplant Group (Am J Transplant 2025, PMID 40345499)",
    "single-sample normalisation ('separate'): housekeeping genes alone",
)
COHORT_METHODS = {
    "pos_hk": "positive controls, then housekeeping genes, to the geometric mean of the cohort, zeros dropped; "
    "CHANGES WITH THE COHORT",
    "z_score": "section 4 values minus the mean of the cohort, over its SD; CHANGES WITH THE COHORT",
}
