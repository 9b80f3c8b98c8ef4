"""PDF, Word and the printed tables: the same blocks as the page, the same bytes from the same input."""

import io
import zipfile

import pytest

from graftrial.errors import UsageError
from graftrial.report import documents, render
from graftrial.report.blocks import Cell, Column, Facts, Figure, Fold, Note, Row, Section, Table
from graftrial.report.documents import writer_of
from graftrial.report.documents.outline import outline
from graftrial.report.documents.tables import table_frames
from graftrial.report.sections.head import Head
from tests.unit.report.test_page import THREE, inputs_of

HEAD = Head("A trial", "NCT0", "A trial", '"A trial"', "ongoing", "", True, False, Facts(()), ("Rows.",))
TABLE = Table(
    "Kidney function",
    (Column("Patient"), Column("eGFR", is_number=True, below="mL/min/1.73 m²")),
    (Row((Cell("S01"), Cell("41 → 38", below="≥ 2 values"))), Row((Cell("Lost"),), is_group=True)),
    notes=("Čakš × 10⁶",),
)
SECTION = Section("kidney", "Kidney function", (Fold("Details", (TABLE, Note("µmol/L", "alert"))),))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "out").mkdir()
    return render(inputs_of(folder / "study", THREE), folder / "out")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_same_report_gives_the_same_bytes(rendered, kind):
    write = writer_of(kind)
    assert write(rendered.outline, rendered.pictures) == write(rendered.outline, rendered.pictures)


def test_a_pdf_holds_every_section(rendered):
    made = writer_of("pdf")(rendered.outline, rendered.pictures)
    assert made.startswith(b"%PDF-")
    assert len(rendered.outline["sections"]) > 10


def test_tables_of_the_word_file_are_tables_with_the_words_of_the_page():
    import docx

    made = writer_of("docx")(outline(HEAD, [SECTION], {}), {})
    tables = docx.Document(io.BytesIO(made)).tables
    texts = [[cell.text for cell in row.cells] for row in tables[-1].rows]
    assert texts[:2] == [["Patient", "eGFR\nmL/min/1.73 m²"], ["S01", "41 → 38\n≥ 2 values"]]


def test_figures_of_the_word_file_are_vectors(rendered):
    made = writer_of("docx")(rendered.outline, rendered.pictures)
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        drawn = [name for name in file.namelist() if name.endswith(".svg")]
        assert len(drawn) == len(rendered.pictures) > 0
        assert "svgBlip" in file.read("word/document.xml").decode()


def test_a_figure_without_a_still_picture_is_named_and_not_dropped():
    section = Section("a", "A", (Figure("flow", "Participant flow", "alt", {}),))
    blocks = outline(HEAD, [section], {})["sections"][0]["blocks"]
    assert blocks == [
        {"kind": "note", "style": "remark", "text": "Participant flow: drawn in report.html only."}
    ]


def test_every_printed_table_has_a_name_that_stays():
    frames = table_frames([SECTION, SECTION])
    assert list(frames) == ["kidney-kidney-function", "kidney-kidney-function-2"]
    assert frames["kidney-kidney-function"].rows() == [("S01", "41 → 38 [≥ 2 values]"), ("Lost", "")]


def test_a_missing_library_is_said_before_anything_is_written(monkeypatch):
    monkeypatch.setattr(documents, "find_spec", lambda name: None if name == "typst" else object())
    with pytest.raises(UsageError, match="GT-CLI-011"):
        writer_of("pdf")
