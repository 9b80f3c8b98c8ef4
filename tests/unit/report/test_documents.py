"""PDF, Word and the printed tables: the same blocks as the page, the same bytes from the same input."""

import io
import zipfile

import pytest

from graftrial.errors import UsageError
from graftrial.report import compose, documents, render
from graftrial.report.blocks import Cell, Column, Facts, Figure, Fold, Note, Row, Section, Table
from graftrial.report.documents import writer_of
from graftrial.report.documents.outline import outline
from graftrial.report.documents.tables import table_frames
from graftrial.report.sections.head import Head
from tests.unit.report.test_page import THREE, inputs_of

ORIGIN = "T1 · data cut 2020-09 · results 0123456789ab"
HEAD = Head(
    "A trial", "NCT0", "A trial", '"A trial"', "ongoing", "", True, False, Facts(()), ("Rows.",), ORIGIN
)
TABLE = Table(
    "Kidney function",
    (Column("Patient"), Column("eGFR", is_number=True, below="mL/min/1.73 m²")),
    (Row((Cell("S01"), Cell("41 → 38", below="≥ 2 values"))), Row((Cell("Lost"),), is_group=True)),
    notes=("Čakš × 10⁶",),
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME = f"{WORD}name"
SECTION = Section("kidney", "Kidney function", (Fold("Details", (TABLE, Note("µmol/L", "alert"))),))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "out").mkdir()
    return render(compose(inputs_of(folder / "study", THREE)), folder / "out")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_same_report_gives_the_same_bytes(rendered, kind):
    write = writer_of(kind)
    assert write(rendered.outline(), rendered.pictures) == write(rendered.outline(), rendered.pictures)


def test_a_pdf_holds_every_section(rendered):
    made = writer_of("pdf")(rendered.outline(), rendered.pictures)
    assert made.startswith(b"%PDF-")
    assert len(rendered.outline()["sections"]) > 10


def test_tables_of_the_word_file_are_tables_with_the_words_of_the_page():
    import docx

    made = writer_of("docx")(outline(HEAD, [SECTION], {}), {})
    tables = docx.Document(io.BytesIO(made)).tables
    texts = [[cell.text for cell in row.cells] for row in tables[-1].rows]
    assert texts[:2] == [["Patient", "eGFR\nmL/min/1.73 m²"], ["S01", "41 → 38\n≥ 2 values"]]


def test_figures_of_the_word_file_are_vectors(rendered):
    made = writer_of("docx")(rendered.outline(), rendered.pictures)
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


def word_of(*sections):
    import docx

    return docx.Document(io.BytesIO(writer_of("docx")(outline(HEAD, list(sections), {}), {})))


def test_every_page_says_which_data_it_rests_on_and_its_number():
    foot = word_of(SECTION).sections[0].footer._element.xml
    assert ORIGIN in foot and 'w:instr="PAGE"' in foot
    assert outline(HEAD, [SECTION], {})["origin"] == ORIGIN


def test_the_contents_of_the_word_file_lead_to_every_section():
    body = word_of(SECTION, Section("b", "Second & last", ())).element.body
    targets = {each.get(NAME) for each in body.iter(f"{WORD}bookmarkStart")}
    links = [each.get(f"{WORD}anchor") for each in body.iter(f"{WORD}hyperlink")]
    assert len(links) == 2 and set(links) <= targets


def test_words_that_xml_cannot_hold_do_not_break_the_word_file():
    row = Row((Cell("a\x0bb <&> \ud7ff"), Cell("1", below="\x00")))
    table = Table("T", (Column("A"), Column("B")), (row,))
    cells = word_of(Section("a", "A", (table,))).tables[-1].rows[1].cells
    assert [each.text for each in cells] == ["ab <&> \ud7ff", "1\n"]


@pytest.mark.parametrize(("word", "is_sideways"), [("passed", False), ("unimmunologically", True)])
def test_a_table_is_turned_only_where_its_words_would_break(word, is_sideways):
    columns = tuple(Column(f"C{number}") for number in range(12))
    table = Table("T", columns, (Row(tuple(Cell(word) for _ in columns)),))
    block = outline(HEAD, [Section("a", "A", (table,))], {})["sections"][0]["blocks"][0]
    assert block["is_sideways"] is is_sideways


def test_a_column_of_sentences_is_wider_than_one_of_dates():
    rows = (Row((Cell("2024-01-01"), Cell("a sentence of many words " * 3))),)
    table = Table("T", (Column("Day"), Column("What")), rows)
    columns = outline(HEAD, [Section("a", "A", (table,))], {})["sections"][0]["blocks"][0]["columns"]
    assert columns[1]["weight"] > 4 * columns[0]["weight"]
