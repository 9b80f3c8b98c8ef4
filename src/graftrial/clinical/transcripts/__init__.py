"""Molecular transcripts of a kidney biopsy on the B-HOT panel: panel, quality limits, gene sets, published models.

Facts and limits with their sources; the computations on arrays are in `stats` and `derive`.
"""
