"""Terms and grades against NCI's list, as CSV and as the workbook in the shape that NCI publishes."""

import pytest

from graftrial import pipeline

LIST = [
    ["MedDRA Code", "MedDRA SOC", "CTCAE v6.0 Term", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5", "Definition"],
    ["1", "General disorders", "Fever", "38.0 - 39.0", ">39.0 - 40.0", ">40.0 for <=24 hrs", ">40.0 for >24 hrs", "Death", "x"],
    ["2", "Cardiac disorders", "Sinus\u00a0tachycardia", "Asymptomatic", "Symptomatic", "Urgent", " -", "-", "x"],
]  # fmt: skip
EVENTS = "subject_id,ae_id,term,ctcae_term,start,grade,ctcae_edition\n"
ROWS = (
    ("S01,1,fever,FEVER,2024-03-10,2,6.0", []),
    ("S01,1,fever,Fevr,2024-03-10,2,6.0", ["GT-AE-015"]),
    ("S01,1,fast pulse,sinus tachycardia,2024-03-10,3,6.0", []),
    ("S01,1,fast pulse,Sinus tachycardia,2024-03-10,4,6.0", ["GT-AE-016"]),
    ("S01,1,fever,Fevr,2024-03-10,2,5.0", []),
)
STUDY = '\n[adverse_events]\nctcae_terms = "{file}"\nctcae_edition = "6.0"\n'


def write_csv(path):
    path.write_text("\n".join(",".join(row) for row in LIST) + "\n", encoding="utf-8")


def write_workbook(path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Read me").write(0, 0, "Common Terminology Criteria for Adverse Events")
    sheet = book.add_worksheet("Clean Copy")
    sheet.write(0, 0, "CTCAE v6.0")
    for number, row in enumerate(LIST, start=2):
        sheet.write_row(number, 0, row)
    book.close()


@pytest.mark.parametrize(("file", "write"), [("ctcae.csv", write_csv), ("ctcae.xlsx", write_workbook)])
@pytest.mark.parametrize(("row", "codes"), ROWS)
def test_terms_and_grades(study_folder, file, write, row, codes):
    folder = study_folder({"adverse_events": EVENTS + row + "\n"}, STUDY.format(file=file))
    write(folder / file)
    found = pipeline.check(folder).findings
    assert [each.code for each in found if each.code in ("GT-AE-015", "GT-AE-016")] == codes


def test_the_term_that_was_meant_is_named(study_folder):
    folder = study_folder({"adverse_events": EVENTS + ROWS[1][0] + "\n"}, STUDY.format(file="ctcae.csv"))
    write_csv(folder / "ctcae.csv")
    assert "did you mean Fever?" in next(
        each.why for each in pipeline.check(folder).findings if each.code == "GT-AE-015"
    )


@pytest.mark.parametrize(("edition", "terms"), [("5_0", 837), ("6_0", 850)])
def test_the_whole_list_of_an_edition_is_read(study_folder, shared, edition, terms):
    from graftrial import study
    from graftrial.intake import read_ctcae_terms

    folder = study_folder({}, STUDY.format(file="terms.csv"))
    (folder / "terms.csv").write_bytes((shared / f"data/ctcae/ctcae_v{edition}.csv").read_bytes())
    found = read_ctcae_terms(folder, study.load(folder))
    assert len(found.names) == terms
    assert found.grades["creatinine increased"] == {1, 2, 3, 4}
