"""Quality checks of lanes, one row a lane and check. What cannot be computed is not assessable, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.clinical.transcripts import quality
from graftrial.clinical.transcripts.normalisation import REFERENCE_MEAN
from graftrial.clinical.transcripts.panel import (
    ENDOGENOUS,
    HOUSEKEEPING,
    NEGATIVE,
    POSITIVE,
    VIRAL,
    names,
    probes,
    reference_names,
)
from graftrial.intake.rcc_file import Lane
from graftrial.stats.lane_counts import (
    Array,
    geometric_mean,
    geometric_mean_plus_one,
    limit_of_detection,
    log_linearity,
)

LINEAR = 5  # POS_A to POS_E; POS_F lies below what the instrument can detect
SMALLEST_COHORT = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of one lane. reason: why it is not assessable, or what the verdict rests on beyond the value."""

    check: str
    title: str
    value: float | None
    threshold: str
    verdict: str
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """The checks of a lane in a fixed order, its whole verdict, and its limit of detection in counts."""

    checks: tuple[Checked, ...]
    verdict: str
    limit_of_detection: float | None

    def value(self, check: str) -> float | None:
        """The value of that check; null where it is not assessable."""
        return next(each.value for each in self.checks if each.check == check)


def cohort_of_positives(lanes: Iterable[Lane]) -> float | None:
    """Mean over the lanes of the geometric mean of their positive controls; null with fewer than two lanes."""
    positives = [float(geometric_mean(_counts(lane, POSITIVE))) for lane in lanes if _is_whole(lane)]
    return float(np.mean(positives)) if len(positives) >= SMALLEST_COHORT else None


def check_lanes(
    lanes: Sequence[Lane], cohort: float | None, instrument: str = "", fail_hk_below_lod: int | None = None
) -> tuple[Quality, ...]:
    """The quality of each lane, in the order of the lanes.

    cohort: see `cohort_of_positives`. instrument: max, flex or sprint; empty where it is not known.
    fail_hk_below_lod: number of housekeeping genes below the limit of detection from which a lane fails, as
    pre-specified; below it, one gene is a warning.
    """
    return tuple(_quality(lane, cohort, instrument, fail_hk_below_lod) for lane in lanes)


def _quality(lane: Lane, cohort: float | None, instrument: str, fail_from: int | None) -> Quality:
    limit = limit_of_detection(_counts(lane, NEGATIVE)) if _is_whole(lane) else None
    checks = [_imaging(lane), _density(lane, instrument)]
    if limit is None:
        unread = [name for name in quality.CHECKS if name not in ("imaging", "binding_density")]
        checks += [_row(name, None, "needs the counts of all 784 probes") for name in unread]
    else:
        checks += [_linearity(lane), _detectable(lane, limit), _positive_factor(lane, cohort)]
        checks += _content(lane, limit, fail_from)
    verdict = quality.whole([each.verdict for each in checks])
    if limit is None and verdict == quality.PASS:
        verdict = quality.NOT_ASSESSABLE  # imaging alone says nothing of counts that cannot be used
    return Quality(tuple(checks), verdict, limit)


def _is_whole(lane: Lane) -> bool:
    return len(lane.counts) == len(probes())


def _row(name: str, value: float | None, reason: str = "", verdict: str = "", threshold: str = "") -> Checked:
    check = quality.CHECKS[name]
    said = verdict or check.verdict(value)
    return Checked(name, check.title, value, threshold or check.threshold, said, str(check.source), reason)


def _imaging(lane: Lane) -> Checked:
    asked, counted = lane.number("FovCount"), lane.number("FovCounted")
    if not asked or counted is None:
        return _row("imaging", None, "FovCount or FovCounted is not a number")
    return _row("imaging", counted / asked)


def _density(lane: Lane, instrument: str) -> Checked:
    value = lane.number("BindingDensity")
    reason = "BindingDensity is not a number" if value is None else ""
    verdict = quality.density_verdict(value, instrument)
    if verdict == quality.WARN:
        reason = "passes on MAX and FLEX, fails on SPRINT; the instrument was not named"
    return _row("binding_density", value, reason, verdict, quality.density_check(instrument).threshold)


def _linearity(lane: Lane) -> Checked:
    spiked = names(POSITIVE)[:LINEAR]
    concentrations = np.array([float(name.split("(")[1].rstrip(")")) for name in spiked])
    value = log_linearity(np.array([lane.counts[name] for name in spiked], dtype=float), concentrations)
    return _row(
        "positive_linearity", value, "" if value is not None else "a positive control was counted 0 times"
    )


def _detectable(lane: Lane, limit: float) -> Checked:
    pos_e = lane.counts[names(POSITIVE)[LINEAR - 1]]
    verdict = quality.PASS if pos_e > limit else quality.FAIL
    return _row(
        "limit_of_detection", limit, f"POS_E was counted {pos_e} times", verdict, f"below POS_E ({pos_e})"
    )


def _positive_factor(lane: Lane, cohort: float | None) -> Checked:
    if cohort is None:
        return _row("positive_factor", None, "needs two lanes or more in one run")
    return _row("positive_factor", cohort / float(geometric_mean(_counts(lane, POSITIVE))))


def _content(lane: Lane, limit: float, fail_from: int | None) -> list[Checked]:
    reference = np.array([lane.counts[name] for name in reference_names()], dtype=float)
    housekeeping, endogenous = _counts(lane, HOUSEKEEPING), _counts(lane, ENDOGENOUS)
    below = float((housekeeping < limit).sum())
    fails = fail_from is not None and below >= fail_from
    threshold = "0" if fail_from is None else f"0; fails from {fail_from}, as pre-specified"
    over = float(geometric_mean_plus_one(housekeeping)) / limit if limit > 0 else None
    return [
        _row("hk_factor", REFERENCE_MEAN / float(geometric_mean(reference))),
        _row("hk_below_lod", below, "", quality.FAIL if fails else "", threshold),
        _row("hk_over_lod", over, "" if over is not None else "every negative control was counted 0 times"),
        _row("detection_percent", 100 * float((endogenous > limit).mean())),
    ]


def _counts(lane: Lane, code_class: str) -> Array:
    return np.array([lane.counts[name] for name in names(code_class)], dtype=float)


@dataclass(frozen=True, slots=True)
class Spiked:
    """A positive control: its name, its concentration in fM, its count."""

    name: str
    concentration: float
    count: int


def spiked(lane: Lane) -> tuple[Spiked, ...]:
    """The six positive controls of a lane, the strongest first; none where the lane has no usable counts."""
    if not _is_whole(lane):
        return ()
    return tuple(
        Spiked(name, float(name.split("(")[1].rstrip(")")), lane.counts[name]) for name in names(POSITIVE)
    )


def viral_counts(lane: Lane) -> tuple[tuple[str, int], ...]:
    """Counts of the four viral probes."""
    return tuple((" ".join(name.split()), lane.counts[name]) for name in VIRAL if name in lane.counts)
