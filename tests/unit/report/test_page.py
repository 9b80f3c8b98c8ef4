"""The page as a whole: what it carries, what it refuses, and that it says what is not there."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import polars as pl
import pytest

from graftrial.report import compose, render
from graftrial.report.csp import embedded_json
from graftrial.report.figures import still
from tests.unit.report.frames import THREE, inputs_of

LOADING = {"src", "srcset", "action", "poster", "background", "ping", "formaction"}


class Reader(HTMLParser):
    """Collects elements with their attributes, scripts and the words that a reader sees."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.words, self._inside = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside.append((tag, dict(attrs).get("type", "")))

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._inside.pop()

    def handle_data(self, data):
        if self._inside:
            tag, kind = self._inside[-1]
            if tag == "script" and not kind:
                self.scripts.append(data)
        else:
            self.words.append(data)

    def seen(self):
        return " ".join(" ".join(self.words).split())


def test_a_script_in_a_cell_is_words_and_not_a_script(page_of):
    page, _ = page_of("index")
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in Reader(page).seen()
    assert "A trial of <b>cells</b>" in Reader(page).seen()


def test_the_policy_names_every_script_by_its_hash_and_allows_nothing_else(page_of):
    reader = Reader(page_of("three")[0])
    policy = next(
        a["content"] for t, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in reader.scripts
    }
    assert len(reader.scripts) == 4
    assert set(allowed["script-src"].split()) == hashes
    assert allowed["default-src"] == "'none'"
    assert "unsafe-eval" not in policy


def test_nothing_is_loaded_from_anywhere(page_of):
    page, _ = page_of("three")
    reader = Reader(page)
    for tag, attributes in reader.elements:
        assert not LOADING & attributes.keys(), tag
        assert tag not in ("link", "iframe", "object", "embed", "base", "img"), tag
        if "href" in attributes and tag != "a":
            assert attributes["href"].startswith("#"), tag
    style = "".join(re.findall(r"<style>(.*?)</style>", page, re.S))
    assert "url(" not in style
    assert "@import" not in style
    assert "sourceMappingURL" not in page


@pytest.mark.parametrize("case", ["index", "three"])
def test_invented_data_says_so_on_the_screen_in_print_and_in_every_figure(page_of, case):
    page, out = page_of(case, is_synthetic=True)
    assert "SYNTHETIC" in Reader(page).seen()[:200]
    assert re.search(r"@top-left \{ content: \"SYNTHETIC", page)
    specifications = list((out / "figures").glob("*.vl.json"))
    assert specifications
    for each in specifications:
        assert "SYNTHETIC" in json.loads(each.read_text(encoding="utf-8"))["title"]["subtitle"], each.name
    assert "SYNTHETIC" not in Reader(page_of(case)[0]).seen()


def test_what_nobody_reported_is_said_and_is_never_zero(page_of):
    said = Reader(page_of("nobody")[0]).seen()
    for sentence in (
        "Adverse events were not reported as rows. That is not the same as none.",
        "Infusions were not reported as rows.",
        "No biopsy was reported.",
        "Creatinine and eGFR were not reported as values for any patient.",
        "Deviations were not reported. That is not the same as none.",
        "No decision of the safety board was reported.",
        "The eligibility criteria of this study were not reported",
    ):
        assert sentence in said
    assert "0 of 0" not in said


def test_rows_and_aggregates_are_kept_apart_in_words(page_of):
    said = Reader(page_of("index")[0]).seen()
    assert "Rows cover 1 of 3 treated subjects" in said
    assert "Stated by the publication or the registry; no rows exist, and none were made." in said


def test_a_lesion_sum_stands_with_tma_and_graft_and_never_alone(page_of):
    page, _ = page_of("index")
    tables = [each for each in re.findall(r"<table.*?</table>", page, re.S) if "g + ptc" in each]
    story, table = tables[0], next(each for each in tables if "Lesions beside injury and graft" in each)
    for beside in (">TMA<", ">Tubular injury<", ">Graft<", "absent → present", "lost"):
        assert beside in story
    order = [
        table.index(each)
        for each in ("g + ptc", "Thrombotic microangiopathy", "Tubular injury", "Graft, at the last")
    ]
    assert order == sorted(order)
    said = Reader(page).seen()
    assert (
        "A lower sum is not an improvement by itself: the graft was lost and thrombotic microangiopathy is new"
        in said
    )
    assert "possible range; g and ptc not graded" in said


def test_an_inferred_grade_is_marked(page_of):
    page, _ = page_of("index")
    assert re.search(r'<td class="inferred">0<span class="below">inferred</span></td>', page)


def test_every_key_in_the_page_is_a_result(tmp_path):
    inputs = inputs_of(tmp_path / "study", THREE)
    (tmp_path / "out").mkdir()
    render(compose(inputs), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    keys = {attributes["data-key"] for _, attributes in Reader(page).elements if "data-key" in attributes}
    assert len(keys) > 30
    assert keys <= set(inputs.results["key"])


def test_a_table_cites_the_rules_of_its_own_numbers(page_of):
    page, _ = page_of("three")
    after = page[page.index("<caption>eGFR: baseline") :]
    note = re.search(r'<p class="table-note">Rules used:.*?</p>', after, re.S).group(0)
    assert "Inker LA et al., creatinine equation" in note
    assert "https://doi.org/10.1056/NEJMoa2102953" in note


def test_tables_have_captions_and_headings_and_figures_have_words(page_of):
    page = re.sub(r"<script>.*?</script>", "", page_of("three")[0], flags=re.S)
    for table in re.findall(r"<table.*?</table>", page, re.S):
        assert re.search(r"<caption>\S", table)
        assert 'scope="col"' in table
        assert "<tbody>\n</tbody>" not in table, "an empty table"
    drawings = [a for _, a in Reader(page).elements if a.get("class") == "drawing"]
    assert drawings
    assert all(len(each["aria-label"]) > 30 for each in drawings)


def test_anchors_of_the_navigation_exist_and_ids_are_unique(page_of):
    elements = Reader(page_of("three")[0]).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {a["href"][1:] for t, a in elements if t == "a" and a.get("href", "").startswith("#")}
    assert links <= set(ids)


def test_the_same_inputs_give_the_same_bytes_whatever_the_order_of_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(still, "is_available", lambda: False)
    turned = {
        name: "\n".join([rows.splitlines()[0], *reversed(rows.splitlines()[1:])]) + "\n"
        for name, rows in THREE.items()
    }
    pages = []
    for name, tables in (("a", THREE), ("b", turned)):
        (tmp_path / name).mkdir()
        render(compose(inputs_of(tmp_path / f"{name}-study", tables)), tmp_path / name)
        pages.append((tmp_path / name / "report.html").read_bytes())
    assert pages[0] == pages[1]


def test_without_the_renderer_the_specifications_are_there_and_the_page_says_how_to_get_pictures(page_of):
    page, out = page_of("three")
    assert not list((out / "figures").glob("*.svg"))
    assert (out / "figures" / "swimmer.vl.json").exists()
    assert "pip install" in Reader(page).seen()


def test_with_the_renderer_each_figure_has_a_still_twin(tmp_path):
    pytest.importorskip("vl_convert")
    out = tmp_path / "out"
    out.mkdir()
    written = render(compose(inputs_of(tmp_path / "study", THREE)), out)
    names = {each.name for each in written.files}
    assert {"swimmer.svg", "egfr.svg", "timeline-S01.svg", "participant-flow.svg"} <= names
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count('<svg aria-hidden="true"') == sum(name.endswith(".svg") for name in names)


def test_json_in_the_page_cannot_end_its_element():
    text = embedded_json({"term": "</script><!-- & \u2028"})
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text) == {"term": "</script><!-- & \u2028"}


def test_a_cohort_of_many_is_cut_in_the_page_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(still, "is_available", lambda: False)
    ids = [f"S{number:03d}" for number in range(45)]
    tables = {
        "subjects": "subject_id,sex,age_years\n" + "".join(f"{each},F,50\n" for each in ids),
        "infusions": "subject_id,product_id,start\n"
        + "".join(f"{each},P{each},2020-01-01\n" for each in ids),
    }
    inputs = inputs_of(tmp_path / "study", tables)
    out = tmp_path / "out"
    out.mkdir()
    render(compose(inputs), out)
    assert isinstance(inputs.results, pl.DataFrame)
    assert len(list((out / "figures").glob("timeline-*.vl.json"))) == 40
    assert "Timelines of the first 40 of 45 patients" in (out / "report.html").read_text(encoding="utf-8")


def test_day_0_is_named_by_the_anchor_of_the_study(tmp_path, monkeypatch):
    monkeypatch.setattr(still, "is_available", lambda: False)
    out = tmp_path / "out"
    out.mkdir()
    inputs = inputs_of(tmp_path / "study", THREE)
    schedule = inputs.study.schedule.model_copy(update={"anchor": "transplant"})
    render(compose(replace(inputs, study=inputs.study.model_copy(update={"schedule": schedule}))), out)
    swimmer = (out / "figures" / "swimmer.vl.json").read_text(encoding="utf-8")
    assert "day 0: transplantation" in swimmer
    assert "first infusion" not in swimmer


def test_function_antibodies_exposure_and_product_stand_in_the_page(page_of):
    words = Reader(page_of("three")[0]).seen()
    for told in (
        "Sustained decline, kidney failure and acute kidney injury",
        "Donor-specific antibodies before and after",
        "fell by half or more",
        "pins no antibodies.cutoff_mfi",
        "HLA mismatches of the donor",
        "Release of the batches",
        "Chain of identity",
    ):
        assert told in words, told


def test_what_nobody_reported_of_antibodies_and_product_is_said(page_of):
    words = Reader(page_of("index")[0]).seen()
    for told in (
        "Antibodies were not reported as rows",
        "HLA typings were not reported as rows",
        "Tacrolimus troughs were not reported",
    ):
        assert told in words, told
