"""An antibody is donor-specific where the donor carries the antigen and the recipient does not."""

import polars as pl
import pytest

from graftrial.derive.donor_specificity import derive_donor_specificity, read_typings

HLA = {
    "subject_id": pl.String,
    "person": pl.String,
    "locus": pl.String,
    "allele_1": pl.String,
    "allele_2": pl.String,
}


def decide(specificity, typing, donor="donor", recorded=None):
    hla = pl.DataFrame([("S1", *row) for row in typing], schema=HLA, orient="row")
    rows = pl.DataFrame(
        {"subject_id": ["S1"], "specificity": [specificity], "donor_specific": [recorded]},
        schema_overrides={"donor_specific": pl.Boolean},
    )
    return derive_donor_specificity(rows, read_typings(hla), donor).row(0, named=True)


def both(donor, recipient, locus="A"):
    return [("donor", locus, *donor), ("recipient", locus, *recipient)]


CASES = [
    # bead          donor                        recipient                    answer  resolution   because
    ("A*24:02", ("A*24:02", "A*01:01"), ("A*02:01", "A*03:01"), True, "two_field", "two fields on all sides"),
    ("A*24:02", ("A24", "A1"), ("A2", "A3"), True, "split", "serologic typing"),
    ("A*24:02", ("A9", "A1"), ("A2", "A3"), True, "broad", "the donor is typed to the broad"),
    ("A*24:02", ("A9", "A1"), ("A*23:01", "A3"), False, "broad", "at the broad the recipient carries it too"),
    ("A*24:02", ("A*24:02", "A1"), ("A*23:01", "A3"), True, "two_field", "A23 is another split"),
    ("A*02:06", ("A*02:06", "A1"), ("A*02:01", "A3"), True, "two_field", "one two-field allele beside another"),
    ("A*02:06", ("A*02", "A1"), ("A*02:01", "A3"), False, "one_field", "with one field of the donor both have A*02"),
    ("A*02:06", ("A*02:01", "A1"), ("A3", "A11"), False, None, "the donor has another allele"),
    ("A*24:02", ("A*24:02", "A*01:01"), ("A*24:02", "A3"), False, "two_field", "a self-antigen is never donor-specific"),
    ("A*24:02", (None, None), ("A2", "A3"), None, None, "the donor is not typed: possible"),
    ("A*24:02", (None, None), ("A*24:02", "A3"), False, "two_field", "self, whatever the donor is"),
    ("A*24:02", ("A*24:02", "A1"), (None, None), None, "two_field", "the recipient is not typed"),
    ("A*24:02", ("A1", None), ("A2", "A3"), None, None, "the second allele of the donor is not known"),
    ("A*24:02", ("A*24:02", None), ("A2", "A3"), True, "two_field", "the allele that matters is known"),
    ("A24(9)", ("A*24:02", "A1"), ("A2", "A3"), True, "split", "a serologic specificity"),
    ("A*24:09", ("A*24:09N", "A1"), ("A2", "A3"), False, None, "a null allele is not expressed"),
]  # fmt: skip


@pytest.mark.parametrize(("bead", "donor", "recipient", "answer", "resolution", "because"), CASES)
def test_specificity_is_decided_at_the_coarsest_resolution(
    bead, donor, recipient, answer, resolution, because
):
    found = decide(bead, both(donor, recipient))
    assert (found["is_donor_specific"], found["donor_resolution"]) == (answer, resolution), because
    assert found["donor_reason"] or answer, because


def test_a_match_that_finer_typing_may_undo_is_flagged():
    coarse = decide("A*02:06", both(("A*02:06", "A1"), ("A2", "A3")))
    assert coarse["is_donor_specific"] is False and coarse["donor_needs_finer_typing"] is True
    assert decide("A*24:02", both(("A*24:02", "A1"), ("A*24:02", "A3")))["donor_needs_finer_typing"] is False


def test_dq_is_decided_by_the_beta_chain_and_the_alpha_chain_is_told_beside_it():
    typing = [
        *both(("DQB1*03:01", "DQB1*05:01"), ("DQB1*02:01", "DQB1*06:02"), "DQB1"),
        *both(("DQA1*05:05", "DQA1*01:01"), ("DQA1*05:01", "DQA1*01:02"), "DQA1"),
    ]
    found = decide("DQA1*05:05, DQB1*03:01", typing)
    assert (found["is_donor_specific"], found["donor_is_alpha_specific"], found["donor_chains"]) == (
        True,
        True,
        "alpha_and_beta",
    )
    alpha_only = decide("DQA1*05:05-DQB1*02:01", typing)
    assert (alpha_only["is_donor_specific"], alpha_only["donor_is_alpha_specific"]) == (False, True)
    assert decide("DQB1*03:01", typing)["donor_chains"] == "beta_only"


def test_drb345_untyped_is_not_inferred_from_drb1():
    typing = both(("DRB1*03:01", "DRB1*11:01"), ("DRB1*01:01", "DRB1*08:01"), "DRB1")
    assert decide("DRB3*02:02", typing)["is_donor_specific"] is None
    typed = [
        *typing,
        ("donor", "DRB345", "DRB3*02:02", "DRB3*01:01"),
        ("recipient", "DRB345", "DRB4*01:01", None),
    ]
    assert decide("DRB3*02:02", typed)["is_donor_specific"] is True


def test_antibodies_against_the_cell_donor_are_a_question_of_their_own():
    typing = [*both(("A*24:02", "A1"), ("A2", "A3")), ("cell_donor", "A", "A*11:01", "A*30:01")]
    assert decide("A*11:01", typing, "cell_donor")["is_cell_donor_specific"] is True
    assert decide("A*11:01", typing)["is_donor_specific"] is False


def test_typing_goes_before_the_laboratory_and_the_laboratory_before_nothing():
    typing = both(("A*24:02", "A1"), ("A2", "A3"))
    assert decide("A*24:02", typing, recorded=False)["donor_basis"] == "typing"
    unknown = decide("B*07:02", typing, recorded=True)
    assert (unknown["is_donor_specific"], unknown["donor_basis"]) == (True, "as recorded")
    assert decide("nonsense", typing)["is_donor_specific"] is None
