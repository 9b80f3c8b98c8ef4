"""Lanes of a study folder: read, checked, scored, paired, compared with histology, and evidence only where switched on."""

import json
import shutil
from importlib.resources import files

import polars as pl
import pytest

from graftrial.clinical.transcripts.panel import HOUSEKEEPING, probes
from graftrial.derive.transcripts import out_of_fold_iqr
from graftrial.errors import StudyFileError, UsageError
from graftrial.pipeline.stages import run
from graftrial.pipeline.study_transcripts import write_study_transcripts
from graftrial.pipeline.walk import explain
from graftrial.pipeline.write import write_report

from .lane_text import default, rcc_text, shared

SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,60\n"
INFUSIONS = "subject_id,product_id,start\nS01,P1,2024-02-01\nS02,P2,2024-02-01\n"
BIOPSIES = (
    "subject_id,biopsy_id,date,g,ptc,c4d,cg,v,t,i,dsa,pathologist_diagnosis\n"
    "S01,B1,2024-01-01,2,2,0,0,0,0,0,yes,active_amr\n"
    "S01,B2,2024-08-01,0,0,0,0,0,0,0,no,no_rejection\n"
    "S02,B3,2024-01-02,0,0,0,0,0,0,0,no,no_rejection\n"
)
SET = "set.LIT_DSAST21.mean_log2"
DSAST = (
    "CDH13",
    "CDH5",
    "CX3CR1",
    "GNLY",
    "KLRF1",
    "SH2D1B",
    "ROBO4",
    "PLA1A",
    "TEK",
    "SOX7",
    "MYBL1",
    "FGFBP2",
)


def counts(raised=1, weak=()):
    found = {each.name: default(each, place) for place, each in enumerate(probes())}
    found |= {each.name: 400 for each in probes() if each.code_class == HOUSEKEEPING}
    return found | {gene: raised * found[gene] for gene in DSAST} | dict.fromkeys(weak, 1)


@pytest.fixture
def with_lanes(study_folder):
    def write(lanes, rows, study="", biopsies=BIOPSIES):
        tables = {"subjects": SUBJECTS, "infusions": INFUSIONS, "biopsies": biopsies}
        folder = study_folder(
            tables | {"transcripts": "biopsy_id,rcc_file,score,value,laboratory\n" + rows}, study
        )
        (folder / "transcripts").mkdir(exist_ok=True)
        for name, text in lanes.items():
            (folder / "transcripts" / name).write_text(text, encoding="utf-8")
        return folder

    return write


def three(weak=()):
    return {
        "b1.RCC": rcc_text("B1", 1, counts(8)),
        "b2.RCC": rcc_text("B2", 2, counts(1, weak)),
        "b3.RCC": rcc_text("B3", 3, counts(9)),
    }


ROWS = "B1,transcripts/b1.RCC,,,\nB2,transcripts/b2.RCC,,,\nB3,b3.RCC,,,\n"
INSTRUMENT = '\n[transcripts]\ninstrument = "max"\n'


def rule(at_least, evidence, score=SET, printed="false"):
    banff = '\n"banff.amr" = "2022"\n'
    return (
        f'{banff}[transcripts]\ninstrument = "max"\n[transcripts.molecular_amr]\nscore = "{score}"\n'
        f'at_least = {at_least}\nprinted = {printed}\nsource = "the protocol"\nas_banff_criterion = {evidence}\n'
    )


def values(done):
    return dict(done.results.frame.select("key", "value").iter_rows())


def codes(done):
    return {each.code for each in done.checked.findings}


def test_every_lane_of_the_table_is_scored_and_a_change_is_after_less_before(with_lanes):
    done = run(with_lanes(three(), ROWS, INSTRUMENT))
    told = values(done)
    assert [told[f"transcript.quality.lane.{each}"] for each in ("S01.B1", "S01.B2", "S02.B3")] == [
        "pass"
    ] * 3
    change = float(told[f"transcript.{SET}.S01.B2"]) - float(told[f"transcript.{SET}.S01.B1"])
    assert float(told[f"transcript.change.{SET}.S01.B2"]) == pytest.approx(change, abs=1e-12)
    assert change < -1
    row = done.results.frame.row(by_predicate=pl.col("key") == f"transcript.change.{SET}.S01.B2", named=True)
    assert float(row["lower"]) < change < float(row["upper"])
    assert "technical noise unknown" in row["warnings"]
    iqr = change / float(told[f"transcript.change_in_iqr.{SET}.S01.B2"])
    assert str(round(iqr, 4)) in done.derived.frame("transcript_changes")["reference_iqr"].round(4).cast(str)
    assert not any(key.startswith("transcript.change.") and ".S02." in key for key in told)


def test_a_later_patient_changes_no_earlier_value(with_lanes):
    alone = {name: text for name, text in three().items() if name != "b3.RCC"}
    alone["b3.RCC"] = rcc_text("B3", 3, counts(2), cartridge="another")
    before = values(run(with_lanes(alone, ROWS.replace("B3,b3.RCC,,,\n", ""), INSTRUMENT)))
    after = values(run(with_lanes(alone, ROWS, INSTRUMENT)))
    mine = {key: value for key, value in before.items() if key.startswith("transcript.") and ".S01." in key}
    assert mine and all(after[key] == value for key, value in mine.items())


def test_no_change_is_given_where_a_lane_does_not_pass(with_lanes):
    weak = ("ABCF1", "G6PD")
    done = run(with_lanes(three(weak), ROWS, INSTRUMENT))
    told = done.results.frame.row(by_predicate=pl.col("key") == "transcript.pair.S01.B2", named=True)
    assert told["value"] is None and "B2: quality of the lane: warn" in told["warnings"]
    assert not any(key.startswith("transcript.change.") for key in values(done))
    assert {each.where() for each in done.checked.findings if each.code == "GT-TX-019"} == {
        "transcripts/b2.RCC (subject S01)"
    }


def test_a_file_that_is_not_there_and_one_given_twice_are_findings_and_the_rest_is_scored(with_lanes):
    rows = "B1,b1.RCC,,,\nB2,b1.RCC,,,\nB3,b3.RCC,,,\nB3,absent.RCC,,,\n"
    done = run(with_lanes(three(), rows))
    assert {"GT-TX-041", "GT-TX-042"} <= codes(done)
    told = values(done)
    assert f"transcript.{SET}.S02.B3" in told and f"transcript.{SET}.S01.B1" not in told
    balance = next(each for each in done.checked.tables.balances if each.table == "transcripts")
    assert (balance.read, balance.used, balance.withheld) == (4, 1, 3)


def test_a_wrong_panel_and_an_id_of_two_files_keep_their_lanes_out(with_lanes):
    lanes = {
        "b1.RCC": rcc_text("B1", 1, counts(), rlf="Other_panel"),
        "b2.RCC": rcc_text("same", 2, counts(2)),
        "b3.RCC": rcc_text("same", 3, counts(3)),
    }
    done = run(with_lanes(lanes, ROWS))
    assert {"GT-TX-004", "GT-TX-010"} <= codes(done)
    assert not any(key.startswith(f"transcript.{SET}") for key in values(done))
    assert set(done.derived.frame("transcript_agreement")["quality"]) == {"not scored"}


def test_lanes_that_name_each_others_biopsy_are_a_finding(with_lanes):
    lanes = {"b1.RCC": rcc_text("B2", 1, counts(8)), "b2.RCC": rcc_text("B1", 2, counts())}
    assert "GT-TX-043" in codes(run(with_lanes(lanes, "B1,b1.RCC,,,\nB2,b2.RCC,,,\n")))
    assert "GT-TX-043" not in codes(run(with_lanes(three(), ROWS)))


def test_two_lanes_of_a_biopsy_are_both_shown_and_not_paired(with_lanes):
    lanes = {**three(), "b2again.RCC": rcc_text("B2x", 4, counts(2))}
    done = run(with_lanes(lanes, ROWS + "B2,b2again.RCC,,,\n", INSTRUMENT))
    told = values(done)
    assert "GT-TX-044" in codes(done)
    assert {f"transcript.{SET}.S01.B2.b2", f"transcript.{SET}.S01.B2.b2again"} <= told.keys()
    assert not any(key.startswith("transcript.change.") for key in told)


def test_printed_scores_stay_apart(with_lanes):
    done = run(with_lanes(three(), ROWS + "B1,,amr_score,0.46,a laboratory\n"))
    told = values(done)
    assert told["transcript.printed.amr_score.S01.B1"] == "0.46"
    assert "amr_score" not in set(done.derived.frame("transcript_scores")["score"])
    assert [cell.column for cell in explain(done, "transcript.printed.amr_score.S01.B1").cells][
        -1
    ] == "laboratory"


def test_without_a_threshold_nothing_counts_as_molecular_amr(with_lanes):
    done = run(with_lanes(three(), ROWS, INSTRUMENT))
    assert set(done.derived.frame("transcript_agreement")["agreement"]) == {None}
    assert set(done.derived.frame("transcript_agreement")["reason"]) == {
        "the study file fixes no threshold of molecular AMR"
    }


def test_agreement_and_disagreement_with_histology_are_results(with_lanes):
    told = values(run(with_lanes(three(), ROWS, rule(10.5, "false"))))
    assert told["transcript.histology.S02.B3"] == "molecular AMR without histologic AMR"
    assert told["transcript.histology.S01.B2"] == "agree: no AMR"


def test_transcripts_are_banff_evidence_only_where_the_study_file_says_so(with_lanes):
    off, on = (run(with_lanes(three(), ROWS, rule(10.5, each))) for each in ("false", "true"))
    assert values(off)["banff.active_amr.S02.B3"] == "excluded"
    row = on.results.frame.row(by_predicate=pl.col("key") == "banff.active_amr.S02.B3", named=True)
    assert "transcripts: score set.LIT_DSAST21.mean_log2 at least 10.5" in row["warnings"]
    assert "transcripts/B3/b3.RCC/" in row["sources"]
    used = dict(on.derived.frame("biopsies").select("biopsy_id", "transcripts_amr_used").iter_rows())
    assert used == {"B1": True, "B2": False, "B3": True}
    assert on.derived.frame("biopsies")["transcripts_amr"].null_count() == 3
    # agreement is judged on histology alone, or evidence would agree with itself
    assert values(on)["transcript.histology.S02.B3"] == "molecular AMR without histologic AMR"


def test_what_the_table_states_stays_and_a_lane_that_does_not_pass_is_no_evidence(with_lanes):
    stated = BIOPSIES.replace("pathologist_diagnosis\n", "pathologist_diagnosis,transcripts_amr\n")
    stated = stated.replace("active_amr\n", "active_amr,no\n").replace("no_rejection\n", "no_rejection,\n")
    done = run(with_lanes(three(("ABCF1",)), ROWS, rule(10.5, "true"), stated))
    used = dict(done.derived.frame("biopsies").select("biopsy_id", "transcripts_amr_used").iter_rows())
    assert used == {"B1": False, "B2": None, "B3": True}


def test_a_printed_score_may_be_the_criterion(with_lanes):
    rows = ROWS + "B3,,amr_score,0.46,a laboratory\n"
    done = run(with_lanes(three(), rows, rule(0.2, "true", "amr_score", "true")))
    used = dict(done.derived.frame("biopsies").select("biopsy_id", "transcripts_amr_used").iter_rows())
    assert used == {"B1": False, "B2": False, "B3": True}


def test_a_printed_score_stands_beside_histology_without_any_lane(with_lanes):
    rows = "B2,,amr_score,0.1,a laboratory\nB3,,amr_score,0.46,a laboratory\n"
    done = run(with_lanes({}, rows, rule(0.2, "false", "amr_score", "true")))
    told = values(done)
    assert told["transcript.histology.S01.B2"] == "agree: no AMR"
    assert told["transcript.histology.S02.B3"] == "molecular AMR without histologic AMR"
    assert not any(key.startswith("transcript.quality.") for key in told)
    assert set(done.derived.frame("transcript_agreement")["quality"]) == {"printed"}
    asked = explain(done, "transcript.histology.S02.B3")
    assert "0.46" in {cell.text for cell in asked.cells}


def test_the_share_of_a_set_that_must_be_measured_is_fixed_by_the_study(with_lanes):
    name = "transcript.set.PBT_ABMR_RATs.singscore.S02.B3"
    study = '\n[transcripts]\ninstrument = "max"\nset_fraction = '
    told = values(run(with_lanes(three(), ROWS, study + "0.7")))
    assert (
        told[name] and not told["transcript.set.PBT_QCAT.singscore.S02.B3"]
    )  # 80 of 108 genes, and 15 of 23


def test_a_change_of_the_classifier_stands_against_the_spread_of_predictions_for_unseen_biopsies(with_lanes):
    done = run(with_lanes(three(), ROWS, INSTRUMENT))
    told = values(done)
    place = "amr_probability.S01.B2"
    card = json.loads(files("graftrial.clinical.transcripts.models").joinpath("amr.json").read_text())["card"]
    curve = card["figures"]["nested_10_fold"]["curve"]
    change = float(told[f"transcript.change.{place}"])
    iqr = change / float(told[f"transcript.change_in_iqr.{place}"])
    assert 0 < iqr < curve[-1][0] - curve[0][0]
    assert out_of_fold_iqr(card) == pytest.approx(iqr) and out_of_fold_iqr({}) is None
    row = done.results.frame.row(by_predicate=pl.col("key") == f"transcript.change.{place}", named=True)
    assert row["lower"] is None and "no interval" in row["method"]
    # what holds for both biopsies of a pair is said once
    assert row["warnings"].count("nine centres") == 1


def test_a_report_writes_a_page_a_lane_a_picture_a_cartridge_and_anndata_where_asked(
    with_lanes, tmp_path_factory
):
    anndata = pytest.importorskip("anndata", reason="AnnData is an extra")
    done = run(with_lanes(three(), ROWS + "B1,,amr_score,0.46,a laboratory\n", INSTRUMENT))
    folder = tmp_path_factory.mktemp("out")
    write_study_transcripts(done, folder, pages=True, h5ad=True)
    pages = folder / "transcript_pages"
    assert sorted(each.name for each in (pages / "pages").iterdir()) == ["B1.html", "B2.html", "B3.html"]
    page = (pages / "pages/B1.html").read_text(encoding="utf-8")
    assert "<h1>B1</h1>" in page and "amr_score" in page and "Jane" not in page and "SYNTHETIC" not in page
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert 'href="pages/B3.html"' in index and 'href="cartridges/2086.svg"' in index
    assert (pages / "cartridges/2086.svg").exists()
    table = anndata.read_h5ad(folder / "transcripts.h5ad")
    assert list(table.obs_names) == ["B1", "B2", "B3"] and list(table.obs["subject_id"]) == [
        "S01",
        "S01",
        "S02",
    ]
    scores = done.derived.frame("transcript_scores").filter(pl.col("score") == SET)["value"].to_list()
    assert table.obs[SET].tolist() == scores and list(table.obs["period"]) == ["before", "after", "before"]


def test_outsiders_get_no_pages_and_without_lanes_nothing_is_written(with_lanes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_study_transcripts(run(with_lanes(three(), ROWS, INSTRUMENT)), folder, pages=False, h5ad=False)
    write_study_transcripts(run(with_lanes({}, "B1,,amr_score,0.46,x\n")), folder, pages=True, h5ad=True)
    assert not list(folder.iterdir())


def test_without_the_library_a_report_with_anndata_is_refused_before_anything_is_written(
    with_lanes, tmp_path_factory, monkeypatch
):
    monkeypatch.setattr("graftrial.exports.anndata_file.find_spec", lambda _: None)
    out = tmp_path_factory.mktemp("out")
    with pytest.raises(UsageError, match="GT-RCC-005"):
        write_report(run(with_lanes(three(), ROWS)), out, h5ad=True)
    assert not list(out.iterdir())


def test_a_threshold_needs_a_source(with_lanes):
    study = f'[transcripts.molecular_amr]\nscore = "{SET}"\nat_least = 7.0\n'
    with pytest.raises(StudyFileError, match="source"):
        run(with_lanes(three(), ROWS, "\n" + study))


def test_a_lane_of_the_reference_set_is_resubstitution(with_lanes):
    folder = with_lanes({}, "B1,amr.RCC,,,\n")
    shutil.copy(shared("data", "rcc", "amr.RCC"), folder / "transcripts" / "amr.RCC")
    done = run(folder)
    assert "GT-TX-014" in codes(done)
    row = done.results.frame.row(by_predicate=pl.col("key") == f"transcript.{SET}.S01.B1", named=True)
    assert "resubstitution: this biopsy is NS-141" in row["warnings"]
