"""The frames of transcripts of a study: quality, scores, places on the reference map, values, printed scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from graftrial.clinical.transcripts.gene_sets import gene_sets
from graftrial.clinical.transcripts.reference import axes
from graftrial.derive.derived import row_key
from graftrial.derive.transcript_changes import derive_changes
from graftrial.derive.transcript_criterion import derive_agreement
from graftrial.derive.transcript_reference import GROUPS
from graftrial.derive.transcript_study import CLASSIFIER, PLACE, PUBLISHED, SET, Profile, places_of
from graftrial.intake.table import Tables
from graftrial.study.model import Study

TEXT, NUMBER, COUNT = pl.String(), pl.Float64(), pl.Int32()
QUALITY = dict.fromkeys(("check", "title", "threshold", "verdict", "reason", "source"), TEXT)
SCORES: Mapping[str, pl.DataType] = {
    "score": TEXT, "kind": TEXT, "set": TEXT, "theme": TEXT, "method": TEXT, "value": NUMBER, "lower": NUMBER,
    "upper": NUMBER, "reference_percentile": NUMBER, "warning": TEXT,
}  # fmt: skip
HEAT_SETS = ("LIT_DSAST21", "HMX_CELL_Cytotoxic_cells", "HMX_CELL_T-cells", "HMX_CELL_B-cells")
NEIGHBOURS = {group: f"neighbours_{group.split(' ')[0].lower()}" for group in GROUPS}
PLACES: Mapping[str, pl.DataType] = {
    "x": NUMBER, "y": NUMBER, "n_neighbours": COUNT, **dict.fromkeys(NEIGHBOURS.values(), COUNT),
    "is_outside": pl.Boolean(), "itself": TEXT,
}  # fmt: skip
PRINTED = ("day", "day_low", "day_high", "date_text", "period")


def derive_transcripts(
    study: Study, tables: Tables, profiles: Sequence[Profile], molecular: pl.DataFrame, biopsies: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Every frame of transcripts.

    profiles: see `read_profiles`. molecular: see `derive_molecular_amr`. biopsies: the derived frame.
    """
    one_a_biopsy = biopsies.unique("biopsy_id", keep="first", maintain_order=True)
    places = places_of(profiles, one_a_biopsy)
    scores = _frame(places, profiles, _scores, SCORES)
    on_map = _frame(places, profiles, _on_map, PLACES)
    return {
        "transcript_quality": _frame(places, profiles, _checks, {**QUALITY, "value": NUMBER}),
        "transcript_scores": scores,
        "transcript_places": on_map,
        "transcript_values": _frame(
            places, profiles, _values, {"gene": TEXT, "value": NUMBER, "difference": NUMBER}
        ),
        "transcript_heat": _frame(places, profiles, _heat, {"set": TEXT, "gene": TEXT, "difference": NUMBER}),
        **derive_changes(places, profiles, scores),
        "transcript_agreement": derive_agreement(study, places, molecular, biopsies),
        "transcript_printed": _printed(tables, one_a_biopsy),
    }


def _frame(
    places: Sequence[Mapping[str, Any]],
    profiles: Sequence[Profile],
    rows_of: Any,
    added: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    rows = [
        {**place, **row} for place, profile in zip(places, profiles, strict=True) for row in rows_of(profile)
    ]
    return pl.DataFrame(rows, schema={**PLACE, **added}, orient="row")


def _checks(profile: Profile) -> Iterator[dict[str, Any]]:
    for each in profile.reading.quality.checks if profile.reading.quality else ():
        told = {
            name: getattr(each, name)
            for name in ("check", "title", "threshold", "verdict", "reason", "source")
        }
        yield {**told, "value": each.value}


def _scores(profile: Profile) -> Iterator[dict[str, Any]]:
    sets = gene_sets()
    for each in profile.reading.scores:
        parts = each.score.split(".")
        is_set = parts[0] == "set"
        yield {
            "score": each.score,
            "kind": SET if is_set else CLASSIFIER if each.score.endswith("_probability") else PUBLISHED,
            "set": parts[1] if is_set else None,
            "theme": sets[parts[1]].theme if is_set else None,
            "method": parts[2] if is_set else None,
            **{
                name: getattr(each, name)
                for name in ("value", "lower", "upper", "reference_percentile", "warning")
            },
        }


def _on_map(profile: Profile) -> Iterator[dict[str, Any]]:
    place = profile.reading.place
    if place is None:
        return
    yield {
        "x": place.x,
        "y": place.y,
        "n_neighbours": len(place.neighbours),
        **{column: place.composition[group] for group, column in NEIGHBOURS.items()},
        "is_outside": place.is_outside,
        "itself": profile.reading.itself or None,
    }


def _values(profile: Profile) -> Iterator[dict[str, Any]]:
    """log2 values, and their difference from the mean of the reference biopsies where that gene has one."""
    means = dict(zip(axes().genes, axes().mean.tolist(), strict=True))
    for gene, value in profile.reading.values.items():
        yield {"gene": gene, "value": value, "difference": value - means[gene] if gene in means else None}


def _heat(profile: Profile) -> Iterator[dict[str, Any]]:
    """Differences from the reference mean of the genes of a few sets; a gene of two sets stands with the first."""
    means = dict(zip(axes().genes, axes().mean.tolist(), strict=True))
    shown: set[str] = set()
    for name in HEAT_SETS:
        for gene in gene_sets()[name].probes:
            if gene in profile.reading.values and gene not in shown:
                shown.add(gene)
                yield {"set": name, "gene": gene, "difference": profile.reading.values[gene] - means[gene]}


def _printed(tables: Tables, biopsies: pl.DataFrame) -> pl.DataFrame:
    """Printed scores of an external report, each with the day of its biopsy."""
    rows = tables.frame("transcripts").with_columns(key=row_key("transcripts"))
    rows = rows.filter(pl.col("rcc_file").is_null() & pl.col("score").is_not_null())
    dated = biopsies.select("subject_id", "biopsy_id", *PRINTED)
    return rows.join(dated, on="biopsy_id", how="inner", maintain_order="left").select(
        "subject_id", "biopsy_id", *PRINTED, "score", "value", "laboratory", "key"
    )
