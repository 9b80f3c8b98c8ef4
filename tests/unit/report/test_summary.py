"""The page for patients: short words, counts of people, nobody named, one A4 page."""

import re

import pytest

from graftrial.report import for_outsiders
from graftrial.report.material import Material
from graftrial.report.summary import PlainSummary, plain_summary, summary_html, summary_pdf
from graftrial.report.summary.sentences import class_words
from tests.unit.report.frames import INDEX, THREE, inputs_of

JARGON = (
    "adverse",
    "antibod",
    "biops",
    "eGFR",
    "TMA",
    "microangiopathy",
    "Banff",
    "proteinuria",
    "%",
    "interval",
)


@pytest.fixture(scope="module")
def words_of(tmp_path_factory):
    def summary(tables, **more):
        folder = tmp_path_factory.mktemp("summary")
        return plain_summary(Material(inputs_of(folder / "study", tables, **more)))

    return summary


def said(summary):
    return " ".join(sentence for _, sentences in summary.parts for sentence in sentences)


def test_the_published_case_says_whom_each_number_counts(words_of):
    text = said(words_of(INDEX))
    assert "The doctors say that 3 people got the cells. We have the details of 1 of them." in text
    assert "Among those whose details we have: 1 of 1 person lost the new kidney." in text
    assert "new damage: clots in its smallest blood vessels" in text
    assert "Yes. The study was stopped early. The reason was safety" in text
    assert "The details of 2 people are not public." in text


def test_what_nobody_reported_is_said_and_is_never_none(words_of):
    text = said(words_of({}))
    assert "It was not reported how many people got the cells." in text
    assert "It was not reported whether anybody had a serious health problem." in text
    assert "It was not reported whether anybody died." in text
    assert "Nobody died" not in text


@pytest.mark.parametrize("tables", [INDEX, THREE, {}])
def test_nobody_is_named_and_no_doctor_is_needed_to_read_it(words_of, tables):
    text = said(words_of(tables))
    assert not re.search(r"\bS0\d\b|INDEX|\b(19|20)\d\d\b", text)
    assert [word for word in JARGON if word in text] == []
    sentences = [each for each in re.split(r"[.:;?] ", text) if each]
    assert sum(len(each.split()) for each in sentences) / len(sentences) < 14


def test_invented_data_say_so_and_markup_stays_words(words_of):
    summary = words_of(THREE, is_synthetic=True)
    page = summary_html(summary, "<b>A trial</b>")
    assert "<strong>SYNTHETIC</strong>" in page
    assert "&lt;b&gt;A trial" in page
    assert "<script" not in page
    assert "SYNTHETIC" not in summary_html(words_of(THREE), "A trial")


def test_outsiders_get_the_same_counts(tmp_path):
    inputs = inputs_of(tmp_path / "study", THREE)
    assert said(plain_summary(Material(for_outsiders(inputs)))) == said(plain_summary(Material(inputs)))


def test_the_page_is_one_page_even_when_everything_is_long():
    typst = pytest.importorskip("typst", reason="PDF is an extra")
    assert typst
    long = "This is a sentence with ten short words in it. " * 12
    summary = PlainSummary(
        "The study in plain words", True, tuple((f"Question {n}?", (long,)) for n in range(6))
    )
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", summary_pdf(summary, "A trial"))) == 1


def test_every_class_has_its_words():
    assert len(class_words()) == 27
    assert all(words == words.strip() and "disorder" not in words for words in class_words().values())
