"""What happened to each patient, in one picture each, and all of them under one another."""

from __future__ import annotations

from graftrial.report.blocks import Block, Figure, Fold, Heading, Note, Section
from graftrial.report.figures.swimmer import swimmer_spec
from graftrial.report.figures.timeline import timeline_spec
from graftrial.report.material import PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import plural, spoken

AXIS_WORDS = {
    "day": "study days; day 0 is the {zero}",
    "date": "calendar dates; the day of the {zero} was not reported",
    "none": "no axis; no date was reported",
    "withheld": "no axis; no study day was reported, and dates are withheld",
}


def section(material: Material) -> Section:
    """The cohort first, then one timeline a patient."""
    if material.frame("timeline").is_empty():
        text = "Nothing with or without a date was reported for any patient."
        return Section("timelines", "Timelines", (Note(text, "missing"),), "Timelines")
    blocks: list[Block] = []
    if len(material.subjects) >= 2 and (spec := swimmer_spec(material)):
        blocks.append(
            Figure(
                "swimmer",
                "All patients",
                f"Swimmer plot of {plural(len(material.subjects), 'patient')}: follow-up as a bar; infusions, "
                "biopsies, serious adverse events, graft loss and death as marks. The tables hold the same facts.",
                spec,
                f"Day 0 is the {material.day_zero}. Thin bars before it: standard therapy; grey after a cross: the "
                "graft is lost. Patients without any known study day are not drawn.",
            )
        )
    shown = material.with_figures
    own = [figure for subject in shown if (figure := _timeline(material, subject))]
    if len(material.subjects) > PATIENT_FIGURES:
        blocks.append(
            Note(
                f"Timelines of the first {len(shown)} of {len(material.subjects)} patients, the infused first; every "
                "patient is in the tables and in derived/timeline.csv.",
                "note",
            )
        )
    blocks.extend(
        own
        if len(own) <= 3
        else [*own[:3], Fold(f"Timelines of {len(own) - 3} further patients", tuple(own[3:]))]
    )
    if len(own) == 0:
        blocks.append(Heading("No patient has an entry"))
    return Section("timelines", "Timelines", tuple(blocks), "Timelines")


def _timeline(material: Material, subject: Record) -> Figure | None:
    subject_id = subject["subject_id"]
    rows = material.rows_of("timeline", subject_id)
    if not rows:
        return None
    axis = rows[0]["axis"]
    undated = sum(1 for each in rows if not each["is_dated"])
    graft = spoken(subject["graft_status"] or "not reported")
    why = AXIS_WORDS["withheld" if axis == "none" and material.inputs.share else axis]
    note = f"Axis: {why.format(zero=material.day_zero)}."
    if undated and axis != "none":
        note += f" {plural(undated, 'item')} without a reported date at the right."
    told = "; ".join(f"{each['label']} ({each['lane']})" for each in rows[:12])
    return Figure(
        f"timeline-{subject_id}",
        f"Timeline of {subject_id}",
        f"Timeline of {subject_id} with {plural(len(rows), 'item')}: {told}. Graft: {graft}.",
        timeline_spec(material, subject, rows),
        note,
    )
