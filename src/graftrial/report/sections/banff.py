"""What the pinned Banff edition says of each biopsy, beside the pathologist, in plain words."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Row, Table, Tone, cell, with_citations
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_REPORTED, bounds, spoken, words

STATES: dict[str, Tone] = {
    "established": "strong",
    "possible": "missing",
    "excluded": "quiet",
    "not_in_edition": "quiet",
}
BESIDE = {"tma": "Thrombotic microangiopathy", "tubular_injury": "Tubular injury"}
TOLD = {
    "diagnoses": "Diagnoses that hold",
    "transcripts": "Transcripts as evidence, by the study file",
    "amr_would_follow": "What missing facts would change",
    "notes": "To be read with",
}
INDICES = {"activity_index": "Activity index, 0 to 12", "chronicity_index": "Chronicity index, 0 to 15"}
CATEGORIES = {
    "chronic_active_amr": "Chronic active AMR",
    "active_amr": "Active AMR",
    "chronic_amr": "Chronic (inactive) AMR",
    "mvi_dsa_neg_c4d_neg": "MVI, DSA-negative and C4d-negative",
    "probable_amr": "Probable AMR",
    "acute_tcmr": "Acute TCMR",
    "ca_tcmr": "Chronic active TCMR",
    "borderline": "Borderline for acute TCMR",
}
AGREEMENT: dict[str, Tone] = {"agrees": "good", "differs": "alert", "not assessable": "missing"}
EXPLANATION = (
    "Established: it holds whatever the missing scores are. Possible: the missing scores decide, and the table names "
    "them. Excluded: it holds for none of them. The rules read the scores as recorded; they do not see the slide, and "
    "the diagnosis of the pathologist stands beside them."
)


def verdicts(material: Material, subject: Record, biopsies: list[Record]) -> list[Block]:
    """The table of one patient, or nothing where the study pins no Banff edition."""
    edition = biopsies[0].get("banff_edition") if biopsies else None
    if not edition:
        return []
    columns = (Column("By the rules"), *(Column(str(each["reading"]), wide=True) for each in biopsies))
    name = subject["subject_id"]
    rows = [
        Row((Cell(title), *(_state(material, name, each, code) for each in biopsies)))
        for code, title in CATEGORIES.items()
        if any(each.get(f"banff_{code}_state") != "not_in_edition" for each in biopsies)
    ]
    for code, title in INDICES.items():
        rows.append(Row((Cell(title), *(_index(material, name, each, code) for each in biopsies))))
    for column, title in BESIDE.items():
        rows.append(Row((Cell(title), *(cell(words(each[column])) for each in biopsies))))
    for column, title in TOLD.items():
        told = [each.get(f"banff_{column}") for each in biopsies]
        if any(told):
            rows.append(Row((Cell(title), *(_said(each, column) for each in told))))
    rows.append(Row((Cell("Diagnosis of the pathologist"), *(_pathologist(each) for each in biopsies))))
    rows.append(
        Row((Cell("Rule and pathologist on AMR"), *(_agreement(material, name, each) for each in biopsies)))
    )
    rows.append(
        Row((Cell("Graft, at the last report"), *(Cell(str(subject["graft_status"])) for _ in biopsies)))
    )
    caption = f"Banff {edition} by the rules, {name}"
    return [with_citations(Table(caption, columns, tuple(rows)), material.results)]


def _state(material: Material, subject: str, biopsy: Record, code: str) -> Cell:
    state = str(biopsy.get(f"banff_{code}_state") or NOT_REPORTED)
    decides = biopsy.get(f"banff_{code}_decides")
    key = material.results.key("banff", code, subject, biopsy["reading"])
    below = (
        f"decided by {', '.join(spoken(each) for each in str(decides).split(';'))}"
        if decides and state == "possible"
        else ""
    )
    return Cell(spoken(state), key, STATES.get(state, ""), below)


def _said(text: object, column: str) -> Cell:
    nothing = "nothing decided" if column == "diagnoses" else "–"
    return Cell(str(text) if text else nothing, tone="" if text else "missing")


def _index(material: Material, subject: str, biopsy: Record, code: str) -> Cell:
    low, high = biopsy[f"banff_{code}_min"], biopsy[f"banff_{code}_max"]
    key = material.results.key("banff", code, subject, biopsy["reading"])
    return Cell(
        bounds(low, high), key, "" if low == high else "missing", "" if low == high else "possible range"
    )


def _pathologist(biopsy: Record) -> Cell:
    said = cell(spoken(words(biopsy["pathologist_diagnosis"])))
    edition = f"Banff {biopsy['edition_used']}" if biopsy["edition_used"] else "edition not reported"
    reader = f", reader {biopsy['reader']}" if biopsy["reader"] else ""
    blinded = {True: ", blinded", False: ", not blinded"}.get(biopsy["blinded"], "")
    return Cell(said.text, said.key, said.tone, f"{edition}{reader}{blinded}")


def _agreement(material: Material, subject: str, biopsy: Record) -> Cell:
    told = biopsy.get("banff_agreement")
    key = material.results.key("banff", "agreement", subject, biopsy["reading"])
    return cell(NOT_REPORTED) if not told else Cell(str(told), key, AGREEMENT.get(str(told), ""))
