"""Proteinuria of every subject: each value in one unit, its KDIGO category, before and after; estimates apart."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from graftrial.analyse.before_after import Category, Measure, before_after, category_before_after, pairs
from graftrial.analyse.result_frame import Told, key_of_sample, result_frame, sentence, with_place
from graftrial.clinical.kidney import categories, proteinuria
from graftrial.derive import Derived
from graftrial.derive.proteinuria import BY_RATIO, HISTORY
from graftrial.study.model import Study

ESTIMATE = "estimated from UPCR, not measured; never in one mean with measured values"
AFTER_LOSS = "after graft loss"


class Urine(NamedTuple):
    """A measure of urine: its word in keys, the analyte, words and unit."""

    stem: str
    analyte: str
    words: str
    unit: str


MEASURED = (
    Urine("upcr", "upcr", "urinary protein-creatinine ratio", "mg/g"),
    Urine("uacr", "uacr", "urinary albumin-creatinine ratio", "mg/g"),
    Urine("protein_24h", "proteinuria", "urinary protein of 24 hours", "g/day"),
)


class Estimate(NamedTuple):
    """A value that is converted from UPCR: its word in keys, column, words, unit, rule."""

    stem: str
    column: str
    words: str
    unit: str
    rule: str


UACR = Estimate(
    "uacr_estimated",
    "uacr_estimated_mg_per_g",
    "estimated UACR",
    "mg/g, estimated",
    proteinuria.RULE_UACR.pin,
)
A_DAY = Estimate(
    "protein_24h_estimated",
    "protein_estimated_g_per_day",
    "estimated urinary protein of 24 hours",
    "g/day, estimated",
    proteinuria.RULE_24_H.pin,
)


def urine_values(derived: Derived) -> list[pl.DataFrame]:
    """`upcr|uacr|protein_24h.<subject>.<day>`, `kdigo_a.<subject>.<day>`, and estimates under names of their own."""
    frame, results = derived.frame("proteinuria"), []
    for urine in MEASURED:
        rows = with_place(frame.filter(pl.col("analyte_name") == urine.analyte))
        results.append(_values(rows, urine.stem, "canonical_value", urine.words, urine.unit))
        if urine.stem != "protein_24h":
            results.append(
                _category(rows, f"kdigo_a_{urine.stem}", "a_category", pl.col("a_rule"), urine.words)
            )
    if _asks_for_estimates(derived):
        rows = with_place(frame.filter(pl.col("analyte_name") == "upcr"))
        results.append(_values(rows, UACR.stem, UACR.column, UACR.words, UACR.unit, UACR.rule))
        pins = f"{categories.RULE_ALBUMINURIA.pin}; {UACR.rule}"
        results.append(_category(rows, "kdigo_a_estimated", "a_category_estimated", pins, UACR.words))
    return results


def urine_summary(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """`<measure>_baseline|last|change|change_percent.<subject>`, and the estimates of UPCR at both ends."""
    frame, results = derived.frame("proteinuria"), []
    window = study.definitions.baseline
    for urine in MEASURED:
        rows = frame.filter(pl.col("analyte_name") == urine.analyte)
        found = pairs(rows, "canonical_value", "key")
        measure = Measure(urine.stem, urine.words, urine.unit, "canonical_value")
        results += before_after(found, measure, window)
        if urine.analyte in BY_RATIO:
            category = Category(
                f"kdigo_a_{urine.stem}",
                f"KDIGO category by {urine.words}",
                BY_RATIO[urine.analyte],
                f"{urine.stem}_mg_per_g",
            )
            results += category_before_after(found, category)
    upcr = frame.filter(pl.col("analyte_name") == "upcr")
    for estimate in (UACR, A_DAY) if _asks_for_estimates(derived) else (A_DAY,):
        found = pairs(upcr, estimate.column, "key")
        measure = Measure(estimate.stem, estimate.words, estimate.unit, estimate.column, estimate.rule)
        results += before_after(found, measure, window)
        if estimate is UACR:
            category = Category(
                "kdigo_a_estimated",
                f"KDIGO category by {UACR.words}",
                categories.RULE_ALBUMINURIA,
                "uacr_mg_per_g",
                UACR.rule,
                ESTIMATE,
            )
            results += category_before_after(found, category)
    return results


def _asks_for_estimates(derived: Derived) -> bool:
    """Whether the study knows of the histories that the conversion to UACR needs: else it is not spoken of."""
    subjects = derived.frame("subjects")
    return any(subjects.get_column(name).count() > 0 for name in HISTORY)


def _values(
    rows: pl.DataFrame, stem: str, column: str, words: str, unit: str, rule: str = ""
) -> pl.DataFrame:
    reason = pl.col("uacr_estimated_reason") if rule else pl.col("unit_reason")
    return result_frame(
        rows,
        Told(
            key=key_of_sample(stem),
            value=pl.col(column),
            label=pl.format(f"{words} of {{}}, day {{}}", "subject_id", "when"),
            group=stem,
            unit=unit,
            method=ESTIMATE if rule else "one measurement",
            warnings=sentence([reason, _lost()]),
            rules=rule,
            sources=_sources(bool(rule)),
        ),
    )


def _category(rows: pl.DataFrame, stem: str, column: str, pins: pl.Expr | str, words: str) -> pl.DataFrame:
    is_estimate = column == "a_category_estimated"
    answered = rows.filter(pl.col(column).is_not_null())
    told = Told(
        key=key_of_sample(stem),
        value=pl.col(column),
        label=pl.format(f"KDIGO category by {words} of {{}}, day {{}}", "subject_id", "when"),
        group=stem,
        method=ESTIMATE if is_estimate else "one measurement",
        warnings=sentence([_lost()]),
        rules=pins,
        sources=_sources(is_estimate),
    )
    return result_frame(answered, told, is_number=False)


def _lost() -> pl.Expr:
    return pl.when(pl.col("is_after_graft_loss")).then(pl.lit(AFTER_LOSS))


def _sources(with_person: bool) -> pl.Expr:
    if not with_person:
        return pl.col("key")
    return pl.concat_str(["key", pl.format("subjects/{}", "subject_id")], separator="; ")
