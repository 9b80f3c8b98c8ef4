"""What counts as molecular AMR by the study file, whether it agrees with histology, and its use as Banff evidence.

Nothing counts without a threshold in the study file. A lane that does not pass, or that is a reference biopsy under a
fitted score, is no evidence either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from graftrial.derive.derived import row_key
from graftrial.derive.transcript_study import PLACE, PRINTED, Profile
from graftrial.intake.table import Tables
from graftrial.study.model import Study

MOLECULAR: Mapping[str, pl.DataType] = {
    "biopsy_id": pl.String(), "molecular_amr": pl.Boolean(), "molecular_value": pl.Float64(),
    "molecular_reason": pl.String(), "molecular_words": pl.String(), "molecular_sources": pl.String(),
}  # fmt: skip
AGREEMENT: Mapping[str, pl.DataType] = {
    **PLACE, "molecular": pl.String(), "histology": pl.String(), "histology_words": pl.String(),
    "agreement": pl.String(), "reason": pl.String(),
}  # fmt: skip
NO_THRESHOLD = "the study file fixes no threshold of molecular AMR"
HISTOLOGY = "active_or_chronic_active_amr"
SAID = ("active_amr", "chronic_active_amr")
STATES = {"established": "AMR", "excluded": "no AMR", "not_in_edition": "no AMR"}
Row = dict[str, Any]


def derive_molecular_amr(study: Study, tables: Tables, profiles: Sequence[Profile]) -> pl.DataFrame:
    """Of each biopsy with a profile or a printed score: whether the score of the study file reaches its threshold."""
    rule = study.transcripts.molecular_amr
    if rule is None:
        return pl.DataFrame(schema=dict(MOLECULAR))
    known = _printed(tables, rule.score) if rule.printed else _of_lanes(profiles, rule.score)
    rows = []
    for biopsy_id, found in known.items():
        value, reason, keys = found
        met = None if value is None or reason else value >= rule.at_least
        said = {True: "met", False: "not met", None: f"not assessable, {reason}"}[met]
        shown = "" if value is None else f" ({value:.4g})"
        kind = "printed score" if rule.printed else "score"
        words = f"{kind} {rule.score} at least {rule.at_least:g}{shown}: {said}; threshold of {rule.source}"
        rows.append((biopsy_id, met, value, reason or None, words, keys))
    return pl.DataFrame(rows, schema=dict(MOLECULAR), orient="row")


def _of_lanes(profiles: Sequence[Profile], name: str) -> dict[str, tuple[float | None, str, str]]:
    found = {}
    for each in profiles:
        score = each.reading.score(name)
        if not each.is_alone:
            reason = "the biopsy has more than one lane"
        elif not each.is_usable:
            reason = each.why_not_usable()
        elif score is None or score.value is None:
            reason = f"the lane has no score {name}"
        elif each.reading.itself and not name.startswith("set."):
            reason = "resubstitution: the model has seen this biopsy"
        else:
            reason = ""
        found[each.biopsy_id] = (score.value if score else None, reason, each.key)
    return found


def _printed(tables: Tables, name: str) -> dict[str, tuple[float | None, str, str]]:
    rows = tables.frame("transcripts").with_columns(key=row_key("transcripts"))
    chosen = rows.filter(
        (pl.col("score") == name) & pl.col("rcc_file").is_null() & pl.col("value").is_not_null()
    )
    times = chosen.group_by("biopsy_id").len()
    several = set(times.filter(pl.col("len") > 1)["biopsy_id"])
    return {
        row["biopsy_id"]: (
            row["value"],
            "printed more than once" if row["biopsy_id"] in several else "",
            row["key"],
        )
        for row in chosen.iter_rows(named=True)
    }


def with_evidence(
    study: Study, biopsies: pl.DataFrame, molecular: pl.DataFrame, is_given: bool
) -> pl.DataFrame | None:
    """Biopsies with `transcripts_amr` by the criterion of the study file; None where it is not switched on.

    What the table biopsies states stays. is_given: whether the table has the column; without it, a biopsy without a
    profile was not tested, which is not met. A profile without an answer is unknown.
    """
    rule = study.transcripts.molecular_amr
    if rule is None or not rule.as_banff_criterion:
        return None
    joined = biopsies.join(
        molecular.with_columns(is_tested=pl.lit(True)), on="biopsy_id", how="left", maintain_order="left"
    )
    untested = pl.lit(None, dtype=pl.Boolean) if is_given else pl.lit(False)
    by_rule = pl.when("is_tested").then("molecular_amr").otherwise(untested)
    stated = pl.col("transcripts_amr")
    words = (
        pl.when(stated.is_not_null())
        .then(pl.lit("as the table biopsies states"))
        .otherwise("molecular_words")
    )
    return joined.with_columns(
        transcripts_amr=pl.coalesce(stated, by_rule), banff_transcripts=words.fill_null("no profile")
    ).select(*biopsies.columns, "banff_transcripts", "molecular_sources")


def derive_agreement(
    study: Study, places: Sequence[Row], molecular: pl.DataFrame, biopsies: pl.DataFrame
) -> pl.DataFrame:
    """Histology and molecules of each biopsy side by side, whose molecules are a lane or a printed score of the rule.

    Disagreement is a result.
    """
    rule = study.transcripts.molecular_amr
    by_biopsy = {row["biopsy_id"]: row for row in molecular.iter_rows(named=True)}
    readings = {
        name: part.to_dicts() for (name,), part in biopsies.partition_by("biopsy_id", as_dict=True).items()
    }
    rows = []
    for place in [*places, *_printed_alone(places, by_biopsy, biopsies)]:
        molecules = by_biopsy.get(place["biopsy_id"])
        met = molecules["molecular_amr"] if molecules else None
        why = NO_THRESHOLD if rule is None else (molecules or {}).get("molecular_reason") or ""
        histology, words = _histology(readings[place["biopsy_id"]])
        told = {True: "AMR", False: "no AMR"}.get(met) if met is not None else None
        rows.append(
            {
                **place,
                "molecular": told,
                "histology": histology,
                "histology_words": words,
                **_agree(told, histology, why),
            }
        )
    return pl.DataFrame(rows, schema=dict(AGREEMENT), orient="row")


def _printed_alone(places: Sequence[Row], by_biopsy: Mapping[str, Row], biopsies: pl.DataFrame) -> list[Row]:
    """The biopsies that have a printed score of the rule and no lane."""
    with_lane = {place["biopsy_id"] for place in places}
    known = biopsies.unique("biopsy_id", keep="first", maintain_order=True).iter_rows(named=True)
    return [
        {
            **{name: row.get(name) for name in PLACE},
            "profile": row["biopsy_id"],
            "quality": PRINTED,
            "key": by_biopsy[row["biopsy_id"]]["molecular_sources"],
        }
        for row in known
        if row["biopsy_id"] in by_biopsy and row["biopsy_id"] not in with_lane
    ]


def _histology(readings: Sequence[Row]) -> tuple[str | None, str]:
    """AMR or no AMR without any transcript evidence, by the pinned edition, else by the pathologist."""
    told = {_of_reading(each) for each in readings}
    if len(told) > 1:
        return None, "the readers differ"
    return told.pop()


def _of_reading(row: Row) -> tuple[str | None, str]:
    state = row.get("banff_without_transcripts") or row.get(f"banff_{HISTOLOGY}_state")
    if state is not None:
        edition = f"Banff {row['banff_edition']} by the rules, without transcripts"
        return STATES.get(state), edition if state in STATES else f"{edition}: possible, missing facts decide"
    said = row["pathologist_diagnosis"]
    if said is None:
        return None, "no Banff edition is pinned and no diagnosis is recorded"
    is_amr = any(name in [each.strip() for each in said.split(";")] for name in SAID)
    return "AMR" if is_amr else "no AMR", "by the pathologist"


def _agree(molecular: str | None, histology: str | None, why: str) -> Row:
    if molecular is None or histology is None:
        reasons = [why if molecular is None else "", "histology is open" if histology is None else ""]
        return {"agreement": None, "reason": "; ".join(each for each in reasons if each)}
    if molecular == histology:
        return {"agreement": f"agree: {molecular}", "reason": None}
    first, second = ("molecular", "histologic") if molecular == "AMR" else ("histologic", "molecular")
    return {"agreement": f"{first} AMR without {second} AMR", "reason": None}
