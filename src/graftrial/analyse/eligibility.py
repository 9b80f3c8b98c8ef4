"""The screening table as results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graftrial.analyse.results import Result
from graftrial.derive import Derived


def eligibility(derived: Derived) -> list[Result]:
    """Each criterion for each candidate, and what the deciding list says of the candidate."""
    screening = derived.frame("screening")
    results = [_criterion(row) for row in screening.iter_rows(named=True)]
    lists: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in screening.iter_rows(named=True):
        lists.setdefault((row["subject_id"], row["list"]), []).append(row)
    return results + [_under_list(subject, name, rows) for (subject, name), rows in lists.items()]


def _under_list(subject: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Result:
    outcomes = [row["outcome"] for row in rows]
    verdict = "excluded" if "excluded" in outcomes else "open" if "open" in outcomes else "eligible"
    decides = bool(rows[0]["decides"])
    reasons = tuple(row["criterion"] for row in rows if row["outcome"] == verdict)
    return Result(
        key=f"eligibility.overall.{subject}" if decides else f"eligibility.under_{name}.{subject}",
        value=verdict,
        label=f"eligibility of {subject}: {rows[0]['list_title']}",
        group="eligibility.overall",
        n=len(rows) - outcomes.count("open"),
        denominator=len(rows),
        not_assessable=outcomes.count("open"),
        method="excluded by any criterion; open while any is open; otherwise eligible",
        warnings=() if verdict == "eligible" else reasons,
        sources=tuple(row["sources"] for row in rows),
    )


def _criterion(row: dict[str, str]) -> Result:
    warnings = tuple(each for each in (row["missing"], f"{row['kind']} criterion: {row['outcome']}") if each)
    return Result(
        key=f"eligibility.{row['criterion']}.{row['subject_id']}",
        value=row["verdict"],
        label=f"{row['text']} ({row['subject_id']})",
        group=f"eligibility.{row['list']}",
        n=int(row["verdict"] != "not assessable"),
        denominator=1,
        not_assessable=int(row["verdict"] == "not assessable"),
        method=f"{row['list_title']}: fact {row['fact']}",
        warnings=warnings,
        sources=(row["sources"],),
    )
