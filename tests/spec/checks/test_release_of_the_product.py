"""What was infused had been tested, had passed, and was in date."""

from __future__ import annotations

import pytest

INFUSED = "subject_id,product_id,start\nS01,P1,2024-03-01"
PRODUCT = "product_id,subject_id\nP1,S01"
DEMANDED = '[product]\nname = "cells"\nrelease_tests = ["Sterility"]\n'
NOTHING = set()
RELEASE = [
    # demanded  test row                     codes            because
    (DEMANDED, "sterility,no growth,passed", NOTHING, "demanded and passed, whatever the capitals"),
    (DEMANDED, "sterility,,pending", {"GT-PR-003"}, "infused under a conditional release"),
    (DEMANDED, "sterility,no growth,", {"GT-PR-003"}, "a result without a verdict is no release"),
    (DEMANDED, "sterility,growth,failed", {"GT-PR-001"}, "failed"),
    (DEMANDED, "viability,92,passed", {"GT-PR-002"}, "the demanded one is missing"),
    (DEMANDED, "", {"GT-PR-002"}, "no test at all"),
    ("", "", {"GT-PR-004"}, "no test at all, and none demanded: not reported"),
    ("", "viability,92,passed", NOTHING, "tested, though nothing was demanded"),
    ("", "viability,50,failed", {"GT-PR-001"}, "failed, demanded or not"),
]


@pytest.mark.parametrize(("study", "row", "codes", "because"), RELEASE)
def test_a_product_is_released_before_it_is_infused(study, row, codes, because, codes_of):
    tests = "product_id,test,result,verdict\n" + (f"P1,{row}" if row else "")
    found = codes_of(study=study, products=PRODUCT, infusions=INFUSED, product_tests=tests)
    assert {each for each in found if each.startswith("GT-PR")} == codes, because


LIMITS = [
    # result    low    high   outside  because
    ("92", "80", "", False, "above the lower limit"),
    ("80", "80", "", False, "at the limit"),
    ("79.9 %", "80", "", True, "below"),
    ("6", "", "5", True, "above the upper limit"),
    ("<0.5", "", "0.5", False, "below what can be measured"),
    ("<0.5", "0.5", "", True, "certainly below the lower limit"),
    (">5", "", "5", True, "certainly above the upper limit"),
    (">5", "", "10", False, "may be 6 or 11"),
    ("no growth", "", "5", False, "words are not compared"),
]


@pytest.mark.parametrize(("result", "low", "high", "outside", "because"), LIMITS)
def test_a_passed_test_lies_within_its_own_limits(result, low, high, outside, because, codes_of):
    tests = f"product_id,test,result,lower_limit,upper_limit,verdict\nP1,x,{result},{low},{high},passed"
    assert ("GT-PR-005" in codes_of(products=PRODUCT, product_tests=tests)) is outside, because


EXPIRY = [("2024-02-29", True), ("2024-03-01", False), ("2024-03", False), ("2024-02", True), ("", False)]


@pytest.mark.parametrize(("expiry", "expired"), EXPIRY)
def test_nothing_is_infused_after_its_expiry(expiry, expired, codes_of):
    products = f"product_id,subject_id,expiry_date\nP1,S01,{expiry}"
    assert ("GT-PR-006" in codes_of(products=products, infusions=INFUSED)) is expired


def test_an_exposure_is_never_withheld(findings_of):
    tests = "product_id,test,result,verdict\nP1,sterility,growth,failed"
    found = [
        each
        for each in findings_of(products=PRODUCT, infusions=INFUSED, product_tests=tests)
        if each.blocking
    ]
    assert {(each.code, each.withholds) for each in found} == {("GT-PR-001", "nothing")}
