"""Values of R packages and gseapy: every row of the shared reference, and a selection that lies beside this file."""

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graftrial.clinical.transcripts.gene_sets import gene_sets
from graftrial.clinical.transcripts.normalisation import REFERENCE_MEAN
from graftrial.clinical.transcripts.panel import (
    ENDOGENOUS,
    HOUSEKEEPING,
    NEGATIVE,
    POSITIVE,
    names,
    reference_names,
)
from graftrial.clinical.transcripts.reference import biopsies, spreads
from graftrial.derive.transcript_published import (
    TARGETS,
    published_archetypes,
    published_diagnoses,
    published_lesions,
)
from graftrial.derive.transcript_quality import check_lanes
from graftrial.derive.transcripts import read_biopsies
from graftrial.intake.rcc_file import lane_of
from graftrial.stats.gene_set_scores import gsva, set_means, singscore, ssgsea
from graftrial.stats.lane_counts import (
    geometric_mean,
    geometric_mean_plus_one,
    limit_of_detection,
    log_linearity,
    to_cohort,
    to_fixed_reference,
)
from tests.unit.transcripts.lane_text import shared

HERE = Path(__file__).parent


def reference(name):
    return pl.read_csv(shared("reference", "transcripts", name), infer_schema_length=None)


@pytest.fixture(scope="module")
def refset():
    return pl.read_csv(shared("data", "histomx", "refset_counts_raw.csv.gz"))


@pytest.fixture(scope="module")
def values(refset):
    """Single-sample values by biopsy and gene."""
    counts = {row[1]: np.array(row[3:], dtype=float) for row in refset.iter_rows()}
    genes = names(ENDOGENOUS)
    raw = np.array([counts[gene] for gene in genes]).T
    housekeeping = np.array([counts[gene] for gene in reference_names()]).T
    assert geometric_mean(housekeeping).mean() == pytest.approx(REFERENCE_MEAN, rel=1e-14)
    normalised = to_fixed_reference(raw, housekeeping, REFERENCE_MEAN)
    return {
        name: dict(zip(genes, row, strict=True))
        for name, row in zip(refset.columns[3:], normalised, strict=True)
    }


@pytest.fixture(scope="module")
def lanes():
    return [lane_of(shared("data", "rcc", f"{name}.RCC").read_bytes(), name) for name in ("amr", "mixed")]


def test_a_selection_of_models_and_scores_without_the_shared_folder():
    """Inputs and answers of three reference biopsies, copied from the shared reference."""
    given = json.loads((HERE / "selection.json").read_text(encoding="utf-8"))
    for each in given["biopsies"]:
        found = published_diagnoses(each["values"]) | published_lesions(each["values"])
        assert len(each["answers"]) == 32
        for name, value in each["answers"].items():
            assert found[name] == pytest.approx(value, abs=1e-9), name
    scored = given["singscore"]
    block = np.array([scored["values"]])
    inside = np.array([[gene in each for gene in scored["genes"]] for each in scored["sets"].values()])
    expected = [scored["answers"][name] for name in scored["sets"]]
    assert singscore(block, inside)[0][0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("file", "model", "n"),
    [
        ("histomx_base_models_refset.csv", published_diagnoses, 3542),
        ("histomx_lesion_models_refset.csv", published_lesions, 6762),
    ],
)
def test_published_models_on_the_reference_set(file, model, n, values):
    compared = 0
    for row in reference(file).iter_rows(named=True):
        found = model(values[row.pop("ID")])
        for name, value in row.items():
            assert found[name] == pytest.approx(value, abs=1e-9), name
            compared += 1
    assert compared == n


@pytest.mark.parametrize(
    ("file", "prefix"),
    [("histomx_base_models_rcc.csv", "histomx."), ("histomx_lesion_models_rcc.csv", "histomx.lesion.")],
)
def test_published_models_on_the_lanes(file, prefix, lanes):
    found = {each.lane.file: each.published for each in read_biopsies(lanes)}
    for row in reference(file).iter_rows(named=True):
        own = found[row.pop("file")]
        for name, value in row.items():
            if value is not None:
                assert own[f"{prefix}{name}"] == pytest.approx(value, abs=1e-9), name


def test_archetypes_agree_with_the_shipped_clusters():
    shipped = pl.read_csv(
        shared("data", "histomx", "refset_dx_molecular_archetypes.csv"), infer_schema_length=None
    )
    same = 0
    for row in shipped.iter_rows(named=True):
        weights = list(published_archetypes({name: float(row[name]) for name in TARGETS}).values())
        assert sum(weights) == pytest.approx(1, abs=1e-6) and min(weights) >= 0
        same += int(np.argmax(weights)) + 1 == row["aa_cluster"]
    assert same == 536  # of 537, as transcripts.md section 6 has it: 99.8%


def test_quality_by_the_formulas_of_histomx(lanes):
    checked = dict(zip(("amr", "mixed"), check_lanes(lanes, None), strict=True))
    by_name = dict(zip(("amr", "mixed"), lanes, strict=True))
    for row in reference("rcc_qc_histomx_formulas.csv").iter_rows(named=True):
        lane, quality = by_name[row["file"]], checked[row["file"]]
        own = {
            "binding_density": quality.value("binding_density"), "fov_percent": 100 * quality.value("imaging"),
            "lod_mean_plus_2sd": quality.value("limit_of_detection"), "hk_over_lod": quality.value("hk_over_lod"),
            "pct_endo_above_lod": quality.value("detection_percent"), "hk_below_lod": quality.value("hk_below_lod"),
            "r2_loglog_AtoE": quality.value("positive_linearity"), "pos_e": lane.counts["POS_E(0.5)"],
            "r2_loglog_AtoF": log_linearity(counts_of(lane, POSITIVE), 4.0 ** np.array([3.5, 2.5, 1.5, 0.5, -0.5, -1.5])),
            "neg_mean": counts_of(lane, NEGATIVE).mean(), "neg_sd_sample": counts_of(lane, NEGATIVE).std(ddof=1),
        }  # fmt: skip
        for name, code_class in (
            ("pos", POSITIVE),
            ("neg", NEGATIVE),
            ("hk12", HOUSEKEEPING),
            ("endo", ENDOGENOUS),
        ):
            own[f"geomean_{name}_plus1"] = geometric_mean_plus_one(counts_of(lane, code_class))
        # raw-scale linearity is the defect that transcripts.md section 13 names; it is not ours
        assert set(row) - {"file", "pcl_r2_raw_AtoE"} == set(own)
        for name, value in own.items():
            assert value == pytest.approx(row[name], rel=1e-8), name


def counts_of(lane, code_class):
    return np.array([lane.counts[name] for name in names(code_class)], dtype=float)


def cohort(which, lanes):
    """Genes, sample names, and counts by class, samples x probes, zeros and order as in the file."""
    if which == "bhot_two":
        by_class = {each: np.array([counts_of(lane, each) for lane in lanes]) for each in (POSITIVE, HOUSEKEEPING, ENDOGENOUS, NEGATIVE)}  # fmt: skip
        return names(ENDOGENOUS), ["amr", "mixed"], by_class
    raw = reference("gse117751_raw_counts.csv.gz")
    samples = raw.columns[2:]
    by_class = {}
    for each in (POSITIVE, HOUSEKEEPING, ENDOGENOUS, NEGATIVE):
        rows = raw.filter(pl.col("CodeClass") == each)
        by_class[each] = rows.select(samples).to_numpy().T.astype(float)
    return tuple(raw.filter(pl.col("CodeClass") == ENDOGENOUS)["gene"]), samples, by_class


@pytest.mark.parametrize("which", ["bhot_two", "gse117751"])
def test_the_cohort_normalisation_of_ncountr(which, lanes):
    genes, samples, counts = cohort(which, lanes)
    scaled, positive, housekeeping = to_cohort(counts[ENDOGENOUS], counts[POSITIVE], counts[HOUSEKEEPING])
    for row in reference(f"ncountr_scale_{which}.csv").iter_rows(named=True):
        place = samples.index(row["sample"])
        assert positive[place] == pytest.approx(row["pos"], rel=1e-9)
        assert housekeeping[place] == pytest.approx(row["hk"], rel=1e-9)
    compared = 0
    for row in reference(f"ncountr_pos_hk_{which}.csv").iter_rows(named=True):
        gene = genes.index(row.pop("gene"))
        for sample, value in row.items():
            assert scaled[samples.index(sample), gene] == pytest.approx(value, rel=1e-9)
            compared += 1
    assert compared > 900


@pytest.mark.parametrize("which", ["bhot_two", "gse117751"])
def test_the_quality_of_ncountr_under_its_own_conventions(which, lanes):
    """Its linearity takes POS_F in and its background the population SD; ours does neither, by section 3."""
    _, samples, counts = cohort(which, lanes)
    concentrations = 4.0 ** np.array([3.5, 2.5, 1.5, 0.5, -0.5, -1.5])
    for row in reference(f"ncountr_qc_{which}.csv").iter_rows(named=True):
        place = samples.index(row["sample"])
        linear = log_linearity(counts[POSITIVE][place], concentrations)
        assert linear == pytest.approx(row["PosCtrl_R2"], rel=1e-9)
        negatives = counts[NEGATIVE][place]
        population = negatives.mean() + 2 * negatives.std(ddof=0)
        assert population == pytest.approx(row["NegBackground"], rel=1e-9)
        assert limit_of_detection(negatives) > population or negatives.std() == 0


@pytest.mark.parametrize(
    ("file", "method", "column", "tolerance"),
    [
        ("score_singscore.csv", lambda v, s: singscore(v, s)[0], "score", 1e-9),
        ("score_singscore.csv", lambda v, s: singscore(v, s)[1], "dispersion_mad", 1e-9),
        ("score_ssgsea_gseapy.csv", ssgsea, "es", 1e-6),
        ("score_gsva_gseapy.csv", gsva, "es", 1e-6),
    ],
)
def test_scores_of_gene_sets(file, method, column, tolerance):
    matrix = reference("refset12_log2hk.csv.gz")
    genes, samples = matrix["Name"].to_list(), matrix.columns[1:]
    sets = json.loads(shared("reference", "transcripts", "scoring_sets.json").read_text(encoding="utf-8"))
    inside = np.array([[gene in set(own) for gene in genes] for own in sets.values()])
    scores = method(matrix.drop("Name").to_numpy().T.astype(float), inside)
    rows = list(reference(file).iter_rows(named=True))
    for row in rows:
        found = scores[samples.index(row["sample"]), list(sets).index(row["set"])]
        assert found == pytest.approx(row[column], abs=tolerance), row
    assert len(rows) == 101


def test_sets_of_the_package_are_those_that_the_reference_scores():
    sets = json.loads(shared("reference", "transcripts", "scoring_sets.json").read_text(encoding="utf-8"))
    for name, genes in sets.items():
        assert set(gene_sets()[name].probes) == set(genes), name


def test_how_well_each_set_alone_separates_the_reference_biopsies():
    known = spreads()
    rows = list(reference("benchmark_sets_refset537.csv").iter_rows(named=True))
    for row in rows:
        spread = known[row["set"], "mean_log2"]
        assert len(gene_sets()[row["set"]].probes) == row["n_genes_used"]
        assert spread.auc_amr == pytest.approx(row["auc_amr"], abs=6e-4), row["set"]
        assert spread.auc_tcmr == pytest.approx(row["auc_tcmr"], abs=6e-4), row["set"]
    assert len(rows) == 74


def test_the_derived_numbers_are_those_that_the_scripts_write(tmp_path):
    from training.facts import write_facts
    from training.reference_map import HOME, write_reference

    shared("data", "genesets")
    data = shared("data")
    for path in (*write_facts(data, tmp_path), *write_reference(data, tmp_path)):
        new, old = (each.read_text(encoding="utf-8") for each in (path, HOME / path.name))
        if path.name in ("reference_map.csv", "reference_biopsies.csv", "reference_scores.csv"):
            same_table(new, old)
        else:
            assert new == old, path.name


def same_table(new, old):
    """Equal text, and numbers within the last digit that is written."""
    for one, other in zip(csv.reader(new.splitlines()), csv.reader(old.splitlines()), strict=True):
        for cell, expected in zip(one, other, strict=True):
            if cell != expected:
                assert float(cell) == pytest.approx(float(expected), abs=2e-3)


def test_every_reference_biopsy_is_found_by_its_counts(refset):
    from graftrial.derive.transcript_reference import same_biopsy

    endogenous = refset.filter(pl.col("CodeClass") == ENDOGENOUS)
    for name in refset.columns[3:]:
        counts = dict(zip(endogenous["Name"], endogenous[name], strict=True))
        assert same_biopsy(counts) == name
    counts["CD28"] += 1
    assert same_biopsy(counts) == ""
    assert len(biopsies().by_digest) == 537


def test_means_do_not_depend_on_other_rows():
    draw = np.random.default_rng(5)
    block, inside = draw.normal(7, 2, (9, 60)), draw.random((4, 60)) < 0.4
    assert (set_means(block, inside)[3] == set_means(block[3:4], inside)[0]).all()
