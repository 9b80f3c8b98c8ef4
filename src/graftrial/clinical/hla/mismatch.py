"""Number of donor antigens of one locus that the recipient lacks, and the UK level of three such numbers."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import at_least, either, first_that_holds, how_many, known_only


def mismatches_blank_is_homozygous(
    donor_1: pl.Expr, donor_2: pl.Expr, recipient_1: pl.Expr, recipient_2: pl.Expr
) -> pl.Expr:
    """Different donor antigens absent in the recipient, 0 to 2; a blank second antigen repeats the first."""
    donor_other = either(donor_2.is_null(), donor_1, donor_2)
    recipient_other = either(recipient_2.is_null(), recipient_1, recipient_2)
    return mismatches_blank_is_unknown(donor_1, donor_other, recipient_1, recipient_other)


def mismatches_blank_is_unknown(
    donor_1: pl.Expr, donor_2: pl.Expr, recipient_1: pl.Expr, recipient_2: pl.Expr
) -> pl.Expr:
    """Different donor antigens absent in the recipient, 0 to 2; a blank antigen may be any."""
    first = (donor_1 != recipient_1) & (donor_1 != recipient_2)
    second = (donor_2 != recipient_1) & (donor_2 != recipient_2) & (donor_2 != donor_1)
    return how_many(first, second).decided().cast(pl.Int32)


def mismatch_level_uk(mismatches_a: pl.Expr, mismatches_b: pl.Expr, mismatches_dr: pl.Expr) -> pl.Expr:
    """UK level 1 to 4; A tells only level 1 from the others."""
    b_and_dr = known_only(mismatches_b) + known_only(mismatches_dr)
    ladder = {
        "4": (mismatches_dr == 2) | at_least(b_and_dr, 3),
        "3": at_least(b_and_dr, 2),
        "2": (mismatches_a > 0) | at_least(b_and_dr, 1),
    }
    return first_that_holds(ladder, none="1")


ANTIGENS = tuple(Input(name, pl.String) for name in ("donor_1", "donor_2", "recipient_1", "recipient_2"))
RULE_BLANK_IS_HOMOZYGOUS = Rule(
    id="hla.mismatches",
    edition="blank_is_homozygous",
    title="HLA mismatches of one locus, a blank second antigen read as homozygous",
    source=Source(
        document="histoc 0.3.0 (R, MIT), function mmHLA",
        locator="counting of A, B and DR: donor antigens that differ and are absent in the recipient",
    ),
    inputs=ANTIGENS,
    output="number, 0 to 2",
    population="donor and recipient with at least one antigen of the locus each, at a common resolution",
    golden="hla/mismatches_blank_is_homozygous",
    expression=mismatches_blank_is_homozygous,
)
RULE_BLANK_IS_UNKNOWN = Rule(
    id="hla.mismatches",
    edition="blank_is_unknown",
    title="HLA mismatches of one locus, a blank antigen read as not known",
    source=Source(
        document="histoc 0.3.0 (R, MIT), function mmHLA",
        locator="the same count; where an antigen is blank, the count that every antigen would give",
    ),
    inputs=ANTIGENS,
    output="number, 0 to 2",
    population="donor and recipient typed at a common resolution",
    golden="hla/mismatches_blank_is_unknown",
    expression=mismatches_blank_is_unknown,
)
RULE_UK_LEVEL = Rule(
    id="hla.mismatch_level",
    edition="uk",
    title="UK level of the HLA mismatch",
    source=Source(
        document="transplantr 0.2.0 (R), function hla_mm_level",
        locator="levels 1 to 4 from the mismatches at A, B and DR; all 27 combinations",
    ),
    inputs=tuple(Input(f"mismatches_{name}", pl.Int32, low=0, high=2) for name in ("a", "b", "dr")),
    output="1, 2, 3, 4",
    population="kidney offers; mismatches counted on broad antigens",
    golden="hla/mismatch_level_uk",
    expression=mismatch_level_uk,
)
