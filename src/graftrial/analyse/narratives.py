"""Which events have a narrative, and the rows that each is written from."""

from __future__ import annotations

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.narratives import Patients
from graftrial.study.model import Study


def narrative_sources(study: Study, derived: Derived) -> list[Result]:
    """`narrative.<subject>.<event>`: why the event has a narrative; `sources` are the rows that it tells."""
    cases = derived.frame("narrative_cases")
    if cases.is_empty():
        return []
    patients = Patients(derived.frames)
    results = []
    for case in cases.iter_rows(named=True):
        around = patients.around(study.safety.reporting, case["subject_id"], case["ae_id"])
        results.append(
            Result(
                key=f"narrative.{case['subject_id']}.{case['ae_id']}",
                value=case["because"],
                label="patient narrative",
                group="narrative",
                n=len(around.sources),
                method="rows that the narrative is written from",
                sources=around.sources,
            )
        )
    return results
