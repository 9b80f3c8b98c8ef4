"""Tables 14-1.01, 14-1.02 and 14-2.01 of the CDISC pilot study come out of the functions of the baseline table.

Every printed cell is compared; where the text decides against a cell, `cdisc_decisions.csv` says so with its reason.
Attribution of the data: Clinical Data Interchange Standards Consortium (CDISC), Pilot Project Submission Package.
"""

import csv
from math import comb
from pathlib import Path

import polars as pl
import pytest

from graftrial.analyse.baseline import ALL, count_by, summarise_by
from graftrial.report.numbers import rounded
from graftrial.stats.outcomes import NotEstimable

pyreadstat = pytest.importorskip("pyreadstat", reason="SAS transport files are read by pyreadstat")
ARMS = {
    "placebo": "Placebo",
    "xanomeline_low": "Xanomeline Low Dose",
    "xanomeline_high": "Xanomeline High Dose",
    "total": ALL,
}
NUMBERS = {
    "Age (y)": "AGE", "MMSE": "MMSETOT", "Duration of disease": "DURDIS", "Years of education": "EDUCLVL",
    "Baseline weight(kg)": "WEIGHTBL", "Baseline height(cm)": "HEIGHTBL", "Baseline BMI": "BMIBL",
}  # fmt: skip
STATISTICS = {
    "Mean": ("mean", 1),
    "SD": ("sd", 2),
    "Median": ("median", 1),
    "Min": ("lowest", 1),
    "Max": ("highest", 1),
}
CATEGORIES = {"Age (y)": "age", "Sex": "sex", "Race (Origin)": "race", "Duration of disease": "duration", "Baseline BMI": "bmi"}  # fmt: skip
REASONS = {
    "Lack of Efficacy[2]": "Lack of Efficacy", "Subject decided to withdraw": "Withdrew Consent",
    "Physician decided to withdraw subject": "Physician Decision", "Protocol criteria not met": "I/E Not Met",
    "Protocol violation": "Protocol Violation", "Sponsor decision": "Sponsor Decision",
}  # fmt: skip


def banded(column, *bands):
    """The name of the first band whose upper bound the value is below; nothing where there is no value."""
    answer = pl.lit(bands[-1][1])
    for limit, name in reversed(bands[:-1]):
        answer = pl.when(pl.col(column) < limit).then(pl.lit(name)).otherwise(answer)
    return pl.when(pl.col(column).is_not_null()).then(answer)


@pytest.fixture(scope="module")
def folder(shared):
    return shared / "data/cdisc_pilot"


@pytest.fixture(scope="module")
def people(folder):
    """The subject-level table of the study; bands are made from the numbers, not read."""
    read = pl.from_pandas(pyreadstat.read_xport(str(folder / "adsl.xpt"))[0])
    races = {"WHITE": "Caucasian", "BLACK OR AFRICAN AMERICAN": "African Descent"}
    return read.with_columns(
        age=banded("AGE", (65, "<65 yrs"), (80.5, "65-80 yrs"), (None, ">80 yrs")),
        sex=pl.col("SEX").replace_strict({"M": "Male", "F": "Female"}),
        race=pl.when(pl.col("ETHNIC") == "HISPANIC OR LATINO")
        .then(pl.lit("Hispanic"))
        .otherwise(pl.col("RACE").replace_strict(races, default="Other")),
        duration=banded("DURDIS", (12, "<12 months"), (None, ">=12 months")),
        bmi=banded("BMIBL", (25, "<25"), (30, "25-<30"), (None, ">=30")),
        week_24=pl.when(pl.col("COMP24FL") == "Y")
        .then(pl.lit("Completed Week 24"))
        .otherwise(pl.lit("Early Termination (prior to Week 24)")),
    )


def table(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


class Cells:
    """Compares cell by cell; a cell that differs needs a decision, and a decision a cell that differs."""

    def __init__(self, name):
        given = table(Path(__file__).with_name("cdisc_decisions.csv"))
        self.open = {
            (each["row"], each["column"]): (each["printed"], each["ours"])
            for each in given
            if each["table"] == name
        }
        self.compared, self.differing = 0, []

    def equal(self, row, column, printed, ours):
        self.compared += 1
        if printed != ours and self.open.pop((row, column), None) != (printed, ours):
            self.differing.append((row, column, printed, ours))

    def all_agree(self, expected):
        assert (self.differing, self.open, self.compared) == ([], {}, expected)


def share(count, of):
    """`33 (38%)` as the table prints it."""
    if not count:
        return "0"
    return f"{count} ({'<1' if 100 * count < of else rounded(100 * count / of)}%)"


def test_demographics_and_baseline_cell_for_cell(people, folder):
    """Table 14-2.01: 58 rows of statistics in four columns."""
    cells = Cells("14-2.01")
    given = table(folder / "table_14_2_01_expected.csv")
    assert len(given) == 58
    for row in given:
        variable, statistic = row["variable"], row["statistic"]
        name = f"{variable}: {statistic}"
        if statistic in STATISTICS:
            field, digits = STATISTICS[statistic]
            found = summarise_by(people, NUMBERS[variable], "TRT01P")
            ours = {arm: rounded(getattr(each, field), digits) for arm, each in found.items()}
        elif statistic == "n":
            column = NUMBERS.get(variable) or CATEGORIES[variable]
            known = people.filter(pl.col(column).is_not_null()).with_columns(one=pl.lit("n"))
            ours = {arm: str(counts["n"][0]) for arm, counts in count_by(known, "one", "TRT01P").items()}
            if variable in NUMBERS:
                found = summarise_by(people, column, "TRT01P")
                assert ours == {arm: str(each.n) for arm, each in found.items()}
        else:
            found = count_by(people, CATEGORIES[variable], "TRT01P")
            ours = {arm: share(*counts.get(statistic, (0, 1))) for arm, counts in found.items()}
        for column, arm in ARMS.items():
            cells.equal(name, column, row[column], ours[arm])
    cells.all_agree(4 * 58)


def test_populations_cell_for_cell(people, folder):
    """Table 14-1.01: five populations."""
    flags = {
        "Intent-To-Treat (ITT)": pl.col("ITTFL") == "Y",
        "Safety": pl.col("SAFFL") == "Y",
        "Efficacy": pl.col("EFFFL") == "Y",
        "Complete Week 24": pl.col("COMP24FL") == "Y",
        "Complete Study": pl.col("DCREASCD") == "Completed",
    }
    cells = Cells("14-1.01")
    given = table(folder / "table_14_1_01_expected.csv")
    for row in given:
        counts = count_by(
            people.with_columns(member=flags[row["population"]].cast(pl.String)), "member", "TRT01P"
        )
        for column, arm in ARMS.items():
            cells.equal(row["population"], column, row[column], str(counts[arm]["true"][0]))
    cells.all_agree(20)


def test_end_of_study_cell_for_cell(people, folder):
    """Table 14-1.02: who completed 24 weeks, and why the others did not."""
    early = people.filter(pl.col("COMP24FL") == "N")
    status, reason = (
        count_by(frame, column, "TRT01P") for frame, column in ((people, "week_24"), (early, "DCREASCD"))
    )
    cells = Cells("14-1.02")
    given = table(folder / "table_14_1_02_expected.csv")
    for row in given:
        found = status if row["section"] == "Completion Status" else reason
        item = REASONS.get(row["item"], row["item"])
        for column, arm in ARMS.items():
            cells.equal(row["item"], column, row[column], str(found[arm].get(item, (0, 0))[0]))
    cells.all_agree(4 * 13)


def split(people, flag):
    """Successes and sizes of the three arms."""
    arms = [people.filter(pl.col("TRT01P") == arm) for arm in list(ARMS.values())[:3]]
    return [each.filter(flag).height for each in arms], [each.height for each in arms]


def fisher_of_three(counts, sizes):
    """Exact p by minimum likelihood, every table with these margins."""
    total = sum(counts)

    def ways(*cells):
        return comb(sizes[0], cells[0]) * comb(sizes[1], cells[1]) * comb(sizes[2], cells[2])

    seen = ways(*counts)
    tables = [ways(a, b, total - a - b) for a in range(total + 1) for b in range(total + 1 - a)]
    return sum(each for each in tables if each <= seen) / sum(tables)


def test_the_printed_p_values_come_from_the_same_counts(people, folder):
    """No function of ours tests a baseline; the p values of the tables confirm here that the groups are the same."""
    from scipy import stats

    arms = [people.filter(pl.col("TRT01P") == arm) for arm in list(ARMS.values())[:3]]
    compared = 0
    for row in table(folder / "table_14_2_01_expected.csv"):
        if not row["p_printed"]:
            continue
        variable = row["variable"]
        if row["statistic"] == "n" and variable in NUMBERS:
            p = stats.f_oneway(*(arm[NUMBERS[variable]].drop_nulls().to_list() for arm in arms)).pvalue
        else:
            column = CATEGORIES[variable]
            # the published BMI bands count the patient without a weight as below 25
            filled = [arm.with_columns(pl.col(column).fill_null("<25")) for arm in arms]
            words = sorted({word for arm in filled for word in arm[column]})
            p = stats.chi2_contingency(
                [[(arm[column] == word).sum() for word in words] for arm in filled], correction=False
            ).pvalue
        assert f"{p:.4f}" == row["p_printed"], (variable, p)
        compared += 1
    for row in table(folder / "table_14_1_02_expected.csv"):
        if row["p_printed"]:
            flag = {
                "Completed Week 24": pl.col("COMP24FL") == "Y",
                "Adverse Event": (pl.col("COMP24FL") == "N") & (pl.col("DCREASCD") == "Adverse Event"),
                "Lack of Efficacy[2]": (pl.col("COMP24FL") == "N")
                & (pl.col("DCREASCD") == "Lack of Efficacy"),
            }[row["item"]]
            p = fisher_of_three(*split(people, flag))
            assert p < 0.0001 if row["p_printed"] == "<.0001" else f"{p:.4f}" == row["p_printed"], (row, p)
            compared += 1
    assert compared == 15


def test_a_group_of_one_has_no_standard_deviation_and_an_empty_one_no_mean():
    people = pl.DataFrame({"arm": ["a", "a", "b", "c"], "x": [1.0, None, None, 4.0]})
    found = summarise_by(people, "x", "arm")
    assert (found[ALL].n, found[ALL].n_missing, found[ALL].mean) == (2, 2, 2.5)
    assert (found["a"].mean, found["a"].sd) == (1.0, NotEstimable("one value has no standard deviation"))
    assert found["b"].mean == NotEstimable("nobody has a value")
