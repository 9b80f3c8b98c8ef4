"""The screening table as results."""

from __future__ import annotations

from graftrial.analyse.results import Result
from graftrial.derive import Derived


def eligibility(derived: Derived) -> list[Result]:
    """Each criterion for each candidate, and what the deciding list says of the candidate."""
    screening = derived.frame("screening")
    results = [_criterion(row) for row in screening.iter_rows(named=True)]
    for (subject,), rows in screening.filter("decides").group_by("subject_id", maintain_order=True):
        outcomes = set(rows["outcome"])
        verdict = "excluded" if "excluded" in outcomes else "open" if "open" in outcomes else "eligible"
        deciding = rows.filter(rows["outcome"] == verdict)
        results.append(
            Result(
                key=f"eligibility.overall.{subject}",
                value=verdict,
                label=f"eligibility of {subject}",
                group="eligibility.overall",
                n=rows.height - int((rows["outcome"] == "open").sum()),
                denominator=rows.height,
                not_assessable=int((rows["outcome"] == "open").sum()),
                method="excluded by any criterion; open while any is open; otherwise eligible",
                warnings=() if verdict == "eligible" else tuple(deciding["criterion"]),
                sources=tuple(rows["sources"]),
            )
        )
    return results


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
