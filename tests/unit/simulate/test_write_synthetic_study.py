"""`simulate` invents a whole study: complete, plausible, marked, and the same bytes from the same seed."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from graftrial.dates import read_moment
from graftrial.errors import OutputUnwritable, UsageError
from graftrial.exports.folder import write_study_folder
from graftrial.intake.declaration import Column, tables
from graftrial.simulate import write_synthetic_study
from graftrial.simulate.folder import NOT_INVENTED
from graftrial.study import load

Rows = list[dict[str, str]]


INVENTED = [name for name in tables() if name not in NOT_INVENTED]


def rows_of(folder: Path, table: str) -> Rows:
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sixty")
    write_synthetic_study(folder, 60, 4)
    return folder


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_synthetic_study(tmp_path / name, 12, seed)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert rows_of(tmp_path / "a", "labs") != rows_of(tmp_path / "c", "labs")


def test_every_table_is_filled_from_twelve_subjects_on(tmp_path: Path) -> None:
    for seed in range(5):
        folder = tmp_path / str(seed)
        write_synthetic_study(folder, 12, seed)
        assert len(rows_of(folder, "subjects")) == 12
        assert [name for name in INVENTED if not rows_of(folder, name)] == [], f"seed {seed}"


def test_the_study_file_and_the_folder_say_synthetic(sixty: Path) -> None:
    assert load(sixty).study.synthetic is True
    assert "invented" in (sixty / "SYNTHETIC.md").read_text(encoding="utf-8")
    assert {row["note"] for row in rows_of(sixty, "subjects")} == {"SYNTHETIC: invented person"}


def test_every_cell_is_inside_its_declaration(sixty: Path) -> None:
    wrong = [
        (name, column, cell)
        for name, declaration in tables().items()
        if name in INVENTED
        for row in rows_of(sixty, name)
        for column, cell in row.items()
        if not fits(declaration.columns[column], cell)
    ]
    assert wrong == []


def fits(column: Column, cell: str) -> bool:
    if not cell:
        return not column.required
    if column.kind == "moment":
        return bool(read_moment(cell).text)
    if column.kind == "yes_no":
        return cell in ("yes", "no")
    if column.choices:
        return cell in column.choices
    if column.low is not None and column.high is not None:
        return column.low <= float(cell) <= column.high
    return True


def test_no_key_stands_twice(sixty: Path) -> None:
    for name, declaration in tables().items():
        if name not in INVENTED:
            continue
        keys = Counter(tuple(row[part] for part in declaration.key) for row in rows_of(sixty, name))
        assert [key for key, times in keys.items() if times > 1] == [], name


def test_a_product_that_failed_or_waits_is_never_infused(sixty: Path) -> None:
    verdicts: dict[str, set[str]] = {}
    for row in rows_of(sixty, "product_tests"):
        verdicts.setdefault(row["product_id"], set()).add(row["verdict"])
    infused = {row["product_id"] for row in rows_of(sixty, "infusions")}
    unfit = {product for product, found in verdicts.items() if found & {"failed", "pending"}}
    assert {"failed", "pending"} <= set().union(*verdicts.values())
    assert infused.isdisjoint(unfit)
    assert infused <= verdicts.keys()


def test_a_donor_specific_antibody_is_against_an_allele_that_only_the_donor_has(sixty: Path) -> None:
    carried: dict[tuple[str, str], set[str]] = {}
    for row in rows_of(sixty, "hla"):
        carried.setdefault((row["subject_id"], row["person"]), set()).update(
            (row["allele_1"], row["allele_2"])
        )
    specific = [row for row in rows_of(sixty, "antibodies") if row["donor_specific"] == "yes"]
    assert specific
    for row in specific:
        assert (
            row["specificity"]
            in carried[row["subject_id"], "donor"] - carried[row["subject_id"], "recipient"]
        )


def test_in_microangiopathy_inflammation_falls_while_the_graft_is_lost(sixty: Path) -> None:
    biopsies = [
        row for row in rows_of(sixty, "biopsies") if row["tma"] == "present" and row["timing"] == "after"
    ]
    lost = {row["subject_id"] for row in rows_of(sixty, "disposition") if row["milestone"] == "graft_loss"}
    assert biopsies
    assert {row["subject_id"] for row in biopsies} <= lost
    first = {row["subject_id"]: row for row in rows_of(sixty, "biopsies") if row["biopsy_id"].endswith("B1")}
    scored = [
        row
        for row in biopsies
        if all(each[score] for each in (row, first[row["subject_id"]]) for score in ("g", "ptc"))
    ]
    assert scored
    assert sum(inflammation(row) for row in scored) < sum(
        inflammation(first[row["subject_id"]]) for row in scored
    )


def inflammation(row: dict[str, str]) -> int:
    return int(row["g"]) + int(row["ptc"])


def test_serious_events_have_a_criterion_and_fatal_ones_are_grade_5(sixty: Path) -> None:
    for row in rows_of(sixty, "adverse_events"):
        criteria = {cell for name, cell in row.items() if name.startswith("serious_")}
        assert (row["serious"] == "yes") == ("yes" in criteria)
        assert (row["grade"] == "5") == (row["outcome"] == "fatal") == (row["serious_death"] == "yes")
        assert not row["end"] or row["start"] <= row["end"]


def test_every_fate_occurs_and_the_screen_failures_were_never_treated(sixty: Path) -> None:
    milestones: dict[str, set[str]] = {}
    for row in rows_of(sixty, "disposition"):
        milestones.setdefault(row["milestone"], set()).add(row["subject_id"])
    wanted = {
        "screen_failure",
        "product_failure",
        "infused",
        "completed",
        "withdrawn",
        "graft_loss",
        "last_contact",
    }
    assert wanted <= milestones.keys()
    treated = {row["subject_id"] for row in rows_of(sixty, "infusions")}
    assert treated == milestones["infused"]
    assert treated.isdisjoint(milestones["screen_failure"] | milestones["product_failure"])


def test_progress_counts_up_to_all_subjects(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_synthetic_study(tmp_path, 3, 1, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_study_file_of_init_is_kept_and_marked_synthetic(tmp_path: Path) -> None:
    write_study_folder(tmp_path)
    before = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    write_synthetic_study(tmp_path, 12, 1)
    after = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    assert after["study"].pop("synthetic") is True
    before["study"].pop("synthetic", None)
    assert after == before
    assert {row["cohort"] for row in rows_of(tmp_path, "subjects")} == {before["cohorts"][0]["id"]}
    assert len(rows_of(tmp_path, "infusions")) > 5


@pytest.mark.parametrize(
    "written", ["synthetic = false", "synthetic=true  # invented", "# synthetic = false", ""], ids=repr
)
def test_the_mark_is_written_whatever_the_study_file_says(tmp_path: Path, written: str) -> None:
    text = f'[study]  # what it is\nid = "X"\n{written}\ntitle = "T"\n\n[dose]\nplanned_cells_per_kg = 1e6\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    write_synthetic_study(tmp_path, 12, 1)
    study = load(tmp_path)
    assert study.study.synthetic is True
    assert study.dose.planned_cells_per_kg == 1e6
    per_kg = [float(row["viable_cells"]) / float(row["weight_kg"]) for row in rows_of(tmp_path, "infusions")]
    assert all(0.75e6 < dose < 1.25e6 for dose in per_kg)


def test_the_rows_follow_the_planned_infusions_and_release_tests(tmp_path: Path) -> None:
    text = '[study]\nid = "X"\ntitle = "T"\n[product]\nname = "cells"\nrelease_tests = ["viability", "karyotype"]\n'
    (tmp_path / "study.toml").write_text(f"{text}[dose]\nplanned_infusions = 1\n", encoding="utf-8")
    write_synthetic_study(tmp_path, 12, 1)
    infused = Counter(row["subject_id"] for row in rows_of(tmp_path, "infusions"))
    assert set(infused.values()) == {1}
    tested = {row["product_id"] for row in rows_of(tmp_path, "product_tests") if row["test"] == "karyotype"}
    assert tested == {row["product_id"] for row in rows_of(tmp_path, "products")}


def test_a_mark_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('study = { id = "X", title = "T" }\n', encoding="utf-8")
    assert refused(tmp_path) == "GT-SIM-003"
    assert not (tmp_path / "tables").exists()


def test_a_folder_with_rows_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    write_synthetic_study(tmp_path, 3, 1)
    before = bytes_of(tmp_path)
    assert refused(tmp_path) == "GT-SIM-001"
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize("name", ["study.xlsx", "tables/labs.parquet"])
def test_a_workbook_or_a_parquet_table_counts_as_rows(tmp_path: Path, name: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / name).write_bytes(b"anything")
    assert refused(tmp_path) == "GT-SIM-001"


def test_a_study_file_that_wants_decimal_commas_is_refused(tmp_path: Path) -> None:
    text = '[study]\nid = "X"\ntitle = "T"\n[intake]\ndecimal_comma = true\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert refused(tmp_path) == "GT-SIM-004"


@pytest.mark.parametrize(("subjects", "seed", "code"), [(0, 1, "GT-SIM-002"), (3, -1, "GT-SIM-006")])
def test_numbers_that_make_no_study_are_refused(tmp_path: Path, subjects: int, seed: int, code: str) -> None:
    assert refused(tmp_path, subjects, seed) == code


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here is a file", encoding="utf-8")
    with pytest.raises(OutputUnwritable) as error:
        write_synthetic_study(tmp_path / "file" / "study", 3, 1)
    assert error.value.problems[0].code == "GT-SIM-005"
    assert error.value.exit_code == 2


def refused(folder: Path, subjects: int = 3, seed: int = 1) -> str:
    with pytest.raises(UsageError) as error:
        write_synthetic_study(folder, subjects, seed)
    return error.value.problems[0].code
