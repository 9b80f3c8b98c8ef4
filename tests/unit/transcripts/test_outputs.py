"""What the command leaves in its folder: columns, rows, pages, exit code; and matrices, printed scores, .h5ad."""

import csv
import json
import re
import sys

import polars as pl
import pytest

from graftrial.cli import commands as cli
from graftrial.derive.transcripts import Settings, read_biopsies
from graftrial.errors import UsageError
from graftrial.intake.rcc_file import lane_of
from graftrial.pipeline.transcripts import Request, read_transcripts
from graftrial.report.transcripts.cartridge import TONES
from tests.unit.transcripts.lane_text import rcc_text

SCORES = ["file", "sample_id", "score", "value", "lower", "upper", "reference_percentile", "warning"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    for n in (1, 2, 3):
        text = rcc_text(f"B{n}", n, {"CD28": 50 * n, "GNLY": 400 * n, "CCL5": 9 * n})
        (tmp_path / "run" / f"b{n}.RCC").write_text(text, encoding="utf-8")
    return tmp_path


def ended(*arguments):
    with pytest.raises(SystemExit) as end:
        cli.main(["transcripts", *map(str, arguments)])
    return end.value.code


def rows(path):
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_tables_have_the_columns_of_the_contract_and_a_row_for_everything(folder):
    assert ended(folder / "run", "--out", folder / "out") == 0
    scores, values = rows(folder / "out/scores.csv"), rows(folder / "out/normalised.csv")
    assert list(scores[0]) == SCORES and list(values[0]) == ["file", "gene", "value"]
    assert len(values) == 3 * 770
    names = {row["score"] for row in scores}
    assert {"set.LIT_DSAST21.mean_log2", "set.LIT_DSAST21.singscore", "histomx.amr_glmnet"} <= names
    dsast = next(row for row in scores if row["score"] == "set.LIT_DSAST21.singscore")
    assert (
        float(dsast["lower"]) < float(dsast["value"]) < float(dsast["upper"]) and "PGM5" in dsast["warning"]
    )
    quality = {row["check"]: row for row in rows(folder / "out/qc.csv") if row["file"] == "b1.RCC"}
    assert quality["imaging"]["value"] == "0.975" and quality["imaging"]["verdict"] == "pass"
    assert list(quality["lane"]) == ["file", "check", "value", "threshold", "verdict"]
    assert (folder / "out/cartridges/2086.svg").exists()


def test_a_refused_set_has_no_value_and_a_reason(folder):
    ended(folder / "run", "--out", folder / "out", "--no-pages")
    refused = [row for row in rows(folder / "out/scores.csv") if row["score"] == "set.PBT_QCAT.mean_log2"]
    assert [row["value"] for row in refused] == [""] * 3
    assert "15 of 23 genes are measured, below 80%" in refused[0]["warning"]
    assert not (folder / "out/pages").exists()
    ended(folder / "run", "--out", folder / "out", "--no-pages", "--set-fraction", "0.6")
    found = next(row for row in rows(folder / "out/scores.csv") if row["score"] == "set.PBT_QCAT.mean_log2")
    assert found["value"] and found["reference_percentile"]


def test_a_blocking_finding_ends_with_4_after_everything_is_written(folder, capsys):
    (folder / "run/copy.RCC").write_text(rcc_text("B1", 4, {"CD28": 7}), encoding="utf-8")
    assert ended(folder / "run", "--out", folder / "out", "--json") == 4
    said = json.loads(capsys.readouterr().out)
    assert (said["biopsies"], said["scored"], said["blocking_findings"]) == (4, 2, 2)
    assert {row["table"] for row in rows(folder / "out/findings.csv")} == {"b1.RCC", "copy.RCC"}
    assert "not scored" in (folder / "out/pages/copy.html").read_text(encoding="utf-8")


def test_a_page_loads_nothing_and_names_no_person(folder):
    ended(folder / "run", "--out", folder / "out")
    page = (folder / "out/pages/b1.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="?(?:https?:)?//|@import|url\(', page)
    assert "default-src 'none'" in page and "<script" not in page
    assert "Jane" not in page and "12345" not in page
    assert "no diagnosis" in page and "no external validation is possible" in page
    assert "resubstitution" in page


def test_the_same_files_give_the_same_bytes(folder):
    for out in ("one", "two"):
        ended(folder / "run", "--out", folder / out)
    for path in (folder / "one").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (folder / "two" / path.relative_to(folder / "one")).read_bytes(), (
                path.name
            )


@pytest.mark.parametrize("turned", [False, True], ids=["genes as rows", "genes as columns"])
def test_a_matrix_of_counts_gives_the_scores_of_the_lanes(folder, turned):
    lanes = [lane_of(path.read_bytes(), path.name) for path in sorted((folder / "run").glob("*.RCC"))]
    matrix = pl.DataFrame(
        {"gene": list(lanes[0].counts), **{each.sample_id: list(each.counts.values()) for each in lanes}}
    )
    if turned:
        matrix = matrix.transpose(include_header=True, header_name="sample", column_names="gene")
    path = folder / "matrix.parquet"
    matrix.write_parquet(path)
    read_transcripts([str(path)], folder / "out", Request(matrix="counts"))
    found = {(row["sample_id"], row["score"]): row["value"] for row in rows(folder / "out/scores.csv")}
    for reading in read_biopsies(lanes):
        for each in reading.scores:
            told = found[reading.lane.sample_id, each.score]
            assert (told == "") == (each.value is None)
            assert each.value is None or float(told) == each.value


def test_a_matrix_of_counts_with_fractions_is_refused_and_not_rounded(folder):
    lane = lane_of((folder / "run/b1.RCC").read_bytes(), "b1.RCC")
    broken = [count + (0.5 if gene == "CD28" else 0.0) for gene, count in lane.counts.items()]
    whole = list(lane.counts.values())
    pl.DataFrame({"gene": list(lane.counts), "whole": whole, "broken": broken}).write_csv(folder / "m.csv")
    assert ended(folder / "m.csv", "--matrix", "counts", "--out", folder / "out", "--no-pages") == 4
    assert {row["sample_id"] for row in rows(folder / "out/scores.csv")} == {"whole"}
    found = rows(folder / "out/findings.csv")
    assert [(row["code"], row["column"]) for row in found] == [("GT-TX-020", "broken")]


def test_every_score_has_its_centre_shift_and_every_score_of_counts_an_interval(folder):
    ended(folder / "run", "--out", folder / "out", "--no-pages")
    for row in rows(folder / "out/scores.csv"):
        if not row["value"]:
            assert row["warning"].startswith("not assessable"), row["score"]
            continue
        assert "nine centres, 69% from one" in row["warning"], row["score"]
        if row["score"].startswith("histomx.archetype."):
            assert not row["lower"] and not row["upper"]
        else:
            assert float(row["lower"]) <= float(row["value"]) <= float(row["upper"]), row["score"]


def test_the_picture_of_a_cartridge_colours_each_check_and_names_its_limit(folder):
    weak = rcc_text("B4", 4, {"CD28": 3, "ABCF1": 1})
    (folder / "run/b4.RCC").write_text(weak, encoding="utf-8")
    ended(folder / "run", "--out", folder / "out", "--instrument", "sprint")
    picture = (folder / "out/cartridges/2086.svg").read_text(encoding="utf-8")
    assert "limit 0.1 to 1.8" in picture and "limit at least 0.95" in picture
    assert picture.count(TONES["warn"]) == 1  # housekeeping of lane 4 alone
    assert ">b4</text>" in picture and 'href="cartridges/2086.svg"' in (folder / "out/index.html").read_text()


def test_owner_and_comments_stand_on_the_page_only_where_asked_for(folder):
    ended(folder / "run", "--out", folder / "out", "--show-identifiers")
    assert "Jane Roe" in (folder / "out/pages/b1.html").read_text(encoding="utf-8")


def test_a_matrix_on_its_own_scale_has_no_percentile_of_the_mean_and_no_model(folder):
    genes = "\n".join(
        f"{name},{n % 13}.5" for n, name in enumerate(("GNLY", "CX3CR1", "MYBL1", "SH2D1B", "KLRF1"))
    )
    (folder / "m.csv").write_text(f"gene,B1\n{genes}\n", encoding="utf-8")
    assert ended(folder / "m.csv", "--matrix", "normalised", "--out", folder / "out") == 0
    scores = {row["score"]: row for row in rows(folder / "out/scores.csv")}
    assert (
        scores["set.LIT_NK4.mean_log2"]["value"]
        and not scores["set.LIT_NK4.mean_log2"]["reference_percentile"]
    )
    assert "needs all 758" in scores["set.LIT_NK4.singscore"]["warning"]
    assert not any(name.startswith("histomx") for name in scores)


def test_what_changes_with_the_cohort_or_the_order_says_so(folder):
    arguments = ("--also", "gsva", "--also", "ssgsea", "--cohort", "pos_hk", "--no-pages")
    assert ended(folder / "run", "--out", folder / "out", *arguments) == 0
    scores = rows(folder / "out/scores.csv")
    for method, words in (("gsva", "changes with the cohort"), ("ssgsea", "depends on the order")):
        own = [row for row in scores if row["score"] == f"set.LIT_DSAST21.{method}"]
        assert len(own) == 3 and all(
            words in row["warning"] and not row["reference_percentile"] for row in own
        )
    cohort = rows(folder / "out/cohort_pos_hk.csv")
    assert len(cohort) == 3 * 758 and "CHANGES WITH THE COHORT" in cohort[0]["label"]


def test_printed_scores_of_another_platform_stand_apart(folder):
    text = "sample_id,report_version,score,value\nB1,2.0,abmr,0.24\nB1,2.0,tcmr,0.05\n"
    (folder / "printed.csv").write_text(text, encoding="utf-8")
    assert ended(folder / "run", "--out", folder / "out", "--external", folder / "printed.csv") == 0
    assert [row["value"] for row in rows(folder / "out/external.csv")] == ["0.24", "0.05"]
    assert "Another platform" in (folder / "out/pages/b1.html").read_text(encoding="utf-8")
    assert "Another platform" not in (folder / "out/pages/b2.html").read_text(encoding="utf-8")
    assert not any(row["value"] == "0.24" for row in rows(folder / "out/scores.csv"))


def test_an_anndata_file_holds_values_counts_and_scores(folder):
    anndata = pytest.importorskip("anndata", reason="AnnData is an extra")
    ended(folder / "run", "--out", folder / "out", "--h5ad", "--no-pages")
    table = anndata.read_h5ad(folder / "out/transcripts.h5ad")
    assert table.shape == (3, 770) and table.layers["counts"].shape == (3, 770)
    values = {(row["file"], row["gene"]): float(row["value"]) for row in rows(folder / "out/normalised.csv")}
    assert table["b2.RCC", "GNLY"].X[0, 0] == values["b2.RCC", "GNLY"]
    assert "set.LIT_DSAST21.singscore" in table.obs


def test_without_the_library_an_anndata_file_is_refused_with_its_code(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "anndata", None)
    with pytest.raises(UsageError, match="GT-RCC-005"):
        read_transcripts([str(folder / "run")], folder / "out", Request(h5ad=True, pages=False))


def test_limits_that_a_study_specifies_beforehand_decide():
    below = dict.fromkeys(("ABCF1", "G6PD", "GUSB"), 1)
    lane = lane_of(rcc_text(counts=below, density="2.0").encode(), "a.RCC")

    def verdicts(**kwargs):
        quality = read_biopsies([lane], Settings(**kwargs))[0].quality
        return {each.check: each.verdict for each in quality.checks}

    assert verdicts()["hk_below_lod"] == "warn" and verdicts()["binding_density"] == "warn"
    assert verdicts(fail_hk_below_lod=3)["hk_below_lod"] == "fail"
    assert verdicts(instrument="max")["binding_density"] == "pass"
    assert verdicts(instrument="sprint")["binding_density"] == "fail"
    assert verdicts()["positive_factor"] == "not assessable" and verdicts()["hk_factor"] == "reported"
