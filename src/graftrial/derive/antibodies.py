"""Antibodies of a study: donor-specific by typing, positive by the study's threshold, summed a serum, followed."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.hla.typings import Typings, locus_name
from graftrial.derive.antibody_course import (
    SERUM,
    baseline_sera,
    count_changes,
    derive_response,
    follow_antigens,
)
from graftrial.derive.derived import row_key
from graftrial.derive.donor_specificity import CELL_DONOR, derive_donor_specificity, read_typings
from graftrial.derive.eplets import derive_eplet_rows
from graftrial.derive.hla_mismatch import COUNTED, derive_mismatches
from graftrial.derive.sera import derive_antigens, derive_positive, summarise_sera
from graftrial.intake.supplied import Supplied
from graftrial.study.model import Study

CUTOFF, SATURATION, FLOOR = "antibodies.cutoff_mfi", "antibodies.saturation_mfi", "antibodies.floor_mfi"
BLANKS = {"blank_is_homozygous": "homozygous", "blank_is_unknown": "unknown"}
MISMATCHES = "hla.mismatches"


def derive_antibodies(
    study: Study, antibodies: pl.DataFrame, hla: pl.DataFrame, supplied: Supplied
) -> dict[str, pl.DataFrame]:
    """Antibodies with verdicts, sera with their response, antigens and their course, mismatches, eplets.

    The frames cell_donor_sera and cell_donor_mismatches hold the same against the donor of the cells, for persons
    whose cell donor is typed.
    """
    ordered = hla.sort("subject_id", "person", "locus", "allele_1", "allele_2", nulls_last=True)
    known = read_typings(ordered, supplied.alleles)
    cutoff, saturation = (study.thresholds.get(each) for each in (CUTOFF, SATURATION))
    judged = derive_positive(derive_donor_specificity(antibodies, known), cutoff, saturation)
    blank = BLANKS[study.rules.get(MISMATCHES, "blank_is_unknown")]

    def mismatches(person: str) -> pl.DataFrame:
        typed = _typed(hla, person)
        counted = derive_mismatches(known, typed, blank, donor=person, table=supplied.alleles)
        return _with_sources(counted, hla, person)

    graft = derive_mismatches(known, _anyone(hla), blank, table=supplied.alleles)
    return {
        "antibodies": judged,
        **_followed(study, judged),
        "cell_donor_sera": _against_cell_donor(judged, known, _typed(hla, CELL_DONOR)),
        "hla_mismatches": _with_sources(graft, hla, "donor"),
        "cell_donor_mismatches": mismatches(CELL_DONOR),
        "eplets": derive_eplet_rows(study, known, hla, supplied),
    }


def _followed(study: Study, judged: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row a serum with its response; one row an antigen and serum; each antigen against its baseline."""
    saturation, floor = (study.thresholds.get(each) for each in (SATURATION, FLOOR))
    sera = summarise_sera(judged, serum=SERUM)
    window = study.definitions.baseline
    baseline = baseline_sera(sera, window.earliest_day, window.latest_day)
    antigens = derive_antigens(judged, serum=SERUM)
    course = follow_antigens(antigens, baseline, floor)
    followed = sera
    for part in (
        baseline.with_columns(is_baseline=pl.lit(True)),
        derive_response(sera, judged, baseline, floor, saturation),
        count_changes(course),
    ):
        followed = followed.join(part, on=SERUM, how="left", nulls_equal=True)
    return {
        "sera": followed.with_columns(pl.col("is_baseline").fill_null(False)).sort(
            "subject_id", "day", "date", nulls_last=True
        ),
        "antigens": antigens,
        "antibody_course": course,
    }


def _against_cell_donor(judged: pl.DataFrame, known: Typings, typed: list[str]) -> pl.DataFrame:
    """One row a serum of the persons whose cell donor is typed: their antibodies against that donor."""
    rows = judged.filter(pl.col("subject_id").is_in(typed))
    against = derive_donor_specificity(rows, known, CELL_DONOR)
    sera = summarise_sera(against, f"is_{CELL_DONOR}_specific", SERUM)
    return sera.sort("subject_id", "day", "date", nulls_last=True)


def _anyone(hla: pl.DataFrame) -> list[str]:
    return hla.get_column("subject_id").unique().sort().to_list()


def _typed(hla: pl.DataFrame, person: str) -> list[str]:
    return _anyone(hla.filter(pl.col("person") == person))


def _with_sources(mismatches: pl.DataFrame, hla: pl.DataFrame, person: str) -> pl.DataFrame:
    """The mismatches with the keys of the typings of donor and recipient at their locus."""
    names = {row: _counted(row) for row in hla.get_column("locus").drop_nulls().unique()}
    typed = hla.filter(pl.col("person").is_in([person, "recipient"])).select(
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
