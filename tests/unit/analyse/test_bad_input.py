"""Bad data through the whole pipeline, for every endpoint method that the study file accepts.

Each method answers with a number that exists or with its own sentence: never a traceback, NaN, infinity, or a p value
where the data carry none.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest

from graftrial import pipeline
from graftrial.pipeline.write import report_inputs
from graftrial.report.blocks import Fold, Note, Table
from graftrial.report.material import Material
from graftrial.report.sections import endpoints
from graftrial.study.endpoints import Method
from graftrial.study.variables import KIND_OF, Variable
from tests.study_folder import write_study
from tests.unit.analyse.test_endpoints import STUDY

HEAD = STUDY.partition("[[endpoints]]")[0]
AT, OVER, UNTIL = 'at = "M12"', "window_days = [-60, 400]", "until_day = 365"
NUMBER, LOSS, HARM = 'variable = "creatinine"', 'variable = "graft_loss"', 'variable = "ae_serious"'
DECLARED = {
    "change_from_baseline": [f"{NUMBER}\n{AT}", f'{NUMBER}\n{AT}\ninterval = "t"'],
    "percent_change": [f"{NUMBER}\n{AT}"],
    "log2_change": [f"{NUMBER}\n{AT}"],
    "paired_exact": [f"{NUMBER}\n{AT}"],
    "mixed_model_visits": [f"{NUMBER}\n{AT}", f'{NUMBER}\n{AT}\nvisits = ["M12"]'],
    "composite_rank": [f'{NUMBER}\n{AT}\nbetter = "lower"'],
    "responder": [f'{NUMBER}\n{AT}\nthreshold = 10\ndirection = "at_most"'],
    "slope_within_patient": [f"{NUMBER}\n{OVER}"],
    "slope_before_after": [f"{NUMBER}\n{OVER}"],
    "mixed_model_slope": [
        f"{NUMBER}\n{OVER}",
        f'{NUMBER}\n{OVER}\nfreedom = "satterthwaite"',
        f'{NUMBER}\n{OVER}\nmodel = "two_slope"\nknot_days = 90',
    ],
    "interrupted_series": [f'{NUMBER}\n{OVER}\nbetter = "lower"'],
    "proportion": [f"{LOSS}\n{UNTIL}", f"{HARM}\n{UNTIL}", f'variable = "amr_resolved"\n{AT}'],
    "rate": [f"{HARM}\n{UNTIL}"],
    "time_to_event": [f"{LOSS}\n{UNTIL}", f'{LOSS}\n{UNTIL}\ncompeting = ["death"]', f"{HARM}\n{UNTIL}"],
    "rmst": [f"{LOSS}\n{UNTIL}"],
}
DAYS = {-60: "2023-11-02", -30: "2023-12-02", 0: "2024-01-01", 100: "2024-04-10", 180: "2024-06-29"}
DAYS |= {300: "2024-10-27", 365: "2024-12-31"}
BEFORE, AFTER = (-60, -30, 0), (100, 180, 300, 365)
P_VALUE = re.compile(r"(^|\.)p(_[a-z_]+)?(\.|$)")
NO_NUMBER = re.compile(r"\b(nan|inf|Infinity|Traceback)\b", re.IGNORECASE)
# in these nothing can be tested; in the others some methods have data that a test may use
WITHOUT_P = (
    "one patient",
    "nobody has a value after the infusion",
    "all values are identical",
    "no table but the infusions",
    "nobody is infused",
)


def named(method, place):
    return f"{method}_{place}"


def study():
    blocks = [HEAD]
    for method, variants in DECLARED.items():
        for place, lines in enumerate(variants):
            blocks.append(
                f'[[endpoints]]\nid = "{named(method, place)}"\nkind = "secondary"\ntitle = "{method} {place}"\n'
                f'population = "safety"\nmethod = "{method}"\n{lines}\n'
            )
    return "\n".join(blocks)


def wavy(who, day):
    """Values that differ between patients and days."""
    return 2 + who / 3 + day / 700 * (1 + who / 5) + ((who * 7 + day) % 11) / 10


# name: patients, days with a value, the value of a patient on a day, milestones of every patient
BAD = {
    "one patient": (1, (*BEFORE, *AFTER), wavy, ("completed", 365)),
    "nobody has a value after the infusion": (7, BEFORE, wavy, ("completed", 365)),
    "all values are identical": (7, (*BEFORE, *AFTER), lambda *_: 2.0, ("completed", 365)),
    "everybody responds": (7, (*BEFORE, *AFTER), lambda who, day: 2 + who + day / 400, ("completed", 365)),
    "everybody lost the graft on one day": (7, (*BEFORE, 100), wavy, ("graft_loss", 180)),
    "everybody is censored": (7, (*BEFORE, *AFTER), wavy, ("withdrawn", 300)),
    "nobody reached the timepoint": (7, (*BEFORE, 100), wavy, ("lost_to_follow_up", 100)),
    "no table but the infusions": (3, (), wavy, None),
    "nobody is infused": (0, (), wavy, None),
}  # fmt: skip


def folder_of(path, n, days, value, ending):
    people = [f"S{number:02}" for number in range(1, n + 1)] or ["S01"]
    treated = people[:n]
    tables = {
        "subjects": "subject_id,sex,age_years\n" + "".join(f"{who},F,50\n" for who in people),
        "infusions": "subject_id,product_id,start,viable_cells,weight_kg\n"
        + "".join(f"{who},P{who},2024-01-01,2.1e8,70\n" for who in treated),
    }
    if days:
        tables["labs"] = "subject_id,date,analyte,value,unit\n" + "".join(
            f"{who},{DAYS[day]},creatinine,{value(place, day):.4f},mg/dL\n"
            for place, who in enumerate(treated)
            for day in days
        )
    if ending:
        milestone, day = ending
        tables["disposition"] = "subject_id,milestone,date\n" + "".join(
            f"{who},{milestone},{DAYS[day]}\n" for who in treated
        )
    return write_study(path, tables, study())


@cache
def run_of(what):
    """Result rows by key, and the words of the section of endpoints; one run for every bad data set."""
    with TemporaryDirectory() as folder:
        run = pipeline.run(folder_of(Path(folder) / "study", *BAD[what]))
        section = endpoints.section(Material(report_inputs(run)))
    rows = {row["key"]: row for row in run.results.frame.iter_rows(named=True)}
    return rows, "\n".join(words_of(section.blocks))


def words_of(blocks):
    for block in blocks:
        if isinstance(block, Fold):
            yield from words_of(block.blocks)
        elif isinstance(block, Table):
            for row in block.rows:
                yield from (each.text + " " + each.below for each in row.cells)
                yield row.remark
        elif isinstance(block, Note):
            yield block.text


def is_of_single_patients(endpoint):
    """An interrupted series is a test within one patient by design."""
    return endpoint.startswith("interrupted_series")


def title_of(endpoint):
    return " ".join(endpoint.rsplit("_", 1))


def told(row):
    """The first reason, as the report prints it."""
    return row["warnings"].removeprefix("not estimable, ").split("; ")[0]


def every():
    return [named(method, place) for method, variants in DECLARED.items() for place in range(len(variants))]


def test_every_method_of_the_study_file_is_asked():
    assert set(DECLARED) == set(get_args(Method))


@pytest.mark.parametrize("endpoint", every())
@pytest.mark.parametrize("what", BAD)
def test_bad_data_get_a_sentence_and_nothing_that_is_no_number(what, endpoint):
    rows, words = run_of(what)
    own = {
        key.removeprefix(f"endpoint.{endpoint}."): row
        for key, row in rows.items()
        if key.startswith(f"endpoint.{endpoint}.")
    }
    for key, row in own.items():
        cells = f"{row['value']} {row['lower']} {row['upper']} {row['warnings']} {row['method']}"
        assert not NO_NUMBER.search(cells), key
        assert row["value"] is not None or row["warnings"], key
    if not (is_of_single_patients(endpoint) and what != "nobody is infused"):
        estimate = own["estimate"]
        assert estimate["value"] is not None or estimate["warnings"].startswith("not estimable, because ")
        assert estimate["value"] is not None or told(estimate) in words
    assert not NO_NUMBER.search(words)
    given = {key: row for key, row in own.items() if P_VALUE.search(key) and row["value"] is not None}
    if what in WITHOUT_P:
        assert not given or is_of_single_patients(endpoint)
    assert all(row["n"] >= 6 for row in given.values()) or is_of_single_patients(endpoint)


@pytest.mark.parametrize(
    ("what", "endpoint", "part", "said"),
    [
        (
            "one patient",
            "change_from_baseline_0",
            "estimate",
            "no interval, because 1 pair allows no interval",
        ),
        ("one patient", "slope_within_patient_0", "p", "not estimable, because one slope has no spread"),
        (
            "one patient",
            "mixed_model_slope_2",
            "estimate",
            "needs at least 3 patients with values, there is 1",
        ),
        (
            "nobody has a value after the infusion",
            "mixed_model_slope_0",
            "estimate",
            "nobody has a value after",
        ),
        (
            "nobody has a value after the infusion",
            "slope_within_patient_0",
            "patient.S01",
            "no value after the",
        ),
        ("all values are identical", "change_from_baseline_0", "estimate", "all differences are identical"),
        (
            "one patient",
            "mixed_model_visits_0",
            "estimate",
            "needs more than 6 patients with values, there is 1",
        ),
        ("all values are identical", "mixed_model_visits_1", "estimate", "all values at M12 are identical"),
        ("all values are identical", "mixed_model_slope_0", "estimate", "all values are identical"),
        ("everybody is censored", "time_to_event_0", "estimate", "no event: everybody was censored"),
        ("everybody is censored", "rmst_0", "estimate", "no event: everybody was censored"),
        ("nobody reached the timepoint", "time_to_event_0", "estimate", "follow-up ends before 365"),
        (
            "nobody reached the timepoint",
            "responder_0",
            "estimate",
            "7 of 7 without an answer: no value on day 350",
        ),
        ("nobody reached the timepoint", "proportion_0", "subjects", "of 7 of 7 patients it is not known"),
        ("no table but the infusions", "proportion_2", "patient.S01", "no value on day 350 to 380"),
    ],
)
def test_each_says_what_is_wrong_with_its_own_data(what, endpoint, part, said):
    rows = run_of(what)[0]
    assert said in rows[f"endpoint.{endpoint}.{part}"]["warnings"]


def test_a_separated_outcome_keeps_its_exact_limit_and_has_no_p_value():
    rows = run_of("everybody responds")[0]
    share = rows["endpoint.responder_0.estimate"]
    assert (share["number"], float(share["lower"]), share["upper"]) == (
        1.0,
        pytest.approx(0.025 ** (1 / 7)),
        "1",
    )


def test_every_variable_has_a_sentence_where_no_rule_and_no_threshold_is_declared(tmp_path):
    """Without pinned rules nothing is classified: a missing answer, never a traceback."""
    variables = [each for each in get_args(Variable) if each != "transcript"]
    method = {"number": f'method = "change_from_baseline"\n{AT}', "state": f'method = "proportion"\n{AT}'}
    blocks = [HEAD.partition("[rules]")[0]]
    for name in variables:
        how = method.get(KIND_OF[name].kind, f'method = "proportion"\n{UNTIL}')
        blocks.append(
            f'[[endpoints]]\nid = "{name}"\nkind = "secondary"\ntitle = "{name}"\npopulation = "safety"\n'
            f'variable = "{name}"\n{how}\n'
        )
    biopsies = "subject_id,biopsy_id,date,g,ptc\nS01,B1,2023-12-20,2,1\nS01,B2,2024-12-30,1,\n"
    infusions = "subject_id,product_id,start\nS01,P1,2024-01-01\n"
    folder = write_study(tmp_path, {"infusions": infusions, "biopsies": biopsies}, "\n".join(blocks))
    rows = {row["key"]: row for row in pipeline.run(folder).results.frame.iter_rows(named=True)}
    found = {name: rows[f"endpoint.{name}.estimate"] for name in variables}
    assert [name for name, row in found.items() if row["value"] is None and not row["warnings"]] == []
    assert found["g"]["value"] == "-1"
    said = rows["endpoint.amr_resolved.patient.S01"]["warnings"]
    assert said == "no biopsy is classified: [rules] pins no edition of banff.amr"


@pytest.mark.parametrize("what", BAD)
def test_everything_declared_appears_in_results_and_report(what):
    rows, words = run_of(what)
    found = {key.split(".")[1] for key in rows if key.startswith("endpoint.")} - {"comparisons"}
    assert found == set(every())
    assert [name for name in every() if f"{title_of(name)} secondary" not in words] == []
    assert [name for name in every() if not rows[f"endpoint.{name}.estimand"]["value"]] == []


def test_nothing_is_tested_that_is_not_declared(tmp_path):
    """The same data, once with every endpoint and once with none: each p value has its endpoint, and goes with it."""
    rows, _ = run_of("everybody is censored")
    tested = [key for key in rows if P_VALUE.search(key) or key.endswith("fisher_p")]
    assert len(tested) > 10
    assert {key.split(".")[0] for key in tested} == {"endpoint"}
    assert {key.split(".")[1] for key in tested} <= set(every())
    folder = folder_of(tmp_path, *BAD["everybody is censored"])
    (folder / "study.toml").write_text(HEAD, encoding="utf-8")
    bare = pipeline.run(folder).results.frame.get_column("key").to_list()
    assert not [
        key for key in bare if P_VALUE.search(key) or key.endswith("fisher_p") or key.startswith("endpoint.")
    ]
    assert set(bare) == {key for key in rows if not key.startswith("endpoint.")}
