"""HLA names are read as written, and compared at the finest resolution that both sides allow."""

import csv
from pathlib import Path

import pytest

from graftrial.clinical.hla.antigens import UnknownAntigen, read_alternatives, read_antigen
from graftrial.clinical.hla.cleaning import with_unknown_second_field, without_redundant, written_out
from graftrial.clinical.hla.matching import carried, compare
from graftrial.clinical.hla.mismatched_antigens import mismatched
from graftrial.clinical.hla.serology import AlleleSerology

GOLDEN = Path(__file__).parents[2] / "golden/hla"
STEPS = {
    "strip_redundant": without_redundant,
    "add_xx_suffix": with_unknown_second_field,
    "prefix_ambiguity": written_out,
}
TABLE = AlleleSerology("invented", {"DQB1*03:01": "DQ7", "DQB1*03:02": "DQ8", "B*15:01": "B62"}, {})


def rows(name):
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", rows("typing_cleaning.csv"), ids=lambda row: row["input"])
def test_a_typing_is_cleaned_as_in_the_published_tests(row):
    assert STEPS[row["step"]](row["input"]) == row["expected"]


@pytest.mark.parametrize(
    "row", rows("mismatch_sets.csv"), ids=lambda row: f"{row['donor']} into {row['recipient']}"
)
def test_mismatched_antigens_are_those_of_the_published_tests(row):
    assert " ".join(mismatched(row["donor"].split(), row["recipient"].split())) == row["mismatched_antigens"]


NAMES = [
    # written      column   name          because
    ("A*1",        "",      "A*01",       "a single digit is padded"),
    ("A24(9)",     "",      "A24",        "split with its broad"),
    ("A9(24)",     "",      "A24",        "the split, whichever stands first"),
    ("Cw7",        "",      "Cw7",        "serologic C is Cw"),
    ("DR52",       "",      "DR52",       "product of DRB3"),
    ("DQ6(1)",     "",      "DQ6",        "split with its broad"),
    ("DPw1",       "",      "DPw1",       "serologic DP"),
    ("24",         "A",     "A24",        "a bare number is serologic"),
    ("02",         "A",     "A*02",       "a leading zero is a first field"),
    ("02:01",      "A",     "A*02:01",    "the locus of the column is added"),
    ("DPB1*104:01", "",     "DPB1*104:01", "three digits stay three digits"),
    ("A*02:01:01:01", "",   "A*02:01",    "fields beyond the second change no protein"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "column", "name", "because"), NAMES)
def test_a_name_is_read(written, column, name, because):
    assert read_antigen(written, column).name == name, because


@pytest.mark.parametrize(
    "written", ["0201", "A*0201", "A203x", "A*99:01", "A4", "HLA1*01:01", "", "Bw4", "B*15:01x"]
)
def test_a_name_that_cannot_be_read_is_refused_and_never_shortened(written):
    with pytest.raises(UnknownAntigen):
        read_antigen(written, "A")


PAIRS = [
    # one         other          same    level        because
    ("A*02:06",   "A*02:01",     False,  "two_field", "two fields differ, the group does not"),
    ("DPB1*104:01", "DPB1*10:01", False, "two_field", "three-digit fields are not cut"),
    ("A*24",      "A*24:02",     True,   "one_field", "the coarser typing decides the resolution"),
    ("A24",       "A*24:02",     True,   "split",     "an allele and its antigen"),
    ("A9",        "A24",         True,   "broad",     "a broad and its split"),
    ("A9",        "A2",          False,  "split",     "no split of A9 is A2"),
    ("DQ3",       "DQB1*03:02",  True,   "broad",     "an allele under its broad"),
    ("DQ7",       "DQB1*03:02",  None,   "split",     "DQ7, 8 and 9 share a group: an allele table is needed"),
    ("B*15:01",   "B15",         None,   "broad",     "alleles of B*15 carry B15 or B70"),
    ("B44",       "B*15:01",     False,  "split",     "whatever B*15:01 is, it is not B44"),
    ("DR52",      "DRB3*02:02",  True,   "split",     "DR52 is the product of DRB3"),
    ("A2",        "B7",          False,  "two_field", "different loci"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "same", "level", "because"), PAIRS)
def test_two_antigens_are_compared(one, other, same, level, because):
    assert (
        compare(read_antigen(one), read_antigen(other)).is_same,
        compare(read_antigen(other), read_antigen(one)).level,
    ) == (same, level), because


def test_a_table_of_alleles_decides_what_groups_leave_open():
    seven = read_antigen("DQ7")
    assert compare(seven, read_antigen("DQB1*03:01"), TABLE).is_same is True
    assert compare(seven, read_antigen("DQB1*03:02"), TABLE).is_same is False


def test_a_null_allele_is_not_expressed():
    assert (
        carried(
            read_antigen("A*24:09"), [read_alternatives("A*24:09N"), read_alternatives("A*01:01")]
        ).carries
        is False
    )


def test_an_ambiguous_typing_leaves_open_what_it_must():
    typing = [read_alternatives("A*02:01/06"), read_alternatives("A*01:01")]
    assert carried(read_antigen("A*02:06"), typing).carries is None
    assert carried(read_antigen("A*02"), typing).carries is True
    assert carried(read_antigen("A*03:01"), typing).carries is False


def test_an_untyped_locus_is_open_and_a_known_absence_is_not():
    assert carried(read_antigen("DRB3*01:01"), None).carries is None
    assert carried(read_antigen("DRB3*01:01"), []).carries is False
