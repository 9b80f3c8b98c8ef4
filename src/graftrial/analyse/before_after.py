"""Baseline, last value, difference and percent of one measure in every subject."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.analyse.result_frame import Told, result_frame, sentence
from graftrial.clinical.card import Rule
from graftrial.study.model import Baseline

SUBJECT = "subject_id"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared.

    stem, suffix: keys are `<stem>_baseline<suffix>.<subject>` and so on. value: its column.
    rules: pins of the value itself. change_rules: pins of the difference and of its percent, where there are rules.
    """

    stem: str
    words: str
    unit: str
    value: str
    rules: str = ""
    suffix: str = ""
    change_rules: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the first and the last value: keys `<stem>_baseline.<subject>` and `<stem>_last.<subject>`.

    asks: name of the rule's one input. value_rules: pins of the value itself.
    """

    stem: str
    words: str
    rule: Rule
    asks: str
    value_rules: str = ""
    method: str = ""


def pairs(rows: pl.DataFrame, value: str, sources: str) -> pl.DataFrame:
    """One row a subject: the baseline row and the last one that still belongs to the graft.

    rows: subject_id, day, time, key, is_baseline, is_after_graft_loss, `value` and `sources`.
    Returns: first_value, first_day, first_key, first_sources and the same with last_; null where there is none.
    """
    known = rows.filter(pl.col(value).is_not_null() & pl.col("day").is_not_null())
    own = known.filter(~pl.col("is_after_graft_loss").fill_null(False))
    ordered = own.sort(SUBJECT, "day", pl.col("time").fill_null(""), "key", maintain_order=True)
    picked = {"first": known.filter("is_baseline"), "last": ordered}
    joined = rows.select(SUBJECT).unique().sort(SUBJECT)
    for name, frame in picked.items():
        chosen = frame.unique(SUBJECT, keep="first" if name == "first" else "last", maintain_order=True)
        joined = joined.join(
            chosen.select(
                SUBJECT,
                pl.col(value).alias(f"{name}_value"),
                pl.col("day").alias(f"{name}_day"),
                pl.col("key").alias(f"{name}_key"),
                pl.col(sources).alias(f"{name}_sources"),
            ),
            on=SUBJECT,
            how="left",
            maintain_order="left",
        )
    return joined


def before_after(found: pl.DataFrame, measure: Measure, window: Baseline) -> list[pl.DataFrame]:
    """`<stem>_baseline`, `_last`, `_change` and `_change_percent` of every subject in `found`, which `pairs` made."""
    none = f"no {measure.words} on day {window.earliest_day} to {window.latest_day}"
    return [
        _one(found, measure, "baseline", "first", none),
        _one(found, measure, "last", "last", f"no {measure.words} with a study day"),
        _change(found, measure, window, is_percent=False),
        _change(found, measure, window, is_percent=True),
    ]


def changed(latest_day: int) -> pl.Expr:
    """Whether there is a baseline and a later value."""
    after = pl.col("last_day") > pl.coalesce("first_day", pl.lit(latest_day))
    return (pl.col("first_day").is_not_null() & after).fill_null(False)


def category_before_after(found: pl.DataFrame, category: Category) -> list[pl.DataFrame]:
    """The category of the first and of the last value, where there is one."""
    results = []
    for end, part in (("first", "baseline"), ("last", "last")):
        value = category.rule.value(**{category.asks: pl.col(f"{end}_value")}).cast(pl.String)
        parts = [pl.format("value of day {}", f"{end}_day"), category.method or None]
        told = Told(
            key=pl.format(f"{category.stem}_{part}.{{}}", SUBJECT),
            value=value,
            label=pl.format(f"{category.words} of {{}}, {part}", SUBJECT),
            group=f"{category.stem}_{part}",
            method=sentence([each for each in parts if each is not None]),
            rules="; ".join(each for each in (category.rule.pin, category.value_rules) if each),
            sources=_with_subject(pl.col(f"{end}_sources")),
        )
        answered = found.filter(pl.col(f"{end}_value").is_not_null())
        results.append(result_frame(answered, told, is_number=False))
    return results


def _one(found: pl.DataFrame, measure: Measure, part: str, name: str, why_none: str) -> pl.DataFrame:
    value = pl.col(f"{name}_value")
    reason = pl.col(f"{name}_reason") if f"{name}_reason" in found.columns else pl.lit(why_none)
    group = f"{measure.stem}_{part}{measure.suffix}"
    return result_frame(
        found,
        Told(
            key=pl.format(f"{group}.{{}}", SUBJECT),
            value=value,
            label=pl.format(f"{part} {measure.words} of {{}}", SUBJECT),
            group=group,
            unit=measure.unit,
            method=pl.when(value.is_not_null())
            .then(pl.format("value of day {}", f"{name}_day"))
            .otherwise(pl.lit("")),
            warnings=pl.when(value.is_null()).then(reason.fill_null(why_none)).otherwise(pl.lit("")),
            rules=measure.rules,
            sources=_with_subject(pl.col(f"{name}_sources")),
        ),
    )


def _change(found: pl.DataFrame, measure: Measure, window: Baseline, is_percent: bool) -> pl.DataFrame:
    both, first, last = changed(window.latest_day), pl.col("first_value"), pl.col("last_value")
    difference = last - first
    percent = pl.when(first != 0).then(100 * difference / first)
    value = pl.when(both).then(percent if is_percent else difference)
    told_why = _why_no_change(found, is_percent)
    group = f"{measure.stem}_change{'_percent' if is_percent else ''}{measure.suffix}"
    minus = pl.format("day {} minus day {}", "last_day", "first_day")
    method = pl.format("{}, in percent of it", minus) if is_percent else minus
    pins = "; ".join(each for each in (measure.change_rules[is_percent], measure.rules) if each)
    return result_frame(
        found,
        Told(
            key=pl.format(f"{group}.{{}}", SUBJECT),
            value=value,
            label=pl.format(f"change of {measure.words} of {{}}{', percent' if is_percent else ''}", SUBJECT),
            group=group,
            unit="%" if is_percent else measure.unit,
            method=pl.when(both).then(method).otherwise(pl.lit("")),
            warnings=pl.when(value.is_null())
            .then(pl.when(~both).then(_why_no_pair()).otherwise(told_why))
            .otherwise(pl.lit("")),
            rules=pins,
            sources=_with_subject(
                pl.when(both).then(pl.concat_str(["first_sources", "last_sources"], separator="; "))
            ),
        ),
    )


def _why_no_pair() -> pl.Expr:
    return (
        pl.when(pl.col("first_day").is_null())
        .then(pl.lit("no baseline value"))
        .otherwise(pl.lit("no value after baseline"))
    )


def _why_no_change(found: pl.DataFrame, is_percent: bool) -> pl.Expr:
    reasons = [pl.col(each) for each in ("first_reason", "last_reason") if each in found.columns]
    return pl.coalesce(*reasons, pl.lit("the baseline is zero" if is_percent else "not assessable"))


def _with_subject(keys: pl.Expr) -> pl.Expr:
    return pl.concat_str([keys, pl.format("subjects/{}", SUBJECT)], separator="; ", ignore_nulls=True)
