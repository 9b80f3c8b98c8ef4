"""A broken study file answers with every problem at once, each with its line and its remedy."""

import re
from pathlib import Path

import pytest

from graftrial.errors import InputUnreadable, StudyFileError, UsageError
from graftrial.errors import catalogue as every_code
from graftrial.study import Study, check_borrowed_names, check_pins, load
from graftrial.study.evidence import evidence_of

CATALOGUE = {code: entry for code, entry in every_code().items() if code.startswith("GT-STUDY")}
MINIMAL = '[study]\nid = "S1"\ntitle = "A study"\n'
KNOWN_FACTS = {"age_years", "f"}
KNOWN_TABLES = {"adverse_events", "disposition"}
REPOSITORY = Path(__file__).parents[3]


def read(folder):
    """A study file as a run reads it: the file, the names it borrows, its evidence."""
    check_borrowed_names(load(folder), KNOWN_FACTS, KNOWN_TABLES, folder)
    evidence_of(load(folder), folder)


def refused(folder, content):
    if isinstance(content, str):
        content = content.encode()
    (folder / "study.toml").write_bytes(content)
    with pytest.raises(StudyFileError) as caught:
        read(folder)
    assert caught.value.exit_code == 3
    return caught.value.problems


def only(problems):
    assert len(problems) == 1, [str(each) for each in problems]
    return problems[0]


def in_brief(problems):
    return [(each.code[-3:], int(each.where.removeprefix("study.toml line "))) for each in problems]


def test_a_minimal_study_is_a_study(tmp_path):
    (tmp_path / "study.toml").write_text(MINIMAL)
    study = load(tmp_path)
    assert isinstance(study, Study)
    assert (study.study.id, study.schedule.anchor, study.product) == ("S1", "first_infusion", None)


def test_stoping_rules_are_found_under_safety(tmp_path):
    found = only(refused(tmp_path, MINIMAL + '\n[[stoping_rules]]\nid = "a"\n'))
    assert found.what == "unknown key `stoping_rules`, did you mean `safety.rules`?"
    assert found.where == "study.toml line 5"
    assert "[[safety.rules]]" in found.fix


def test_every_problem_is_reported_in_one_go(tmp_path):
    text = """\
[study]
id = "S1"
titel = "y"
status = "recruting"

[[eligibility]]
id = "Adult"
kind = "inclusion"
text = "adult"
fact = "age_years"
at_least = "18"
reference = "paper"

[dose]
planned_infusions = 0
[schedule]
visits = [
  { id = "a", day = 1, earliest = 0, latest = 5 },
  { id = "a", day = 6, earliest = 5, latest = 4 },
  { id = "c", day = 5, earliest = 5, latest = 9 },
]
"""
    assert in_brief(refused(tmp_path, text)) == [
        ("008", 1),
        ("007", 3),
        ("010", 4),
        ("011", 7),
        ("009", 11),
        ("013", 12),
        ("011", 15),
        ("012", 19),
        ("016", 19),
        ("015", 20),
    ]


MISSPELT = [
    ('saftey.board = "x"', "saftey", "safety"),
    ("[dose]\nplaned_cells_per_kg = 1e6", "dose.planed_cells_per_kg", "dose.planned_cells_per_kg"),
    (
        "[definitions.baseline]\nearliest = -1",
        "definitions.baseline.earliest",
        "definitions.baseline.earliest_day",
    ),
    ("[definition.baseline]\nearliest_day = -1", "definition", "definitions"),
    ('[[inclusion_criteria]]\nid = "x"', "inclusion_criteria", "eligibility"),
    ("planned_cells_per_kg = 1e6", "planned_cells_per_kg", "dose.planned_cells_per_kg"),
    ("[xyzzy]", "xyzzy", ""),
]


@pytest.mark.parametrize(("lines", "key", "meant"), MISSPELT)
def test_a_misspelt_key_is_met_with_the_nearest_one(tmp_path, lines, key, meant):
    text = f"{lines}\n{MINIMAL}" if "[" not in lines.split("\n")[0] else f"{MINIMAL}{lines}\n"
    hint = f", did you mean `{meant}`?" if meant else ""
    assert only(refused(tmp_path, text)).what == f"unknown key `{key}`{hint}"


WRONG = [
    (
        'dose.planned_infusions = "2"',
        "`dose.planned_infusions` is text, expected a whole number without quotes",
    ),
    ("dose.planned_infusions = 1.5", "is a number, expected a whole number without quotes"),
    ("dose.planned_infusions = true", "is true or false, expected a whole number without quotes"),
    ("dose.planned_cells_per_kg = nan", "`dose.planned_cells_per_kg` is not a finite number"),
    ("dose.planned_cells_per_kg = -3e6", "`dose.planned_cells_per_kg` is 0 or less, expected more than 0"),
    ("dose = 3e6", "`dose` is a number, expected a table"),
    ("cohorts = 'A'", "`cohorts` is text, expected a list in square brackets"),
    ("cohorts = ['A']", "`cohorts` is text, expected a table"),
    ("product.name = 2024-01-01", "`product.name` is a date or time without quotes, expected text in quotes"),
    ("data_cut.date = '2024-02-31'", "'2024-02-31' is no day of the calendar"),
    ("data_cut.date = '31.1.2024'", "expected a date as 2024-01-31, 2024-01 or 2024"),
    ("intake.encoding = 'utf8x'", "'utf8x' is no known encoding"),
    ("intake.decimal_comma = 'yes'", "is text, expected true or false, without quotes"),
    ("product.name = ''", "`product.name` is empty"),
    ("rules.egfr.ckd_epi_cr = '2021'", "`rules.egfr` is a table, expected an edition in quotes"),
    ("rules.'egfr.ckd_epi_cr' = 2021", "is a whole number, expected text in quotes"),
    ("discrepancies = [{ item = 'x', statements = [] }]", "has 0 entries, expected at least 2"),
    (
        "cohorts = [{ id = 'A', title = 'a', treated = false, planned_cells_per_kg = 1e6 }]",
        "planned_cells_per_kg is given for a cohort that is not treated",
    ),
    ("definitions.baseline = { earliest_day = 1 }", "earliest_day 1 is after latest_day 0"),
    ("definitions.treatment_emergent = { from_day = 9, until_day = 8 }", "from_day 9 is after until_day 8"),
]


@pytest.mark.parametrize(("line", "sentence"), WRONG)
def test_a_value_that_cannot_be_is_named_in_plain_words(tmp_path, line, sentence):
    found = only(refused(tmp_path, f"# first\n{line}\n{MINIMAL}"))
    assert sentence in found.what
    assert found.where == "study.toml line 2"
    assert not re.search(r"pydantic|Input should|str_|_type|\{", str(found))


CONTRADICTIONS = [
    ("", "no comparison"),
    ("at_least = 2, at_most = 1", "nothing is above 2 and below 1 at once"),
    ("at_least = 2, more_than = 1", "two limits on the same side"),
    ("equals = 2, one_of = ['a']", "equals stands beside another comparison"),
]


@pytest.mark.parametrize(("comparison", "sentence"), CONTRADICTIONS)
def test_a_criterion_makes_one_comparison(tmp_path, comparison, sentence):
    criterion = f"id = 'a', kind = 'inclusion', text = 't', fact = 'f'{', ' * bool(comparison)}{comparison}"
    assert sentence in only(refused(tmp_path, f"eligibility = [{{ {criterion} }}]\n{MINIMAL}")).what


def test_the_verdict_over_all_criteria_keeps_its_name(tmp_path):
    criterion = "id = 'overall', kind = 'inclusion', text = 't', fact = 'f', equals = true"
    assert "overall" in only(refused(tmp_path, f"eligibility = [{{ {criterion} }}]\n{MINIMAL}")).what


def test_a_fact_may_equal_text_number_or_truth_and_keeps_its_kind(tmp_path):
    def equals(value):
        criterion = f"id = 'a', kind = 'inclusion', text = 't', fact = 'f', equals = {value}"
        (tmp_path / "study.toml").write_text(f"eligibility = [{{ {criterion} }}]\n{MINIMAL}")
        given = load(tmp_path).eligibility[0].equals
        return type(given), given

    assert equals("true") == (bool, True)
    assert equals("1") == (int, 1)
    assert equals("1.5") == (float, 1.5)
    assert equals("'1'") == (str, "1")


def test_dates_may_stand_without_quotes_and_stay_partial_with_them(tmp_path):
    (tmp_path / "study.toml").write_text(f"data_cut.date = 2024-01-31\n{MINIMAL}")
    assert load(tmp_path).data_cut.date == "2024-01-31"
    (tmp_path / "study.toml").write_text(f"data_cut.date = '2024-01'\n{MINIMAL}")
    assert load(tmp_path).data_cut.date == "2024-01"


def test_bytes_that_are_no_text_are_placed_on_their_line(tmp_path):
    found = only(refused(tmp_path, b"[study]\nid = 'S1'\ntitle = 'caf\xe9'\n"))
    assert (found.code, found.where) == ("GT-STUDY-004", "study.toml line 3")
    assert only(refused(tmp_path, b"\xef\xbb\xbf[study]")).code == "GT-STUDY-005"


SYNTAX = [
    ("[study]\nid = 'S1\n", "study.toml line 2"),
    ("[study]\nid = 'S1\ntitle = 'x'\n", "study.toml line 2, column 9"),
    ("[study]\nid = S1\n", "study.toml line 2, column 6"),
    ("[study]\nid = 'a'\nid = 'b'\n", "study.toml line 3, column 9"),
    ("[study]\nid = [1,\n2", "study.toml line 3"),
    ("x = " + "[" * 50_000, "study.toml"),
]


@pytest.mark.parametrize(("text", "where"), SYNTAX)
def test_a_line_that_is_no_toml_is_placed(tmp_path, text, where):
    found = only(refused(tmp_path, text))
    assert (found.code, found.where) == ("GT-STUDY-006", where)
    assert "(at " not in found.why


def test_missing_folder_and_missing_file_are_wrong_usage(tmp_path):
    for folder, code in ((tmp_path / "none", "GT-STUDY-001"), (tmp_path, "GT-STUDY-002")):
        with pytest.raises(UsageError) as caught:
            load(folder)
        assert (caught.value.exit_code, caught.value.problems[0].code) == (2, code)


def test_a_study_file_that_cannot_be_opened_is_unreadable(tmp_path):
    (tmp_path / "study.toml").mkdir()
    with pytest.raises(InputUnreadable, match="GT-STUDY-003"):
        load(tmp_path)


def test_a_pin_names_a_rule_and_an_edition_that_exist(tmp_path):
    known = {"egfr.ckd_epi_cr": {"2009", "2021"}}
    text = MINIMAL + '[rules]\n"egfr.ckd_epi_cr" = "2021"\n'
    (tmp_path / "study.toml").write_text(text)
    check_pins(load(tmp_path), known, tmp_path)
    wrong = text + '"egfr.ckd_epi_rc" = "2021"\n'
    (tmp_path / "study.toml").write_text(wrong.replace('_cr" = "2021"', '_cr" = "2020"'))
    with pytest.raises(StudyFileError) as caught:
        check_pins(load(tmp_path), known, tmp_path)
    assert [(each.what, each.where) for each in caught.value.problems] == [
        ("rule `egfr.ckd_epi_cr` has no edition '2020'", "study.toml line 5"),
        ("unknown rule `egfr.ckd_epi_rc`, did you mean `egfr.ckd_epi_cr`?", "study.toml line 6"),
    ]
    assert "2009, 2021" in caught.value.problems[0].fix


SHOWN = [code for code, entry in CATALOGUE.items() if "example" in entry]


@pytest.mark.parametrize("code", SHOWN)
def test_the_example_of_each_code_shows_it_and_the_correction_cures_it(tmp_path, code):
    entry = CATALOGUE[code]
    text, cured = (
        given if "[study]" in given else MINIMAL + given for given in (entry["example"], entry["corrected"])
    )
    assert only(refused(tmp_path, text)).code == code
    (tmp_path / "study.toml").write_text(cured)
    assert load(tmp_path).study.id == "S1"


def study_files_in_the_docs():
    for page in sorted([REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")]):
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        for count, block in enumerate(re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)):
            if "[study]" in block:
                yield pytest.param(block, id=f"{page.name}-{count}")


@pytest.mark.parametrize("block", list(study_files_in_the_docs()))
def test_every_study_file_shown_in_the_docs_loads(tmp_path, block):
    (tmp_path / "study.toml").write_text(block, encoding="utf-8")
    assert load(tmp_path).study.id


def test_codes_are_numbered_upwards_and_end_with_2_or_3():
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert all(re.fullmatch(r"GT-STUDY-\d{3}", code) for code in CATALOGUE)
    assert {entry["exit"] for entry in CATALOGUE.values()} == {"2", "3"}


@pytest.mark.parametrize("depth", range(300, 520, 20))
def test_deep_nesting_ends_in_a_sentence_or_a_study(tmp_path, depth):
    (tmp_path / "study.toml").write_text(f"x = {'[' * depth}{']' * depth}\n{MINIMAL}")
    with pytest.raises(StudyFileError):
        load(tmp_path)


@pytest.mark.parametrize("folder", sorted(each.parent for each in REPOSITORY.glob("examples/*/study.toml")))
def test_the_study_file_of_each_example_loads(folder):
    assert load(folder).study.id
