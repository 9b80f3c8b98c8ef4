"""eGFR of every subject: each value, baseline, last and change."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import COLUMNS, Result
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.derive import Derived
from graftrial.derive.kidney_function import UNIT, primary_equation
from graftrial.study.model import Study


def egfr_values(study: Study, derived: Derived) -> pl.DataFrame:
    """One result per creatinine: `egfr.<subject>.<day>`; a second value of one day has `.2` behind its key."""
    rows = derived.frame("kidney_function")
    return _values(rows, "egfr", _pin(study), UNIT, "eGFR of {}, day {}")


def egfr_under(study: Study, derived: Derived) -> list[pl.DataFrame]:
    """The same creatinines under the sensitivity set of the study: `egfr_under.<equation>.<subject>.<day>`."""
    frame, results = derived.frame("kidney_sensitivity"), []
    for name in study.kidney_function.sensitivity:
        equation = EQUATIONS[name]
        rows = frame.filter(pl.col("equation") == name)
        label = f"eGFR by {name} of {{}}, day {{}}"
        results.append(_values(rows, f"egfr_under.{name}", equation.pin, equation.output, label))
    return results


def egfr_change_under(study: Study, derived: Derived) -> list[Result]:
    """Change from baseline to last value under each equation: `egfr_change_under.<equation>.<subject>`."""
    frame = derived.frame("kidney_sensitivity")
    own = derived.frame("kidney_function").filter(~pl.col("is_after_graft_loss").fill_null(False))
    dated = own.filter(pl.col("egfr_ml_per_min_1_73m2").is_not_null() & pl.col("day").is_not_null())
    results: list[Result] = []
    for (subject,), rows in dated.group_by("subject_id", maintain_order=True):
        baseline = rows.filter("is_baseline")
        last = rows.sort("day", pl.col("time").fill_null("")).tail(1)
        if not baseline.height or last["day"][0] <= baseline["day"][0]:
            continue
        keys = (baseline["key"][0], last["key"][0])
        for name in study.kidney_function.sensitivity:
            values = frame.filter((pl.col("equation") == name) & pl.col("key").is_in(keys))
            results.append(_change_under(name, str(subject), keys, values))
    return results


def _change_under(name: str, subject: str, keys: tuple[str, str], values: pl.DataFrame) -> Result:
    by_key = dict(values.select("key", "egfr_ml_per_min_1_73m2").iter_rows())
    first, last = (by_key.get(key) for key in keys)
    known = first is not None and last is not None
    return Result(
        key=f"egfr_change_under.{name}.{subject}",
        value=last - first if first is not None and last is not None else None,
        label=f"change of eGFR by {name} of {subject}",
        group="egfr_change_under",
        unit=EQUATIONS[name].output,
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        method="last value minus baseline, the same samples as under the pinned equation",
        warnings=() if known else tuple(sorted({each for each in values["egfr_reason"] if each})),
        rules=(EQUATIONS[name].pin,),
        sources=(*keys, f"subjects/{subject}"),
    )


def _values(rows: pl.DataFrame, group: str, pin: str, unit: str, label: str) -> pl.DataFrame:
    rows = rows.with_columns(
        when=pl.coalesce(pl.col("day").cast(pl.String), pl.col("date_text"), pl.lit("undated"))
    )
    rows = rows.sort("subject_id", "when", pl.col("time").fill_null(""), "key").with_columns(
        place=pl.int_range(pl.len()).over("subject_id", "when") + 1
    )
    stem = pl.format(f"{group}.{{}}.{{}}", "subject_id", "when")
    value = pl.col("egfr_ml_per_min_1_73m2")
    lost = pl.when(pl.col("is_after_graft_loss")).then(
        pl.lit("after graft loss: not a function of the graft")
    )
    reason = pl.col("egfr_reason")
    return rows.select(
        key=pl.when(pl.col("place") == 1).then(stem).otherwise(pl.format("{}.{}", stem, "place")),
        value=value.cast(pl.String),
        unit=pl.lit(unit),
        n=value.is_not_null().cast(pl.Int64),
        denominator=pl.lit(1, dtype=pl.Int64),
        not_assessable=value.is_null().cast(pl.Int64),
        lower=pl.lit(None, dtype=pl.String),
        upper=pl.lit(None, dtype=pl.String),
        method=pl.lit("one creatinine value"),
        warnings=pl.concat_str([reason, lost], separator="; ", ignore_nulls=True),
        rules=pl.lit(pin),
        sources=pl.concat_list(pl.col("key"), pl.format("subjects/{}", "subject_id")).list.join("; "),
        group=pl.lit(group),
        label=pl.format(label, "subject_id", "when"),
        number=value,
    ).select(*COLUMNS, "group", "label", "number")


def egfr_summary(study: Study, derived: Derived) -> list[Result]:
    """Baseline, last value and their difference for each subject with a creatinine."""
    window = study.definitions.baseline
    results: list[Result] = []
    for (subject,), rows in derived.frame("kidney_function").group_by("subject_id", maintain_order=True):
        known = rows.filter(pl.col("egfr_ml_per_min_1_73m2").is_not_null() & pl.col("day").is_not_null())
        baseline = known.filter("is_baseline")
        last = (
            known.filter(~pl.col("is_after_graft_loss").fill_null(False))
            .sort("day", pl.col("time").fill_null(""))
            .tail(1)
        )
        after = last.filter(pl.col("day") > (baseline["day"][0] if baseline.height else window.latest_day))
        none_in_window = f"no eGFR on day {window.earliest_day} to {window.latest_day}"
        results += [
            _one(study, str(subject), "egfr_baseline", "baseline eGFR", baseline, none_in_window),
            _one(study, str(subject), "egfr_last", "last eGFR", last, "no eGFR with a study day"),
            _change(study, str(subject), baseline, after),
        ]
    return results


def _one(study: Study, subject: str, measure: str, words: str, row: pl.DataFrame, why_none: str) -> Result:
    found = row.row(0, named=True) if row.height else None
    return Result(
        key=f"{measure}.{subject}",
        value=found["egfr_ml_per_min_1_73m2"] if found else None,
        label=f"{words} of {subject}",
        group=measure,
        unit=UNIT,
        n=int(found is not None),
        denominator=1,
        not_assessable=int(found is None),
        method=f"value of day {found['day']}" if found else "",
        warnings=() if found else (why_none,),
        rules=(_pin(study),),
        sources=(found["key"], f"subjects/{subject}") if found else (f"subjects/{subject}",),
    )


def _change(study: Study, subject: str, baseline: pl.DataFrame, last: pl.DataFrame) -> Result:
    both = baseline.height and last.height
    first, final = (baseline.row(0, named=True), last.row(0, named=True)) if both else (None, None)
    missing = "no baseline value" if not baseline.height else "no value after baseline"
    return Result(
        key=f"egfr_change.{subject}",
        value=final["egfr_ml_per_min_1_73m2"] - first["egfr_ml_per_min_1_73m2"] if first and final else None,
        label=f"change of eGFR of {subject}",
        group="egfr_change",
        unit=UNIT,
        n=int(bool(both)),
        denominator=1,
        not_assessable=int(not both),
        method=f"day {final['day']} minus day {first['day']}" if first and final else "",
        warnings=() if both else (missing,),
        rules=(_pin(study),),
        sources=(first["key"], final["key"]) if first and final else (f"subjects/{subject}",),
    )


def _pin(study: Study) -> str:
    equation = primary_equation(study)
    return equation.pin if equation else ""
