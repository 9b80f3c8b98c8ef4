"""HLA tables and bead runs that a study file names: read at run time, walked back to their cells, refused with a finding."""

import pytest

from graftrial import pipeline

INFUSIONS = "subject_id,product_id,start,viable_cells,weight_kg\nS01,P1,2024-01-10,2.1e8,70\n"
TYPED = """subject_id,person,locus,allele_1,allele_2
S01,recipient,A,A*01:01,A*03:01
S01,donor,A,A*02:01,A*03:01
S01,recipient,B,B*07:02,B*08:01
S01,donor,B,B*07:02,B*08:01
S01,recipient,C,C*07:01,C*07:02
S01,donor,C,C*07:01,C*07:02
"""
EPLETS = "index,type,A*01:01,A*02:01,A*03:01,B*07:02,B*08:01,C*07:01,C*07:02\n1,x,1A,2B,1A,1A,1A,1A,1A\n2,x,9K,7Q,9K,9K,9K,9K,9K\n"
NAMED = '\n[hla]\neplet_tables = ["registry/eplets.csv"]\neplet_version = "test 1"\n'
BEADS = """subject_id,date,bead_id,specificity,mfi_raw,assay,dilution,lab_call,lot
S01,2024-01-05,11,A*02:01,4000,,,positive,L1
S01,2024-01-05,12,A*02:01,6000,,,positive,L1
S01,2024-01-05,13,A*02:01,900,C1q,,positive,L1
S01,2024-01-05,14,A*02:01,25000,,16,,L1
S01,2024-01-05,15,B*44:02,100,,,negative,L1
S01,2024-01-05,NC,,20,,,,L1
S01,2024-04-05,21,A*02:01,1500,,,positive,L1
S01,2024-04-05,22,B*44:02,-5,,,negative,L1
S01,2024-04-05,23,A*01:01,3000,,,positive,L1
S99,2024-04-05,24,A*02:01,9000,,,positive,L1
"""
RUN = '\n[antibodies]\nruns = [{ file = "beads/all.csv", format = "bead_table" }]\n'
CUTOFF = '\n[thresholds]\n"antibodies.cutoff_mfi" = 1000\n'


@pytest.fixture
def study(study_folder):
    """A function that writes a study with files beside its tables, and runs it."""

    def write(text="", files=(), **tables):
        folder = study_folder({"infusions": INFUSIONS, "hla": TYPED, **tables}, text)
        for name, content in dict(files).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        return pipeline.run(folder)

    return write


def rows(run):
    return {row["key"]: row for row in run.results.frame.iter_rows(named=True)}


def codes(run):
    return [each.code for each in run.checked.findings]


def test_without_an_eplet_table_nothing_is_computed_and_the_reason_is_told(study):
    found = rows(study())
    for name in ("total", "unique", "dr_dq_risk"):
        row = found[f"eplets.{name}.S01"]
        assert (row["value"], row["warnings"]) == (None, "no eplet table named in the study file")


def test_eplets_are_counted_by_the_table_of_the_user(study):
    run = study(NAMED, {"registry/eplets.csv": EPLETS})
    row = rows(run)["eplets.total.S01"]
    assert (row["value"], row["method"]) == ("2", "table test 1; loci A;B;C")
    assert "hla/S01/donor/A" in row["sources"] and "hla/S01/recipient/C" in row["sources"]
    assert "registry/eplets.csv" in run.stages[1].inputs
    assert {cell.file for cell in pipeline.explain(run, "eplets.total.S01").cells} == {"tables/hla.csv"}


def test_an_allele_that_the_table_does_not_hold_is_a_finding_and_leaves_a_bound(study):
    run = study(NAMED, {"registry/eplets.csv": EPLETS.replace("A*02:01", "A*68:01")})
    assert codes(run).count("GT-HLA-006") == 1
    row = rows(run)["eplets.total.S01"]
    assert (row["value"], row["lower"], row["upper"]) == (None, "0", None)
    assert "1 donor molecules are not in the table" in row["warnings"]


def test_a_blank_recipient_allele_makes_the_count_an_upper_bound(study):
    blank = TYPED.replace("A*01:01,A*03:01", "A*03:01,")
    row = rows(study(NAMED, {"registry/eplets.csv": EPLETS}, hla=blank))["eplets.total.S01"]
    assert (row["value"], row["lower"], row["upper"]) == (None, None, "2")


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "there is no such file"), ({"registry/eplets.csv": "a,b\n1,2\n"}, "columns index and type")],
)
def test_an_eplet_table_that_cannot_be_used_is_a_blocking_finding_and_the_rest_goes_on(study, files, said):
    run = study(NAMED, files)
    found = [each for each in run.checked.findings if each.code == "GT-HLA-004"]
    assert len(found) == 1 and said in found[0].why and run.checked.is_blocked
    assert "cannot be used" in rows(run)["eplets.total.S01"]["warnings"]
    assert rows(run)["hla_mismatch.a.S01"]["value"] == "1"


def test_an_allele_table_that_cannot_be_used_is_a_blocking_finding(study):
    named = '\n[hla]\nallele_table = "x.csv"\n'
    assert "GT-HLA-005" in codes(study(named, {"x.csv": "a,b\n1,2\n"}))


def test_the_highest_bead_of_an_antigen_is_its_intensity_and_complement_beads_are_no_intensity(study):
    run = study(RUN + CUTOFF, {"beads/all.csv": BEADS})
    found = rows(run)
    assert found["dsa.immunodominant_mfi.S01.-5"]["value"] == "6000"
    assert found["dsa.complement_binding.S01.-5"]["value"] == "yes"
    assert found["dsa.immunodominant_mfi.S01.86"]["value"] == "1500"
    assert found["dsa.response.S01"]["value"] == "fall_ge_50"
    counted = run.derived.frame("bead_runs").row(0, named=True)
    assert (counted["n_not_used"], counted["n_controls"], counted["n_samples_used"]) == (1, 1, 2)


def test_explain_walks_an_antibody_back_to_its_beads(study):
    run = study(RUN + CUTOFF, {"beads/all.csv": BEADS})
    cells = pipeline.explain(run, "dsa.immunodominant_mfi.S01.-5").cells
    assert {(each.file, each.row) for each in cells} == {("beads/all.csv", row) for row in range(2, 7)}
    assert "6000.0" in [each.text for each in cells]


def test_negative_intensity_own_antigen_and_a_stranger_are_findings_and_the_rest_is_used(study):
    run = study(RUN + CUTOFF, {"beads/all.csv": BEADS})
    found = {each.code: each for each in run.checked.findings}
    assert (found["GT-AB-009"].row, found["GT-AB-018"].row, found["GT-AB-022"].row) == (9, 10, 11)
    assert all(found[each].file == "beads/all.csv" for each in ("GT-AB-009", "GT-AB-018", "GT-AB-022"))
    antibodies = run.derived.frame("antibodies")
    assert antibodies.height == 5
    assert antibodies.filter(specificity="B*44:02", day=86)["mfi"].to_list() == [None]


def test_a_row_of_the_table_goes_before_the_beads_of_the_same_antigen(study):
    table = "subject_id,date,specificity,mfi\nS01,2024-01-05,A*02:01,7000\n"
    run = study(RUN + CUTOFF, {"beads/all.csv": BEADS}, antibodies=table)
    assert "GT-AB-021" in codes(run)
    assert rows(run)["dsa.immunodominant_mfi.S01.-5"]["value"] == "7000"


def test_beads_after_the_data_cut_are_left_out(study, study_folder):
    folder = study_folder({"infusions": INFUSIONS, "hla": TYPED}, RUN + CUTOFF)
    (folder / "beads").mkdir()
    (folder / "beads/all.csv").write_text(BEADS, encoding="utf-8")
    run = pipeline.run(folder, "2024-02-01")
    assert "dsa.count.S01.86" not in rows(run) and "GT-DC-001" in codes(run)


def test_a_negative_intensity_of_the_table_is_a_finding_and_no_result(study):
    table = "subject_id,date,specificity,mfi\nS01,2024-01-05,A*02:01,-7\n"
    run = study(CUTOFF, antibodies=table)
    assert any(each.column == "mfi" and each.withholds == "cell" for each in run.checked.findings)
    assert rows(run)["dsa.immunodominant_mfi.S01.-5"]["value"] is None


LIFECODES = """
[antibodies]
runs = [{ file = "luminex/run.csv", lot = "luminex/lot.eds", format = "lifecodes" }]
"""


@pytest.fixture
def lifecodes(shared, study):
    """A function that runs a study with a LIFECODES run and lot, samples assigned as told."""

    def write(assigned, lot="3012456_3065421-SA1"):
        source = shared / "data/luminex"
        files = {
            "luminex/run.csv": (source / "LSA1-test.csv").read_bytes().decode("utf-8"),
            "luminex/lot.eds": (source / f"{lot}.eds").read_text(encoding="utf-8"),
        }
        head = "run_file,sample,subject_id,date\n"
        return study(LIFECODES, files, bead_samples=head + assigned)

    return write


def a_sample(shared):
    from graftrial.intake.luminex import read_lifecodes

    folder = shared / "data/luminex"
    run = read_lifecodes(folder / "LSA1-test.csv", folder / "3012456_3065421-SA1.eds")
    return run.beads["sample"][0]


def test_a_lifecodes_run_gives_antibodies_of_assigned_samples_only(shared, lifecodes):
    name = a_sample(shared)
    run = lifecodes(f"luminex/run.csv,{name},S01,2024-01-05\n")
    beads = run.derived.frame("beads")
    assert set(beads["sample"]) == {name} and beads.height > 0
    assert not set(beads["column"]) & {"NC", "PC"}
    counted = run.derived.frame("bead_runs").row(0, named=True)
    assert counted["n_samples_used"] == 1 and counted["n_controls"] >= 2
    assert "GT-AB-019" in codes(run) or counted["n_samples"] == 1
    cells = pipeline.explain(run, "dsa.count.S01.-5").cells
    assert cells and {each.file for each in cells} == {"luminex/run.csv"}


def test_a_lot_file_that_does_not_match_the_run_blocks_and_the_rest_goes_on(shared, lifecodes):
    run = lifecodes(f"luminex/run.csv,{a_sample(shared)},S01,2024-01-05\n", "3062145_3045216-SA2")
    assert "GT-AB-001" in codes(run) and run.checked.is_blocked
    assert run.derived.frame("beads").is_empty()
    assert run.derived.frame("bead_runs")["run_reason"].to_list() == ["lot file does not match the run"]
    assert rows(run)["hla_mismatch.a.S01"]["value"] == "1"


def test_a_sample_that_no_run_holds_is_a_finding_at_its_row(lifecodes):
    run = lifecodes("luminex/run.csv,nobody,S01,2024-01-05\nluminex/other.csv,x,S01,2024-01-05\n")
    assert sorted(each.row for each in run.checked.findings if each.code == "GT-AB-020") == [2, 3]
