"""Antibodies of a study: donor-specific by typing, positive by the study's threshold, summed a serum, followed."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.hla.typings import locus_name
from graftrial.derive.antibody_course import SERUM, baseline_sera, derive_response
from graftrial.derive.derived import row_key
from graftrial.derive.donor_specificity import derive_donor_specificity, read_typings
from graftrial.derive.hla_mismatch import COUNTED, derive_mismatches
from graftrial.derive.sera import derive_antigens, derive_positive, summarise_sera
from graftrial.study.model import Study

CUTOFF, SATURATION, FLOOR = "antibodies.cutoff_mfi", "antibodies.saturation_mfi", "antibodies.floor_mfi"
BLANKS = {"blank_is_homozygous": "homozygous", "blank_is_unknown": "unknown"}
MISMATCHES = "hla.mismatches"


def derive_antibodies(study: Study, antibodies: pl.DataFrame, hla: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames antibodies (with verdicts), sera (one row a serum, with its response), antigens and hla_mismatches."""
    known = read_typings(hla.sort("subject_id", "person", "locus", "allele_1", "allele_2", nulls_last=True))
    cutoff, saturation, floor = (study.thresholds.get(each) for each in (CUTOFF, SATURATION, FLOOR))
    judged = derive_positive(derive_donor_specificity(antibodies, known), cutoff, saturation)
    sera = summarise_sera(judged, serum=SERUM)
    window = study.definitions.baseline
    baseline = baseline_sera(sera, window.earliest_day, window.latest_day)
    response = derive_response(sera, judged, baseline, floor, saturation)
    is_baseline = baseline.with_columns(is_baseline=pl.lit(True))
    followed = sera.join(is_baseline, on=SERUM, how="left", nulls_equal=True).join(
        response, on=SERUM, how="left", nulls_equal=True
    )
    typed = hla.get_column("subject_id").unique().sort().to_list()
    blank = BLANKS[study.rules.get(MISMATCHES, "blank_is_unknown")]
    return {
        "antibodies": judged,
        "sera": followed.with_columns(pl.col("is_baseline").fill_null(False)).sort(
            "subject_id", "day", "date", nulls_last=True
        ),
        "antigens": derive_antigens(judged, serum=SERUM),
        "hla_mismatches": _with_sources(derive_mismatches(known, typed, blank), hla),
    }


def _with_sources(mismatches: pl.DataFrame, hla: pl.DataFrame) -> pl.DataFrame:
    """The mismatches with the keys of the typings of donor and recipient at their locus."""
    names = {row: _counted(row) for row in hla.get_column("locus").drop_nulls().unique()}
    typed = hla.filter(pl.col("person").is_in(["donor", "recipient"])).select(
        "subject_id",
        locus=pl.col("locus").replace_strict(names, default=None, return_dtype=pl.String),
        key=row_key("hla"),
    )
    sources = typed.group_by("subject_id", "locus").agg(sources=pl.col("key").sort().str.join("; "))
    joined = mismatches.join(sources, on=["subject_id", "locus"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("sources").fill_null(pl.format("subjects/{}", "subject_id")))


def _counted(locus: str) -> str | None:
    """The name under which mismatches of a locus are counted: `DR` for DRB1."""
    ours = locus_name(locus)
    return next((name for name, column in COUNTED.items() if column == ours), None)
