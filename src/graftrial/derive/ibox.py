"""iBox at baseline and at the visits of the protocol, where the study pins it: a relative hazard, nothing else.

What is combined was measured in one window: the baseline window of the study, or the window of one visit; of several
values the last counts. The full form is asked where a biopsy was taken, the abbreviated one where eGFR, UPCR and serum
were; both at baseline in any case.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.clinical.banff.extent import ifta
from graftrial.clinical.card import Rule
from graftrial.clinical.prognosis import ibox_2023
from graftrial.clinical.rules import rule
from graftrial.dates import DAYS_PER_YEAR
from graftrial.study.model import Study

FORMS = ("prognosis.ibox_full", "prognosis.ibox_abbreviated")
HAZARD = "prognosis.ibox_relative_hazard"
BASELINE = "baseline"
GROUP = ("subject_id", "time")
LESIONS = ("ifta", "g", "ptc", "i", "t", "cg")
MG_IN_G = 1000
SCHEMA = {
    "subject_id": pl.String(),
    "time": pl.String(),
    "day": pl.Int32(),
    "form": pl.String(),
    "rule": pl.String(),
    "linear_predictor": pl.Float64(),
    "reason": pl.String(),
    "relative_hazard": pl.Float64(),
    "hazard_reason": pl.String(),
    "hazard_rule": pl.String(),
    "years_since_transplant": pl.Float64(),
    "is_exploratory": pl.Boolean(),
    "context": pl.String(),
    "sources": pl.String(),
}


def derive_ibox(study: Study, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a subject, time and pinned form.

    frames: subjects, kidney_function, proteinuria, sera, antibodies and biopsies as derived.
    Returns: linear_predictor or its reason, relative_hazard against the baseline of the same subject, whether the
        time lies outside the qualified context of use (`is_exploratory`), and the keys of the rows behind it.
    """
    pinned = {name: rule(name, study.rules[name]) for name in FORMS if name in study.rules}
    parts = [pl.DataFrame(schema=SCHEMA)]
    if pinned:
        inputs = _inputs(study, frames)
        parts += [_form(inputs, name, each) for name, each in pinned.items()]
    return pl.concat(parts).sort("subject_id", "form", "day", "time", nulls_last=True)


def _inputs(study: Study, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Everything the forms ask for, by subject and time."""
    egfr = frames["kidney_function"].filter(~pl.col("is_after_graft_loss").fill_null(False))
    urine = frames["proteinuria"].filter(
        (pl.col("analyte_name") == "upcr") & pl.col("canonical_value").is_not_null()
    )
    sera = frames["sera"].join(_serum_keys(frames["antibodies"]), on=["subject_id", "date"], how="left")
    biopsies = frames["biopsies"].with_columns(
        ifta=ifta(pl.col("ci"), pl.col("ct")).cast(pl.Int32),
        cg=pl.col("cg").str.slice(0, 1).cast(pl.Int32, strict=False),
        **{name: pl.col(name).cast(pl.Int32) for name in ("g", "ptc", "i", "t")},
    )
    values = {
        "egfr": _last(
            study,
            egfr.filter(pl.col("egfr_ml_per_min_1_73m2").is_not_null()),
            ["egfr_ml_per_min_1_73m2"],
            "egfr_sources",
        ),
        "upcr": _last(
            study, urine.with_columns(upcr_g_per_g=pl.col("canonical_value") / MG_IN_G), ["upcr_g_per_g"]
        ),
        "serum": _last(
            study, sera.rename({"immunodominant_mfi": "immunodominant_dsa_mfi"}), ["immunodominant_dsa_mfi"]
        ),
        "biopsy": _last(study, biopsies, list(LESIONS)),
    }
    return _at_transplant_age(_joined(values), frames["subjects"])


def _serum_keys(antibodies: pl.DataFrame) -> pl.DataFrame:
    return antibodies.group_by("subject_id", "date").agg(key=pl.col("key").sort().str.join("; "))


def _last(study: Study, rows: pl.DataFrame, columns: list[str], keys: str = "key") -> pl.DataFrame:
    """The last row of each subject in each window, under the name of the window."""
    window = study.definitions.baseline
    time = pl.lit(None, dtype=pl.String)
    for visit in reversed(study.schedule.visits):
        if visit.earliest > window.latest_day:
            inside = pl.col("day").is_between(visit.earliest, visit.latest)
            time = pl.when(inside).then(pl.lit(visit.id)).otherwise(time)
    is_before = pl.col("day").is_between(window.earliest_day, window.latest_day)
    time = pl.when(is_before).then(pl.lit(BASELINE)).otherwise(time)
    named = rows.with_columns(time=time).filter(pl.col("time").is_not_null())
    ordered = named.sort("subject_id", "day", keys, nulls_last=True)
    return ordered.unique(GROUP, keep="last", maintain_order=True).select(
        *GROUP, "day", *columns, keys=pl.col(keys)
    )


def _joined(values: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    times = pl.concat([each.select(GROUP) for each in values.values()]).unique()
    for name, frame in values.items():
        own = frame.rename({"day": f"{name}_day", "keys": f"{name}_keys"})
        times = times.join(own, on=list(GROUP), how="left")
    return times.sort(GROUP)


def _at_transplant_age(rows: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Years from transplantation to the eGFR that is evaluated; unknown where the date is partial."""
    about = subjects.select(
        "subject_id", "age_reference_day", years="years_since_transplant", person=pl.col("key")
    )
    day = pl.coalesce("egfr_day", "biopsy_day", "serum_day")
    years = pl.col("years") + (day - pl.col("age_reference_day")) / DAYS_PER_YEAR
    return rows.join(about, on="subject_id", how="left").with_columns(day=day, years_since_transplant=years)


def _form(inputs: pl.DataFrame, name: str, form: Rule) -> pl.DataFrame:
    is_full = name == FORMS[0]
    asked = pl.col("biopsy_day") if is_full else pl.col("serum_day") + pl.col("egfr_day") + pl.col("upcr_day")
    rows = inputs.filter(asked.is_not_null() | (pl.col("time") == BASELINE))
    answer = form.answer(**{each.name: pl.col(each.name) for each in form.inputs})
    ends = ["egfr_keys", "upcr_keys", "serum_keys", *(["biopsy_keys"] if is_full else []), "person"]
    rows = rows.with_columns(
        linear_predictor=answer.struct.field("value"),
        reason=answer.struct.field("reason"),
        sources=pl.concat_str(ends, separator="; ", ignore_nulls=True),
    )
    return _with_hazard(rows, rule(HAZARD, form.edition)).select(
        *GROUP,
        pl.col("day").cast(pl.Int32),
        form=pl.lit(name.removeprefix("prognosis.")),
        rule=pl.lit(form.pin),
        **{each: pl.col(each) for each in ("linear_predictor", "reason", "relative_hazard", "hazard_reason")},
        hazard_rule=pl.lit(rule(HAZARD, form.edition).pin),
        years_since_transplant=pl.col("years_since_transplant"),
        is_exploratory=~pl.col("years_since_transplant").is_between(*ibox_2023.CONTEXT_YEARS),
        context=pl.lit(form.population),
        sources=pl.col("sources"),
    )


def _with_hazard(rows: pl.DataFrame, hazard: Rule) -> pl.DataFrame:
    """The hazard relative to the subject's own baseline; of the baseline itself there is none to tell."""
    baseline = rows.filter(pl.col("time") == BASELINE).select(
        "subject_id", reference_linear_predictor="linear_predictor", baseline_sources="sources"
    )
    rows = rows.join(baseline, on="subject_id", how="left", maintain_order="left")
    answer = hazard.answer(**{each.name: pl.col(each.name) for each in hazard.inputs})
    is_later = pl.col("time") != BASELINE
    return rows.with_columns(
        relative_hazard=pl.when(is_later).then(answer.struct.field("value")),
        hazard_reason=pl.when(is_later).then(answer.struct.field("reason")),
        sources=pl.when(is_later)
        .then(pl.concat_str(["sources", "baseline_sources"], separator="; ", ignore_nulls=True))
        .otherwise("sources"),
    )
