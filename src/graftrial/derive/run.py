"""The fixed order of derivation: timing, exposure, subjects, laboratory, events, biopsies, screening, timeline."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from graftrial.derive.adverse_events import derive_adverse_events
from graftrial.derive.biopsies import derive_biopsies
from graftrial.derive.derived import Derived
from graftrial.derive.exposure import derive_dated, derive_infusions, derive_treatments
from graftrial.derive.kidney_function import derive_kidney_function, derive_labs
from graftrial.derive.screening import derive_screening
from graftrial.derive.subjects import derive_subjects
from graftrial.derive.timeline import derive_timeline
from graftrial.derive.timing import anchors
from graftrial.intake.table import Tables
from graftrial.study.model import Study


def run(study: Study, tables: Tables, withheld: Collection[tuple[str, int]] = ()) -> Derived:
    """Every analysis-ready table of a study.

    withheld: table and row of the file of each row whose result a blocking finding withholds.
    """
    zero = anchors(study, tables)
    frames: dict[str, pl.DataFrame] = {
        name: derive_dated(tables, zero, name) for name in ("disposition", "deviations", "antibodies")
    }
    frames["treatments"] = derive_treatments(tables, zero)
    frames["infusions"] = derive_infusions(study, tables, zero, withheld)
    frames["subjects"] = derive_subjects(tables, zero, frames["disposition"], frames["infusions"])
    frames["labs"] = derive_labs(study, tables, zero)
    frames["kidney_function"] = derive_kidney_function(study, frames["labs"], frames["subjects"])
    frames["adverse_events"] = derive_adverse_events(study, tables, zero, frames["subjects"])
    frames["biopsies"] = derive_biopsies(study, tables, zero, frames["subjects"])
    ordered = {name: frame.sort(_order(frame), nulls_last=True) for name, frame in frames.items()}
    ordered["screening"] = derive_screening(study, ordered)
    ordered["timeline"] = derive_timeline(ordered)
    return Derived(dict(sorted(ordered.items())))


def _order(frame: pl.DataFrame) -> list[str]:
    """Rows by subject, day and key: the same whatever the order of the input."""
    return [
        each
        for each in ("subject_id", "day_low", "start_day_low", "onset_day_low", "key")
        if each in frame.columns
    ]
