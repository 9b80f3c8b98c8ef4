"""Rounding and the words beside numbers."""

import pytest

from graftrial.report import numbers
from graftrial.report.results import ResultRow


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (numbers.rounded(2.5), "3"),
        (numbers.unit_words("10^9/L"), "10⁹/L"),
        (numbers.unit_words("umol/L"), "µmol/L"),
        (numbers.reason_words("ifta is missing; no serum of results_csv"), "IFTA is missing; no serum of results_csv"),
        (
            numbers.reason_words("n_troughs is 1, expected 3 to 10000 troughs"),
            "number of troughs is 1, expected 3 to 10000 troughs",
        ),
        (numbers.rounded(-0.4), "0"),
        (numbers.rounded(-3.86, 1), "−3.9"),
        (numbers.rounded(0.285, 2), "0.29"),
        (numbers.rounded(12345), "12\u202f345"),
        (numbers.signed(0.2), "0"),
        (numbers.signed(3), "+3"),
        (numbers.signed(-3), "−3"),
        (numbers.power_of_ten(3e6), "3.00\u00a0×\u00a010⁶"),
        (numbers.power_of_ten(9.996e6), "1.00\u00a0×\u00a010⁷"),
        (numbers.power_of_ten(500), "500"),
        (numbers.plain(100.0), "100"),
        (numbers.significant(0.0123456), "0.0123"),
        (numbers.interval(0.0084, 0.9057), "95% CI 0.8% to 90.6%"),
        (numbers.interval(0.0, 1.0), "95% CI 0% to 100%"),
        (numbers.counted(1, 3), "1 of 3"),
        (numbers.counted(5, 20), "5 of 20 (25.0%)"),
        (numbers.counted(7, None), "7"),
        (numbers.bounds(0, 3), "0 to 3"),
        (numbers.bounds(4, 4), "4"),
        (numbers.days(-3, -3), "day −3"),
        (numbers.days(28, 40), "day 28 to 40"),
        (numbers.days(None, None, "2019-03"), "2019-03"),
        (numbers.days(None, None, "D28"), "day 28"),
        (numbers.days(None, None), "not reported"),
        (numbers.yes_no(None), "not reported"),
        (numbers.yes_no(False), "no"),
        (numbers.spoken("chronic_active_amr; recurrent_gn"), "chronic active AMR; recurrent glomerulonephritis"),
        (numbers.value_words("38.044362102134556"), "38"),
    ],
)  # fmt: skip
def test_a_number_reads_as_people_write_it(shown, expected):
    assert shown == expected


def row(value, denominator=None, unknown=0, lower=None, upper=None):
    return ResultRow(
        "ae.serious.subjects", "", None, value, "", None, denominator, unknown, lower, upper, "", "", ()
    )


def test_a_small_group_is_a_count_with_its_exact_interval_and_no_percentage():
    proportion = row(1 / 3, 3, lower=0.0084, upper=0.9057)
    assert row(1, 3).words(proportion) == "1 of 3 (95% CI 0.8% to 90.6%)"


def test_a_large_group_has_its_percentage_with_the_interval():
    proportion = row(0.25, 40, lower=0.127, upper=0.412)
    assert row(10, 40).words(proportion) == "10 of 40 (25.0%; 95% CI 12.7% to 41.2%)"


def test_a_count_that_is_not_settled_is_a_range_without_an_interval():
    proportion = row(None, 3, unknown=1)
    assert row(None, 3, unknown=2, lower=0, upper=2).words(proportion) == "0 to 2 of 3"
