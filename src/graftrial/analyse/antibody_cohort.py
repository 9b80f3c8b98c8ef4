"""Donor-specific antibodies of all patients together: positive, response classes, saturation."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.medians import median_of
from graftrial.analyse.results import Result
from graftrial.analyse.serum_keys import Keys, keys_of_sera
from graftrial.derive import Derived
from graftrial.derive.antibodies import SATURATION
from graftrial.study.model import Study

SPECIFIC, POSITIVE = "antibodies.donor_specific@1", "antibodies.positive@1"
RESPONSE, LOG2 = "antibodies.response_class@1", "antibodies.log2_change@1"
DILUTION = "antibodies.needs_dilution@1"
CLASSES = ("cleared", "fall_ge_50", "fluctuating", "doubled", "de_novo", "not_applicable_no_baseline_dsa")


def saturation_of_sera(study: Study, derived: Derived) -> list[Result]:
    """`dsa_cohort.saturated_sera` and `dsa_cohort.changes_needing_dilution`: what intensities near the top can hide."""
    sera, keys = derived.frame("sera"), keys_of_sera(derived)
    if sera.is_empty():
        return []
    limit = study.thresholds.get(SATURATION)
    return [
        _saturated(name, column, words, sera, keys, limit)
        for name, column, words in (
            ("saturated_sera", "is_saturated", "sera with a donor-specific antibody above the linear range"),
            (
                "changes_needing_dilution",
                "needs_dilution",
                "changes that begin or end above the linear range",
            ),
        )
    ]


def _saturated(
    name: str, column: str, words: str, sera: pl.DataFrame, keys: Keys, limit: float | None
) -> Result:
    rows = sera if column == "is_saturated" else sera.filter(pl.col("n_new").is_not_null())
    found = rows.filter(pl.col(column).fill_null(False))
    sources = (key for row in found.iter_rows(named=True) for key in keys[row["subject_id"], row["date"]])
    unknown = rows[column].null_count() if limit is not None else rows.height
    return Result(
        key=f"dsa_cohort.{name}",
        value=found.height if limit is not None else None,
        label=words,
        group="dsa_cohort.saturation",
        n=found.height if limit is not None else 0,
        denominator=rows.height,
        not_assessable=unknown,
        method=f"above {limit:g} MFI" if limit is not None else "",
        warnings=() if limit is not None else (f"the study file pins no {SATURATION}",),
        rules=(("antibodies.saturated@1" if column == "is_saturated" else DILUTION),)
        if limit is not None
        else (),
        sources=tuple(sources),
    )


def cohort_of_sera(derived: Derived) -> list[Result]:
    """`dsa_cohort.positive_before|positive_after`, `dsa_cohort.response.<class>`, `dsa_cohort.log2_change.median`."""
    sera, keys = derived.frame("sera"), keys_of_sera(derived)
    first = sera.filter("is_baseline")
    if first.is_empty():
        return []
    last = (
        sera.filter(pl.col("n_new").is_not_null())
        .sort("subject_id", "day", "date")
        .group_by("subject_id", maintain_order=True)
        .last()
    )
    before, after = (
        tuple(
            key
            for row in part.iter_rows(named=True)
            for key in keys.get((row["subject_id"], row["date"]), ())
        )
        for part in (first, last)
    )
    return [
        _positive("before", "in the baseline serum", first, before),
        _positive("after", "in the last serum after baseline", last, after),
        *(_response(name, first, last, (*before, *after)) for name in CLASSES),
        median_of(
            "dsa_cohort.log2_change.median",
            last["log2_change"],
            "log2 change of the strongest donor-specific antibody, last serum against baseline",
            "dsa_cohort.log2_change",
            "",
            first.height,
            (*before, *after),
            "nobody has an intensity in both sera",
            (LOG2, SPECIFIC, POSITIVE),
        ),
    ]


def _response(name: str, first: pl.DataFrame, last: pl.DataFrame, sources: tuple[str, ...]) -> Result:
    n = int((last["response_class"] == name).sum())
    return Result(
        key=f"dsa_cohort.response.{name}",
        value=n,
        label=f"response: {name.replace('_', ' ')}",
        group="dsa_cohort.response",
        n=n,
        denominator=first.height,
        not_assessable=first.height - last["response_class"].count(),
        method="patients; last serum against the baseline serum",
        rules=(RESPONSE, SPECIFIC, POSITIVE),
        sources=sources,
    )


def _positive(name: str, words: str, sera: pl.DataFrame, sources: tuple[str, ...]) -> Result:
    n = int((sera["n_dsa"] > 0).sum())
    is_open = (sera["n_dsa_max"].fill_null(1) > 0) & ~(sera["n_dsa"] > 0).fill_null(False)
    n_open = int(is_open.sum())
    return Result(
        key=f"dsa_cohort.positive_{name}",
        value=n if not n_open else None,
        label=f"patients with a donor-specific antibody {words}",
        group="dsa_cohort.positive",
        n=n,
        denominator=sera.height,
        not_assessable=n_open,
        lower=n if n_open else None,
        upper=n + n_open if n_open else None,
        method="patients",
        rules=(SPECIFIC, POSITIVE),
        sources=sources,
    )
