"""A molecular reading of each biopsy: quality, single-sample values, scores, models, place among the reference.

A lane with a blocking finding has its quality where its counts could be read, and no values and no scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graftrial.clinical.transcripts.gene_sets import LOWEST_FRACTION
from graftrial.clinical.transcripts.normalisation import REFERENCE_MEAN
from graftrial.clinical.transcripts.panel import ENDOGENOUS, HOUSEKEEPING, names, reference_names
from graftrial.clinical.transcripts.quality import FAIL, WARN
from graftrial.derive.transcript_models import Prediction, predict
from graftrial.derive.transcript_published import (
    Noise,
    published_archetypes,
    published_bounds,
    published_diagnoses,
    published_ensemble,
    published_lesions,
)
from graftrial.derive.transcript_quality import Quality, check_lanes, cohort_of_positives
from graftrial.derive.transcript_reference import Place, place_biopsy, same_biopsy
from graftrial.derive.transcript_scores import Block, Score, noise_of, score_sets
from graftrial.findings import Finding, finding
from graftrial.intake.rcc_file import TABLE, Lane
from graftrial.intake.transcript_matrix import COUNTS, SINGLE_SAMPLE, Matrix
from graftrial.stats.lane_counts import Array, geometric_mean, to_fixed_reference

CENTRE_SHIFT = "reference biopsies come from nine centres, 69% from one: another centre may shift the score"
OUT_OF_FOLD = (
    "percentile among out-of-fold predictions of the reference biopsies, read between decile means, 5 to 95"
)
PUBLISHED = "published model of HistoMx, fitted on the reference set on another scale; not calibrated here"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run asks for. instrument: max, flex, sprint or empty. also: `ssgsea`, `gsva`."""

    instrument: str = ""
    fail_hk_below_lod: int | None = None
    lowest_fraction: float = LOWEST_FRACTION
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one biopsy.

    values: single-sample values (section 4, log2) by probe, endogenous and housekeeping; empty where not normalised.
    itself: id of the reference biopsy that this is, or empty. published: probabilities and weights of HistoMx's models.
    """

    lane: Lane
    quality: Quality | None
    values: Mapping[str, float] = field(default_factory=dict, repr=False)
    scores: tuple[Score, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    place: Place | None = None
    itself: str = ""
    published: Mapping[str, float | None] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()

    def score(self, name: str) -> Score | None:
        """The score of that name, if there is one."""
        return next((each for each in self.scores if each.score == name), None)


def read_biopsies(
    lanes: Sequence[Lane], settings: Settings | None = None, cohort: float | None = None
) -> tuple[Reading, ...]:
    """The readings of these lanes, in their order.

    cohort: mean geometric mean of the positive controls of the run, where these lanes are a part of it.
    """
    settings = settings or Settings()
    cohort = cohort or cohort_of_positives(lanes)
    qualities = check_lanes(lanes, cohort, settings.instrument, settings.fail_hk_below_lod)
    usable = [place for place, lane in enumerate(lanes) if lane.counts and not lane.is_blocked]
    readings = [
        Reading(lane, quality, findings=(*lane.findings, *quality_findings(lane, quality)))
        for lane, quality in zip(lanes, qualities, strict=True)
    ]
    block = normalised_block([lanes[place] for place in usable])
    told = score_sets(block, settings.lowest_fraction, settings.also)
    for row, (place, scores, noise) in enumerate(zip(usable, told, noise_of(block), strict=True)):
        values = dict(zip(block.genes, block.values[row].tolist(), strict=True))
        readings[place] = _read(readings[place], values, scores, noise)
    return tuple(readings)


def read_matrix_biopsies(matrix: Matrix, settings: Settings | None = None) -> tuple[Reading, ...]:
    """The readings of a matrix, one a sample. Models and map need single-sample values, or counts to make them of."""
    settings = settings or Settings()
    if not matrix.samples:
        return ()
    lanes = [_lane_of(matrix, row) for row in range(len(matrix.samples))]
    if matrix.kind == COUNTS:
        block = normalised_block(lanes, matrix.genes)
    else:
        block = Block(matrix.genes, matrix.values, own_scale=matrix.kind != SINGLE_SAMPLE)
    cohort = cohort_of_positives(lanes)
    qualities = check_lanes(lanes, cohort, settings.instrument, settings.fail_hk_below_lod)
    readings = []
    rows = score_sets(block, settings.lowest_fraction, settings.also)
    told = zip(lanes, qualities, rows, noise_of(block), strict=True)
    for row, (lane, quality, scores, noise) in enumerate(told):
        values = dict(zip(block.genes, block.values[row].tolist(), strict=True))
        reading = Reading(lane, quality, values, tuple(scores))
        readings.append(reading if block.own_scale else _read(reading, values, scores, noise))
    return tuple(readings)


def _lane_of(matrix: Matrix, row: int) -> Lane:
    counts = (
        {gene: int(x) for gene, x in zip(matrix.genes, matrix.values[row], strict=True)}
        if matrix.kind == COUNTS
        else {}
    )
    return Lane(matrix.file, matrix.samples[row], {}, counts, "", stated_id=matrix.samples[row])


def normalised_block(lanes: Sequence[Lane], measured: Sequence[str] = ()) -> Block:
    """The single-sample values of lanes, with what their counting noise is made of.

    measured: the probes that every lane holds, the seven of the normalisation among them; all of the panel if empty.
    """
    genes = tuple(each for each in names(ENDOGENOUS, HOUSEKEEPING) if not measured or each in set(measured))
    counts = np.array([[lane.counts[name] for name in genes] for lane in lanes], dtype=float).reshape(
        -1, len(genes)
    )
    reference = [genes.index(name) for name in reference_names()]
    housekeeping = counts[:, reference]
    factor = REFERENCE_MEAN / geometric_mean(housekeeping)
    noise = (1 / np.maximum(housekeeping, 1)).sum(axis=1) / len(reference) ** 2
    return Block(genes, to_fixed_reference(counts, housekeeping, REFERENCE_MEAN), counts, factor, noise)


def _read(
    reading: Reading, values: Mapping[str, float], scores: Sequence[Score], noise: Noise | None
) -> Reading:
    itself = same_biopsy(reading.lane.counts)
    found = list(reading.findings)
    if itself:
        found.append(finding("GT-TX-014", TABLE, file=reading.lane.file, reference=itself))
    diagnoses = published_diagnoses(values)
    ensemble = published_ensemble(diagnoses)
    published = {
        **{f"histomx.{name}": value for name, value in diagnoses.items()},
        **{f"histomx.{name}_ensemble": value for name, value in ensemble.items()},
        **{f"histomx.lesion.{name}": value for name, value in published_lesions(values).items()},
        **{f"histomx.archetype.{name}": value for name, value in published_archetypes(ensemble).items()},
    }
    bounds = published_bounds(values, noise) if noise else {}
    predictions = predict(values)
    known = _warnings(reading, itself)
    rows = [_of_model(each) for each in predictions] + list(scores)
    rows += [
        _of_published(name, value, bounds.get(name.removeprefix("histomx.")))
        for name, value in published.items()
    ]
    rows = [replace(each, warning=_warned(each, known)) for each in rows]
    return replace(
        reading, values=values, scores=tuple(rows), predictions=predictions, place=place_biopsy(values, itself),
        itself=itself, published=published, findings=tuple(found),
    )  # fmt: skip


def _of_published(name: str, value: float | None, bounds: tuple[float, float] | None) -> Score:
    lower, upper = bounds or (None, None)
    return Score(name.replace(" ", "_"), value, lower, upper, warning=PUBLISHED)


def _of_model(given: Prediction) -> Score:
    """A probability as a score; its percentile is among out-of-fold predictions, never among fitted ones."""
    reason = f"not assessable: {given.reason}" if given.reason else ""
    percentile = _out_of_fold_percentile(given)
    said = "" if percentile is None else OUT_OF_FOLD
    return Score(given.score, given.value, given.lower, given.upper, percentile, _joined(reason, said))


def _out_of_fold_percentile(given: Prediction) -> float | None:
    """Read between the decile means of the nested out-of-fold predictions of the card; null where it has none.

    Below the mean of the first decile it stays at 5, above that of the last at 95: the card tells no more.
    """
    curve = _curve(given.card)
    return None if given.value is None or curve is None else float(np.interp(given.value, *curve))


def out_of_fold_iqr(card: Mapping[str, Any]) -> float | None:
    """Interquartile range of the out-of-fold predictions of a card, read between decile means; null without them."""
    curve = _curve(card)
    if curve is None:
        return None
    low, high = np.interp([25.0, 75.0], curve[1], curve[0])
    return float(high - low)


def _curve(card: Mapping[str, Any]) -> tuple[Array, Array] | None:
    """Mean prediction of each decile, and the percent of the reference biopsies below its middle."""
    rows = card.get("figures", {}).get("nested_10_fold", {}).get("curve")
    if not rows:
        return None
    numbers = np.array([row[2] for row in rows], dtype=float)
    middles = 100 * (np.cumsum(numbers) - numbers / 2) / numbers.sum()
    return np.array([row[0] for row in rows], dtype=float), middles


def _warned(score: Score, known: Sequence[str]) -> str:
    """The warnings of a score with those of its lane; the shift between centres stands with every value."""
    shift = () if score.value is None else (CENTRE_SHIFT,)
    return _joined(score.warning, *shift, *known)


def _warnings(reading: Reading, itself: str) -> list[str]:
    known = []
    if itself:
        known.append(f"resubstitution: this biopsy is {itself} of the reference set")
    if reading.quality and reading.quality.verdict in (FAIL, WARN):
        known.append(f"quality of the lane: {reading.quality.verdict}")
    return known


def _joined(*parts: str) -> str:
    return "; ".join(each for each in parts if each)


def quality_findings(lane: Lane, quality: Quality) -> list[Finding]:
    """GT-TX-015 where a check failed, GT-TX-019 where one warned."""
    failed = [each.check for each in quality.checks if each.verdict == FAIL]
    warned = [each.check for each in quality.checks if each.verdict == WARN]
    found = []
    if failed:
        found.append(finding("GT-TX-015", TABLE, file=lane.file, checks=", ".join(failed)))
    if warned:
        found.append(finding("GT-TX-019", TABLE, file=lane.file, checks=", ".join(warned)))
    return found
