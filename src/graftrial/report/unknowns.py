"""What a count leaves open, in words: `seriousness of 1 further event not reported`."""

from __future__ import annotations

from graftrial.report.numbers import plural
from graftrial.report.results import ResultRow

OPEN_FACT = {
    "serious": "seriousness",
    "treatment_emergent": "onset relative to the first infusion",
    "treatment_emergent_serious": "seriousness or onset",
    "related_cells": "relation to the cells",
    "related_cells_for_reporting": "relation to the cells",
    "related_any": "relation",
    "withdrawal": "consequence for the participation",
    "infusion_reaction": "time after the infusion",
    "grade_3_or_higher": "grade",
    "fatal": "outcome",
    "graft_loss": "graft status",
    "graft_lost": "graft status",
    "new_tma": "later biopsy",
    "death": "survival",
    "died": "survival",
}


def unknown_words(row: ResultRow) -> str:
    """What the row could not count, or nothing where everything is known."""
    if not row.not_assessable:
        return ""
    parts = row.key.split(".")
    fact = OPEN_FACT.get(parts[1], "the fact") if len(parts) > 1 else "the fact"
    what = "event" if parts[-1] == "events" else "subject"
    if row.count:
        what = f"further {what}"
    return f"{fact} of {plural(row.not_assessable, what)} not reported"
