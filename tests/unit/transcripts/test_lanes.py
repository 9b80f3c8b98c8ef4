"""Lanes in every dialect, broken in every way that files break, alone and against each other."""

import pytest

from graftrial.clinical.transcripts.panel import matched, probes
from graftrial.derive.transcripts import read_biopsies
from graftrial.intake.rcc_batch import compared, rcc_files, read_lanes
from graftrial.intake.rcc_file import lane_of
from tests.unit.transcripts.lane_text import rcc_text, shared


def lane(text, file="a.RCC", **kwargs):
    return lane_of(text.encode(), file, **kwargs)


def codes(of):
    return {each.code for each in of.findings}


PLAIN = rcc_text()


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "  \n"),
        PLAIN.replace("<Code_Summary>", "<code_summary>").replace("</Code_Summary>", "</code_summary>"),
        PLAIN.replace(",NM_1,", ",,"),
        PLAIN.replace("GeneRLF,NS_Hs_Transplant_v1.0", "generlf,ns_hs_transplant_v1.0")
        .replace("FovCounted", "FOVCOUNTED")
        .replace("CartridgeBarcode", "cartridgebarcode")
        .replace("\nID,", "\nid,"),
    ],
    ids=["CRLF", "BOM", "trailing spaces", "case of sections", "no accession", "case of attributes"],
)
def test_dialects_give_the_same_lane(text):
    read = lane(text)
    assert read.findings == ()
    assert read.counts == lane(PLAIN).counts and len(read.counts) == 784
    assert (read.sample_id, read.lane, read.cartridge) == ("B1", "1", "2086")


def test_the_order_of_rows_and_sections_does_not_matter():
    head, rest = PLAIN.split("<Lane_Attributes>")
    lanes, summary = rest.split("<Code_Summary>\n")
    title, *rows = summary.split("</Code_Summary>")[0].strip().splitlines()
    turned = "\n".join(["<Code_Summary>", title, *reversed(rows), "</Code_Summary>", "<Lane_Attributes>"])
    read = lane(turned + lanes + head)
    assert read.findings == () and read.counts == lane(PLAIN).counts
    one, other = (read_biopsies([each])[0] for each in (read, lane(PLAIN)))
    assert one.scores == other.scores and one.place == other.place


def test_people_and_accession_numbers_are_redacted_unless_asked_for():
    text = rcc_text(sample_id="S20-12345")
    read = lane(text)
    told = repr(read) + repr(dict(read.attributes))
    assert "Jane" not in told and "12345" not in told and read.sample_id.startswith("redacted-")
    assert lane(text, show_identifiers=True).sample_id == "S20-12345"
    assert "Sample_Attributes.Owner" in lane(text, show_identifiers=True).attributes
    assert [lane(rcc_text(sample_id=each)).sample_id for each in ("test", "NS-141", "P01-M6", "mixed01")] == [
        "test", "NS-141", "P01-M6", "mixed01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (PLAIN[: len(PLAIN) // 2], "GT-TX-003"),
        (PLAIN.replace("NS_Hs_Transplant_v1.0", "NS_Immunology_v2"), "GT-TX-004"),
        (PLAIN.replace("NM_1,20", "NM_1,20.5"), "GT-TX-005"),
        (PLAIN.replace("Endogenous,CD28,NM_1,", "Endogenous,CD27,NM_1,"), "GT-TX-006"),
        (PLAIN.replace("Endogenous,CD28,", "Endogenous,QQQ28,"), "GT-TX-007"),
        (rcc_text(counts={each.name: 0 for each in probes()}), "GT-TX-009"),
        ("", "GT-TX-001"),
        ("\x00\x01binary", "GT-TX-001"),
    ],
)
def test_a_broken_lane_is_a_blocking_finding_and_has_no_scores(broken, code):
    read = lane(broken)
    assert code in codes(read) and read.is_blocked and not read.counts
    (reading,) = read_biopsies([read])
    assert not reading.scores and not reading.values
    assert {each.verdict for each in reading.quality.checks} <= {"pass", "not assessable"}


def test_a_whole_file_in_another_case_is_scored_with_a_note():
    for text in (PLAIN.lower(), PLAIN.upper()):
        read = lane(text)
        assert codes(read) == {"GT-TX-017"} and read.counts == lane(PLAIN).counts
        assert "JANE" not in repr(dict(read.attributes)).upper()
        assert read_biopsies([read])[0].quality.checks == read_biopsies([lane(PLAIN)])[0].quality.checks


def test_a_lane_without_usable_counts_never_passes():
    zero = lane(rcc_text(counts={each.name: 0 for each in probes()}))
    (reading,) = read_biopsies([zero])
    assert {each.check for each in reading.quality.checks if each.verdict == "pass"} == {
        "imaging",
        "binding_density",
    }
    assert reading.quality.verdict == "not assessable"


def test_a_finding_says_the_line():
    text = PLAIN.replace("Endogenous,CD28,NM_1,", "Endogenous,CD28,NM_1,-")
    found = next(each for each in lane(text).findings if each.code == "GT-TX-005")
    assert text.splitlines()[found.row - 1].startswith("Endogenous,CD28")


def test_names_in_another_case_or_spelling_are_read_with_a_note():
    text = PLAIN.replace("Endogenous,BK  VP1,", "Endogenous,BK..VP1,").replace(
        "Endogenous,CD28,", "Endogenous,cd28,"
    )
    read = lane(text)
    assert codes(read) == {"GT-TX-017"} and read.counts == lane(PLAIN).counts
    assert [matched(each) for each in ("DARC", "WARS1", "TM4SF1", "TM4SF18", "S1PR5")] == [
        "ACKR1", "WARS", "TM4SF1", "TM4SF18", None,
    ]  # fmt: skip


def test_files_are_compared_with_each_other():
    other = {"CD28": 999}
    same_id = compared([lane(rcc_text("B1", 1), "a.RCC"), lane(rcc_text("B1", 2, other), "b.RCC")])
    assert [codes(each) for each in same_id] == [{"GT-TX-010"}] * 2
    same_lane = compared([lane(rcc_text("B1", 1), "a.RCC"), lane(rcc_text("B2", 1, other), "b.RCC")])
    assert [codes(each) for each in same_lane] == [{"GT-TX-011"}] * 2
    same_counts = compared([lane(rcc_text("B1", 1), "a.RCC"), lane(rcc_text("B2", 2), "b.RCC")])
    assert [codes(each) for each in same_counts] == [{"GT-TX-012"}] * 2
    assert not any(each.is_blocked for each in same_counts)
    swapped = compared([lane(rcc_text("b", 1), "a.RCC"), lane(rcc_text("a", 2, other), "b.RCC")])
    assert [codes(each) for each in swapped] == [{"GT-TX-013"}] * 2
    assert not any(reading.scores for reading in read_biopsies(same_id))


def test_redaction_does_not_hide_that_two_files_carry_one_id():
    ids = [lane(rcc_text("S20-12345", n, {"CD28": n}), f"{n}.RCC") for n in (1, 2)]
    assert ids[0].sample_id != ids[1].sample_id
    assert all("GT-TX-010" in codes(each) for each in compared(ids))


def test_files_are_found_once_by_name_folder_and_pattern(tmp_path):
    for folder, name in (("run1", "a.RCC"), ("run1", "b.rcc"), ("run2", "a.RCC"), ("run2", "notes.txt")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(PLAIN, encoding="utf-8")
    given = [str(tmp_path), str(tmp_path / "run1/a.RCC"), str(tmp_path / "run*/*.RCC")]
    assert [name for _, name in rcc_files(given)] == ["b.rcc", "run1/a.RCC", "run2/a.RCC"]


def test_three_bad_files_among_many_leave_the_others_scored(tmp_path):
    for n in range(40):
        (tmp_path / f"{n:02}.RCC").write_text(rcc_text(f"B{n}", n, {"CD28": n}), encoding="utf-8")
    bad = (rcc_text("X1", 101)[:3000], rcc_text("X2", 102, rlf="other"), "no lane at all")
    for n, text in enumerate(bad):
        (tmp_path / f"bad{n}.RCC").write_text(text, encoding="utf-8")
    readings = read_biopsies(read_lanes(rcc_files([str(tmp_path)])))
    assert sum(bool(each.scores) for each in readings) == 40
    assert {each.lane.file for each in readings if each.lane.is_blocked} == {
        "bad0.RCC",
        "bad1.RCC",
        "bad2.RCC",
    }


def test_a_biopsy_of_the_reference_set_is_found_again_and_marked():
    read = lane_of(shared("data", "rcc", "amr.RCC").read_bytes(), "amr.RCC")
    (reading,) = read_biopsies([read])
    assert reading.itself == "NS-141" and "GT-TX-014" in {each.code for each in reading.findings}
    assert all("resubstitution: this biopsy is NS-141" in each.warning for each in reading.scores)
    assert "NS-141" not in {each.id for each in reading.place.neighbours}
    other = lane_of(shared("data", "rcc", "mixed.RCC").read_bytes(), "mixed.RCC")
    (reading,) = read_biopsies([other])
    assert not reading.itself and "GT-TX-019" in {each.code for each in reading.findings}


def test_a_later_lane_never_changes_an_earlier_value():
    first, second = (
        lane(rcc_text("B1", 1), "a.RCC"),
        lane(rcc_text("B2", 2, {"CD28": 9000, "UBB": 40}), "b.RCC"),
    )
    alone, together = read_biopsies([first])[0], read_biopsies([first, second])[0]
    assert alone.values == together.values and alone.place == together.place
    assert alone.scores == together.scores


def test_a_lane_that_fails_is_scored_and_marked():
    read = lane(rcc_text(density="2.6"))
    (reading,) = read_biopsies([read])
    assert reading.quality.verdict == "fail" and "GT-TX-015" in {each.code for each in reading.findings}
    assert all("quality of the lane: fail" in each.warning for each in reading.scores)
