"""HLA mismatches by locus, and eplets by the tables that the user supplies."""

import csv

import polars as pl
import pytest

from graftrial.clinical.hla.eplets import EpletTable, eplet_mismatches, highest_by_locus
from graftrial.clinical.hla.serology import loci
from graftrial.derive.donor_specificity import read_typings
from graftrial.derive.eplets import derive_eplets
from graftrial.derive.hla_mismatch import derive_mismatches, summarise_mismatches
from graftrial.intake.hla_tables import (
    NotAnHlaTable,
    read_eplet_table,
    read_split_broad_table,
    read_wmda_serology,
)

HLA = {
    "subject_id": pl.String,
    "person": pl.String,
    "locus": pl.String,
    "allele_1": pl.String,
    "allele_2": pl.String,
}


def typed(*rows):
    return read_typings(pl.DataFrame([("S1", *row) for row in rows], schema=HLA, orient="row"))


def pairs(shared, number):
    found = {}
    for row in csv.DictReader((shared / f"reference/hla/eplet_input_class{number}.csv").open()):
        molecules = [cell for name, cell in row.items() if name not in ("pair_id", "subject_type") and cell]
        found.setdefault(row["pair_id"], {})[row["subject_type"]] = molecules
    return found


def table(shared, version, number):
    names = {1: ["MHC_I_eplet"], 2: ["MHC_II_eplet_A", "MHC_II_eplet_B"]}[number]
    return read_eplet_table(version, *(shared / f"data/hla/{name}_{version}.csv" for name in names))


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_eplets_are_those_of_the_reference_program(shared, version, number):
    folder = shared / "reference/hla"
    detail = list(csv.DictReader((folder / f"eplet_class{number}_{version}_detail_hlar.csv").open()))
    for expected in csv.DictReader((folder / f"eplet_class{number}_{version}_count_hlar.csv").open()):
        pair = expected["pair_id"]
        typing = pairs(shared, number)[pair]
        count = eplet_mismatches(typing["donor"], typing["recipient"], table(shared, version, number))
        assert [str(count.total), str(count.unique)] == list(expected.values())[1:], pair
        wanted = sorted((row["hla"], *names_of(row["mm_eplets"])) for row in detail if row["pair_id"] == pair)
        got = [each.eplets if each.eplets is not None else ("Not Found",) for each in count.molecules]
        assert (
            sorted(
                (each.allele, *sorted(set(names))) for each, names in zip(count.molecules, got, strict=True)
            )
            == wanted
        )


def names_of(cell):
    return sorted({name for name in cell.split(",") if name})


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_dr_and_dq_risk_is_that_of_the_reference_program(shared, version):
    for expected in csv.DictReader((shared / f"reference/hla/eplet_dqdr_risk_{version}_hlar.csv").open()):
        typing = pairs(shared, 2)[expected["pair_id"]]
        count = eplet_mismatches(typing["donor"], typing["recipient"], table(shared, version, 2))
        dq = highest_by_locus(count, ["DQA1"]) + highest_by_locus(count, ["DQB1"])
        assert str(dq) == expected["DQ"]
        assert str(highest_by_locus(count, ["DRB1", "DRB3", "DRB4", "DRB5"])) == expected["DR"]


def test_no_mismatch_is_zero_unique_eplets_and_a_molecule_not_found_is_counted_apart():
    small = EpletTable("t", {"DRB1*01:01": ("4R",)}, {})
    same = eplet_mismatches(["DRB1*01:01"], ["DRB1*01:01"], small)
    assert (same.total, same.unique, same.n_not_found) == (0, 0, 0)
    strange = eplet_mismatches(["DRB1*99:01"], ["DRB1*01:01"], small)
    assert (strange.n_not_found, strange.molecules[0].eplets) == (1, None)
    assert eplet_mismatches(["DRB1*01:01"], ["DRB1*99:01"], small).molecules[0].is_upper_bound


def test_the_whole_published_pair_of_a_patient_is_counted_in_a_study(shared):
    typing = pairs(shared, 2)["134"]
    loci_of = {}
    for person in ("donor", "recipient"):
        for allele in typing[person]:
            loci_of.setdefault((person, allele.split("*")[0]), []).append(allele)
    known = typed(*((person, locus, *[*alleles, None][:2]) for (person, locus), alleles in loci_of.items()))
    row = derive_eplets(known, ["S1"], table(shared, "v3", 2)).row(0, named=True)
    assert (row["total"], row["unique"], row["dq"], row["dr"]) == (14, 13, 5, 3)
    assert row["dr_dq_risk"] == ("low" if row["risk_reason"] is None else None)


GIVEN = {"v2": 2, "v3": 3}  # of the pairs, as many are typed completely where it matters


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_risk_that_we_give_is_that_of_the_reference_program_and_an_incomplete_pair_has_none(
    shared, version
):
    given = 0
    for expected in csv.DictReader((shared / f"reference/hla/eplet_dqdr_risk_{version}_hlar.csv").open()):
        loci_of = {}
        for person, alleles in pairs(shared, 2)[expected["pair_id"]].items():
            for allele in alleles:
                loci_of.setdefault((person, allele.split("*")[0]), []).append(allele)
        known = typed(*((person, locus, *[*names, None][:2]) for (person, locus), names in loci_of.items()))
        row = derive_eplets(known, ["S1"], table(shared, version, 2)).row(0, named=True)
        assert (row["dr_dq_risk"] is None) == (row["risk_reason"] is not None)
        if row["dr_dq_risk"]:
            given += 1
            assert row["dr_dq_risk"].startswith(expected["risk"])
    assert given == GIVEN[version]


def test_a_table_of_another_shape_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    for read in (
        lambda: read_eplet_table("v", path),
        lambda: read_split_broad_table(path, "v"),
        lambda: read_wmda_serology(path),
    ):
        with pytest.raises(NotAnHlaTable):
            read()


def test_mismatches_are_counted_at_a_common_resolution():
    known = typed(
        ("recipient", "A", "A*02:01", "A*03:01"), ("donor", "A", "A2", "A24"),
        ("recipient", "B", "B*07:02", "B*08:01"), ("donor", "B", "B*07:02", "B*44:02"),
        ("recipient", "DRB1", "DRB1*01:01", "DRB1*04:01"), ("donor", "DRB1", "DRB1*15:01", "DRB1*15:01"),
        ("recipient", "DQB1", "DQB1*02:01", None), ("donor", "DQB1", "DQB1*02:01", "DQB1*03:01"),
    )  # fmt: skip
    counted = {row["locus"]: row for row in derive_mismatches(known, ["S1"]).iter_rows(named=True)}
    assert [counted[each]["mismatches"] for each in ("A", "B", "DR", "DQ")] == [1, 1, 1, None]
    assert counted["A"]["resolution"] == "split" and "missing" in counted["DQ"]["mismatch_reason"]
    homozygous = derive_mismatches(known, ["S1"], blank="homozygous")
    summary = summarise_mismatches(homozygous).row(0, named=True)
    assert (summary["mismatches_dq"], summary["mismatches_a_b_dr"], summary["uk_level"]) == (1, 3, "3")


def test_a_locus_without_typing_is_not_assessable():
    row = (
        derive_mismatches(typed(("donor", "A", "A2", "A24")), ["S1"])
        .filter(pl.col("locus") == "A")
        .row(0, named=True)
    )
    assert row["mismatches"] is None and row["mismatch_reason"] == "recipient is not typed at A"


def test_our_groups_agree_with_the_serology_of_their_alleles(shared):
    """Exceptions within a group exist and are what the allele table is for; most alleles of a group follow it."""
    supplied = read_wmda_serology(shared / "data/hla/rel_dna_ser.txt")
    agree, all_of = {}, {}
    for allele, antigen in supplied.split.items():
        locus = loci()[allele.split("*")[0]]
        expected = locus.groups.get(allele.split("*")[1].split(":")[0], ())
        parent = locus.parent_of.get(antigen, antigen)
        family = {*expected, *(locus.broad_of.get(each) for each in expected)}
        all_of[allele.split(":")[0]] = all_of.get(allele.split(":")[0], 0) + 1
        agree[allele.split(":")[0]] = agree.get(allele.split(":")[0], 0) + (parent in family)
    assert len(all_of) > 80
    assert [group for group, n in all_of.items() if agree[group] / n < 0.5] == []


def test_splits_and_broads_are_those_of_the_nomenclature(shared):
    prefix = {"A": "A", "B": "B", "Cw": "Cw", "DQ": "DQ", "DR": "DR"}
    broads = {broad: set(splits) for locus in loci().values() for broad, splits in locus.splits_of.items()}
    for line in (shared / "data/hla/rel_ser_ser.txt").read_text().splitlines():
        if not line.startswith("#"):
            locus, broad, splits, _ = line.split(";")
            if splits and locus in prefix:
                assert broads.pop(f"{prefix[locus]}{broad}") == {
                    f"{prefix[locus]}{each}" for each in splits.split("/")
                }
    assert broads == {}
