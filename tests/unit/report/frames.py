"""Invented cases for the tests of the report: one like the index case, and three patients with everything filled."""

from collections.abc import Mapping
from pathlib import Path

from graftrial import analyse, derive, intake, study
from graftrial.report import Provenance, ReportInputs, RuleCard
from tests.study_folder import write_study

STUDY = """
[study]
id = "T1"
title = "A trial of <b>cells</b>"
status = "terminated"
status_reason = "for safety"
{synthetic}

[rules]
"egfr.ckd_epi_cr" = "2021"

[[references]]
key = "paper"
citation = "A paper. 2020."
doi = "10.1000/xyz"
"""
INDEX = {
    "subjects": "subject_id,sex,age_years,medical_history\nINDEX,M,53.7,secret history of the person\n",
    "infusions": "subject_id,product_id\nINDEX,P1\n",
    "disposition": "subject_id,milestone,date,reason\nINDEX,graft_loss,,words about the loss\n",
    "biopsies": (
        "subject_id,biopsy_id,date,timing,g,ptc,tma,inferred_scores,diagnosis_words\n"
        "INDEX,BX-2019-03,2019-03,before,1,3,absent,c4d=0,chronic rejection as dictated\n"
        "INDEX,BX-2019-07,2019-07,after,,,present,g=0,\n"
    ),
    "adverse_events": "subject_id,ae_id,term,serious\nINDEX,1,<script>alert(1)</script>,yes\n",
    "reported": "statement,label,events,n,source\ntreated,patients treated,3,3,a paper\n",
}
THREE = {
    "subjects": (
        "subject_id,sex,age_years,transplant_date,donor_age_years\n"
        "S01,F,41.375,2015-02-11,61.9\nS02,M,67.25,2011-08-30,44.1\nS03,F,29.625,2018-05-05,38.8\n"
    ),
    "infusions": (
        "subject_id,product_id,start,viable_cells,weight_kg,planned_cells_per_kg\n"
        "S01,P1,2020-03-02,180e6,60,3e6\nS01,P2,2020-03-30,177e6,60,3e6\nS02,P3,2020-04-06,240e6,80,3e6\n"
        "S03,P4,2020-05-04,150e6,50,3e6\n"
    ),
    "labs": "subject_id,date,analyte,value,unit\n"
    + "".join(
        f"{subject},2020-{month:02d}-01,creatinine,{120 + 9 * month},umol/L\n"
        for subject in ("S01", "S02", "S03")
        for month in (2, 5, 8)
    ),
    "adverse_events": (
        "subject_id,ae_id,term,meddra_pt,meddra_soc,start,grade,ctcae_edition,serious,related_cells_investigator,note\n"
        "S01,1,shivering at night,Chills,General disorders,2020-03-02,2,5.0,no,possible,private remark\n"
        "S02,1,swollen legs of the patient,,,2020-04,3,5.0,yes,,\n"
    ),
    "disposition": "subject_id,milestone,date\nS01,completed,2021-03-01\nS02,graft_loss,2020-09-09\nS03,death,2020-08-08\n",
    "treatments": "subject_id,treatment,purpose,start,end\nS01,IVIG,standard_therapy,2020-02-10,2020-02-24\n",
    "antibodies": (
        "subject_id,date,specificity,mfi,positive\n"
        "S01,2020-03-01,A2,4200,yes\nS01,2020-06-01,A2,1100,yes\nS02,2020-04,B8,900,\n"
    ),
    "hla": "subject_id,person,locus,allele_1,allele_2\nS01,donor,A,A2,A3\nS01,recipient,A,A1,A3\n",
    "products": "product_id,subject_id,donor_id,autologous,harvest_date,note\nP1,S01,S01,yes,2020-02-20,private remark\n",
    "product_tests": "product_id,test,result,lower_limit,verdict,date\nP1,viability,95,80,passed,2020-02-21\n",
    "custody": "product_id,event,start,from,to\nP1,harvested,2020-02-20,ward,laboratory\n",
    "deviations": "subject_id,date,category,description\nS01,2020-03-05,dose,words of the monitor\n",
}
CARDS = (
    RuleCard(
        "egfr.ckd_epi_cr",
        "2021",
        "Estimated GFR",
        "Inker LA et al.",
        "creatinine equation",
        "10.1056/NEJMoa2102953",
    ),
)


def inputs_of(
    folder: Path, tables: Mapping[str, str], share: bool = False, is_synthetic: bool = False
) -> ReportInputs:
    """The inputs of a report on a study folder written for the test, by the stages of the house."""
    text = STUDY.replace("{synthetic}", "synthetic = true" if is_synthetic else "")
    write_study(folder, tables, text)
    protocol = study.load(folder)
    typed = intake.type_tables(intake.read(folder, protocol.intake), protocol.intake)
    derived = derive.run(protocol, typed)
    results = analyse.run(protocol, typed, derived)
    provenance = Provenance("2021-06-30", {"graftrial": "0"}, {"tables/subjects.csv": "ab12"})
    return ReportInputs(
        protocol,
        typed,
        derived.frames,
        results.frame,
        typed.findings,
        typed.balances,
        CARDS,
        provenance,
        share,
    )
