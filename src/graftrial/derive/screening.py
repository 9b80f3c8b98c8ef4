"""The screening table: every eligibility criterion, met, not met or not assessable, for every candidate."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.clinical.conditions import Comparison
from graftrial.clinical.kleene import Bounds
from graftrial.derive.facts import NAMES, Fact, candidate_facts
from graftrial.study.model import Criterion, Study

PROTOCOL = "protocol"
SCREENING = {
    "subject_id": pl.String(),
    "list": pl.String(),
    "list_title": pl.String(),
    "decides": pl.Boolean(),
    "criterion": pl.String(),
    "kind": pl.String(),
    "text": pl.String(),
    "fact": pl.String(),
    "verdict": pl.String(),
    "outcome": pl.String(),
    "value": pl.String(),
    "missing": pl.String(),
    "rule": pl.String(),
    "reference": pl.String(),
    "sources": pl.String(),
}


def derive_screening(study: Study, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a criterion and candidate, with what is missing where the verdict is open."""
    if not study.eligibility or frames["subjects"].is_empty():
        return pl.DataFrame(schema=SCREENING)
    found = candidate_facts(frames)
    everyone = frames["subjects"].select("subject_id")
    rows = [_judged(study, criterion, everyone, found) for criterion in study.eligibility]
    return pl.concat(rows).sort("subject_id", maintain_order=True).select(SCREENING.keys())


def _judged(
    study: Study, criterion: Criterion, everyone: pl.DataFrame, found: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    fact = NAMES[criterion.fact]
    rows = everyone.join(found[fact.table], on="subject_id", how="left", maintain_order="left")
    holds = _holds(criterion, fact)
    yes, no = ("eligible", "excluded") if criterion.kind == "inclusion" else ("excluded", "eligible")
    title, decides = _list(study, criterion.list)
    outcome = pl.when(holds).then(pl.lit(yes)).when(~holds).then(pl.lit(no)).otherwise(pl.lit("open"))
    verdict = (
        pl.when(holds)
        .then(pl.lit("met"))
        .when(~holds)
        .then(pl.lit("not met"))
        .otherwise(pl.lit("not assessable"))
    )
    return rows.select(
        "subject_id",
        list=pl.lit(criterion.list),
        list_title=pl.lit(title),
        decides=pl.lit(decides),
        criterion=pl.lit(criterion.id),
        kind=pl.lit(criterion.kind),
        text=pl.lit(criterion.text),
        fact=pl.lit(criterion.fact),
        verdict=verdict,
        outcome=outcome,
        value=_shown(fact),
        missing=pl.when(holds.is_null()).then(_missing(fact)),
        rule=pl.col("banff_diagnosis")
        if fact.name == "pathologist_diagnosis"
        else pl.lit(None, dtype=pl.String),
        reference=pl.lit(criterion.reference),
        sources=pl.col("source").fill_null(pl.format("subjects/{}", "subject_id")),
    )


def _holds(criterion: Criterion, fact: Fact) -> pl.Expr:
    if fact.is_number:
        exact = None if criterion.equals is None else float(criterion.equals)
        comparison = Comparison(
            at_least=criterion.at_least if exact is None else exact,
            more_than=criterion.more_than,
            at_most=criterion.at_most if exact is None else exact,
            less_than=criterion.less_than,
        )
        return comparison.holds_for_number(Bounds(pl.col(fact.low), pl.col(fact.high)))
    asked = criterion.one_of or (_as_word(criterion.equals),)
    return Comparison(one_of=asked).holds_for_words(pl.col(fact.words))


def _as_word(asked: str | float | bool | None) -> str:
    return {True: "yes", False: "no"}.get(asked, str(asked)) if isinstance(asked, bool) else str(asked)


def _shown(fact: Fact) -> pl.Expr:
    if not fact.is_number:
        return pl.col(fact.words)
    low, high = pl.col(fact.low), pl.col(fact.high)
    between = pl.format("{} to {}", low, high)
    return pl.when(low == high).then(low.cast(pl.String)).when(low.is_not_null()).then(between)


def _missing(fact: Fact) -> pl.Expr:
    place = {
        "biopsies": "in the biopsy before the infusion",
        "labs": "among the laboratory values before the infusion",
        "kidney_function": "among the creatinine values before the infusion",
    }.get(fact.table, "in subjects")
    if fact.name == "mvi":
        parts = [pl.when(pl.col(each).is_null()).then(pl.lit(each)) for each in ("g", "ptc")]
        names = pl.concat_str(parts, separator=", ", ignore_nulls=True)
        return pl.format(f"{{}} not recorded {place}", names)
    return pl.lit(f"{fact.name} not recorded {place}")


def _list(study: Study, name: str) -> tuple[str, bool]:
    for each in study.eligibility_lists:
        if each.id == name:
            return each.title, each.decides
    return "criteria of the protocol", name == PROTOCOL
