"""From the derived tables to narratives, their plain text, and the frame of their sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from graftrial.derive.narratives import Patients
from graftrial.report.narratives import event, person
from graftrial.report.narratives.sentence import Sentence
from graftrial.study.model import Study

SCHEMA = {
    "subject_id": pl.String(),
    "ae_id": pl.String(),
    "event": pl.String(),
    "sentence": pl.Int32(),
    "kind": pl.String(),
    "text": pl.String(),
    "sources": pl.String(),
}
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Narrative:
    """The narrative of one event. because: why it has one."""

    subject_id: str
    ae_id: str
    key: str
    title: str
    because: str
    sentences: tuple[Sentence, ...]

    @property
    def name(self) -> str:
        """Name of its file, and of a signed one in the study folder: `<subject>-<event>`."""
        return f"{self.subject_id}-{self.ae_id}"


def write_narratives(study: Study, frames: Mapping[str, pl.DataFrame]) -> tuple[Narrative, ...]:
    """Every narrative, by subject and event. What the frames do not hold, no sentence can say."""
    cases = frames.get("narrative_cases", pl.DataFrame())
    if cases.is_empty():
        return ()
    patients = Patients(frames)
    reporting = study.safety.reporting
    judged = {
        (each["subject_id"], each["ae_id"]): each for each in frames["reporting_cases"].iter_rows(named=True)
    }
    product = study.product.name if study.product else ""
    written = []
    for case in cases.iter_rows(named=True):
        who = case["subject_id"], case["ae_id"]
        around = patients.around(reporting, *who)
        sentences = (
            *person.person(around, product),
            *event.course(around),
            *event.around_it(around, reporting),
            *event.handling(around),
            *event.judgements(around, judged.get(who)),
            *event.concomitant(around),
        )
        written.append(
            Narrative(*who, case["key"] or "", around.event["pt"] or "", case["because"], sentences)
        )
    return tuple(written)


def as_text(narrative: Narrative) -> str:
    """The narrative as a text file: one sentence a paragraph, so that differences are those of sentences."""
    head = f"Narrative of subject {narrative.subject_id}, event {narrative.ae_id} ({narrative.because})"
    wrapped = [textwrap.fill(each.text, WIDTH, break_on_hyphens=False) for each in narrative.sentences]
    return "\n\n".join([head, *wrapped]) + "\n"


def as_frame(narratives: Sequence[Narrative]) -> pl.DataFrame:
    """One row a sentence: subject, event, number, kind, text, and the keys of the rows behind it."""
    rows = [
        (each.subject_id, each.ae_id, each.key, number, one.kind, one.text, "; ".join(one.sources))
        for each in narratives
        for number, one in enumerate(each.sentences, 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
