"""Release tests, identity panels, chains of identity and custody."""

import csv
from pathlib import Path

import polars as pl
import pytest

from graftrial.clinical.cell_product.custody_chain import breaks, chained
from graftrial.clinical.cell_product.identifiers import check_character, is_check_character_right
from graftrial.clinical.cell_product.specification import endotoxin_thresholds, specifications
from graftrial.derive.product_identity import derive_check_characters, derive_identity
from graftrial.derive.product_release import (
    derive_panel,
    derive_release,
    derive_release_tests,
    summarise_panel,
)
from graftrial.intake.table import absent

GOLDEN = Path(__file__).parents[2] / "golden/cell_product/check_characters.csv"
ISCT = specifications()["isct_2006_markers"]
PASSING = {
    "CD73": "98",
    "CD90": "99",
    "CD105": "97.5",
    "CD45": "0.4",
    "CD34": "<0.5",
    "CD14": "1",
    "CD19": "0.2",
    "HLA-DR": "1.9",
}


def table(name, *rows):
    frame = absent(name).frame
    return pl.DataFrame(list(rows), schema=frame.schema) if rows else frame


def row_of(name, result=None, lower=None, upper=None, verdict=None, product="P1"):
    return {
        "product_id": product,
        "test": name,
        "result": result,
        "lower_limit": lower,
        "upper_limit": upper,
        "verdict": verdict,
    }


VERDICTS = [
    # result      lower  upper  laboratory  verdict           because
    ("92", 80, None, "passed", "passed", "within its limit"),
    ("92 %", 80, None, None, "passed", "within its limit, without a verdict of the laboratory"),
    ("80", 80, None, None, "passed", "the limit itself passes"),
    ("62", 80, None, "passed", "failed", "outside its limit, whatever the laboratory says"),
    ("92", 80, None, "failed", "failed", "the laboratory failed it"),
    ("92", None, None, "passed", "reported", "a number without a limit is reported, not passed"),
    ("92", None, None, None, "reported", "neither limit nor verdict"),
    ("no growth", None, None, "passed", "passed", "a finding in words is judged by the laboratory"),
    ("no growth", None, None, None, "reported", "words without a verdict"),
    (None, None, None, "pending", "pending", "awaited"),
    (None, None, None, None, "not assessable", "nothing is known"),
    ("<0.5", None, 0.5, None, "passed", "below the limit"),
    ("<0.5", None, 0.2, None, "not assessable", "below 0.5 may be above 0.2: not zero"),
    (">95", 95, None, None, "passed", "above the limit"),
    ("clumps", 80, None, None, "not assessable", "no number where a limit wants one"),
]


@pytest.mark.parametrize(("result", "lower", "upper", "laboratory", "verdict", "because"), VERDICTS)
def test_a_release_test_has_one_of_five_verdicts(result, lower, upper, laboratory, verdict, because):
    row = derive_release_tests(table("product_tests", row_of("x", result, lower, upper, laboratory))).row(
        0, named=True
    )
    assert row["release_verdict"] == verdict, because
    assert row["verdict_reason"] or verdict == "passed", because


RELEASES = [
    ([row_of("viability", "92", 80), row_of("Sterility", "no growth", verdict="passed")], "passed"),
    ([row_of("viability", "92", 80), row_of("sterility", verdict="pending")], "pending"),
    ([row_of("viability", "62", 80), row_of("sterility", verdict="pending")], "failed"),
    ([row_of("viability", "92", 80)], "not assessable"),
    ([row_of("viability", "92"), row_of("sterility", verdict="passed")], "not assessable"),
    (
        [
            row_of("viability", "92", 80),
            row_of("sterility", verdict="passed"),
            row_of("karyotype", "47,XX", verdict="failed"),
        ],
        "failed",
    ),
    ([], "not assessable"),
]


@pytest.mark.parametrize(("tests", "release"), RELEASES)
def test_a_release_is_what_its_worst_test_is(tests, release):
    products = table("products", {"product_id": "P1"})
    told = derive_release(
        products, derive_release_tests(table("product_tests", *tests)), ["viability", "sterility"]
    )
    assert told.select("product_id", "release").rows() == [("P1", release)]


def panel(**results):
    rows = [
        row_of(name.replace("_", "-") if name == "HLA_DR" else name, result)
        for name, result in results.items()
        if result
    ]
    found = derive_panel(derive_release_tests(table("product_tests", *rows)), ISCT)
    verdicts = dict(found.select("criterion", "panel_verdict").iter_rows())
    return summarise_panel(found)["identity"].item(), verdicts


PANELS = [
    ({}, "passed", "one of each pair is enough"),
    ({"CD73": "94.9"}, "failed", "95% is the least"),
    ({"CD45": "2"}, "passed", "2% is the most"),
    ({"CD45": "2.1"}, "failed", "2% is the most"),
    ({"CD14": None}, "not assessable", "neither CD14 nor CD11b was measured: not passed"),
    ({"CD14": "5"}, "not assessable", "CD11b, not measured, could still satisfy the pair"),
    ({"CD14": "5", "CD11b": "1"}, "passed", "either marker satisfies the pair"),
    ({"CD14": "5", "CD11b": "3"}, "failed", "both fail"),
    ({"HLA-DR": None}, "not assessable", "HLA-DR was not measured"),
]


@pytest.mark.parametrize(("changed", "identity", "because"), PANELS)
def test_the_isct_2006_panel(changed, identity, because):
    assert panel(**(PASSING | changed))[0] == identity, because


def test_surface_markers_alone_do_not_pass_the_whole_specification():
    rows = derive_release_tests(
        table("product_tests", *(row_of(name, result) for name, result in PASSING.items()))
    )
    told = summarise_panel(derive_panel(rows, specifications()["isct_2006"])).row(0, named=True)
    assert (told["identity"], told["open"]) == ("not assessable", "bone; cartilage; fat; plastic_adherent")


def test_a_recalled_endotoxin_threshold_carries_its_mark_and_is_no_default():
    assert all("experimental" in each.mark for each in endotoxin_thresholds().values())
    assert all(each.mark == "verified" for each in specifications().values())


CHAINS = [
    # made for, donor, own   verdict            because
    ("S1", "S1", True, "intact", "donation, product and infusion are one person's"),
    ("S2", "S1", True, "broken", "made for another person"),
    ("S1", "S2", True, "broken", "cells of another donor"),
    ("S1", None, True, "not assessable", "the donor is not recorded"),
    ("S1", "S1", None, "not assessable", "whether the cells are the person's own is not recorded"),
    ("S1", "DONOR-7", False, None, "third-party cells have no such chain"),
    ("S2", "DONOR-7", False, "broken", "third-party cells made for another person"),
]


@pytest.mark.parametrize(("made_for", "donor", "own", "verdict", "because"), CHAINS)
def test_the_chain_of_identity(made_for, donor, own, verdict, because):
    products = table(
        "products", {"product_id": "P1", "subject_id": made_for, "donor_id": donor, "autologous": own}
    )
    row = derive_identity(table("infusions", {"subject_id": "S1", "product_id": "P1"}), products, None).row(
        0, named=True
    )
    assert row["chain_of_identity"] == verdict, because
    assert row["identity_reason"] or verdict == "intact", because


def test_a_changed_a_removed_and_a_moved_event_break_the_chain():
    events = chained(
        [
            {"event": name, "place": "Ljubljana", "at": f"2024-03-0{n}T08:00Z"}
            for n, name in enumerate(("thawed", "shipped", "received"), 1)
        ]
    )
    assert breaks(events) == ()
    changed = [events[0], events[1] | {"place": "elsewhere"}, events[2]]
    assert [each.position for each in breaks(changed)] == [1]
    assert [each.position for each in breaks([events[0], events[2]])] == [1]
    assert breaks([events[1], events[0], events[2]])
    assert breaks([events[0], {"event": "shipped"}])[0].reason == "the event carries no hash"


def test_check_characters_are_those_of_an_independent_program():
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == 48
    assert [check_character(row["din13"]) for row in rows] == [row["check_character"] for row in rows]


def test_a_donation_number_is_opaque_and_case_matters():
    assert check_character("l4c1213383452") is None and is_check_character_right("", "Y") is None
    assert is_check_character_right("L4C1213383452", "8") is False
    assert check_character("O000000000000") != check_character("0000000000000")
    assert derive_check_characters(pl.Series(["L4C1213383452", None]))["check_character"].to_list() == [
        "Y",
        None,
    ]
