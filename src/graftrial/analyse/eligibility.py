"""The screening table as results."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived


def eligibility(derived: Derived) -> list[Result]:
    """Each criterion for each candidate, and what the deciding list says of the candidate."""
    screening = derived.frame("screening")
    results = [_criterion(row) for row in screening.iter_rows(named=True)]
    for (subject, name), rows in screening.group_by("subject_id", "list", maintain_order=True):
        results.append(_under_list(str(subject), str(name), rows))
    return results


def _under_list(subject: str, name: str, rows: pl.DataFrame) -> Result:
    outcomes = rows["outcome"].to_list()
    verdict = "excluded" if "excluded" in outcomes else "open" if "open" in outcomes else "eligible"
    decides = bool(rows["decides"][0])
    reasons = rows.filter(pl.col("outcome") == verdict)["criterion"]
    return Result(
        key=f"eligibility.overall.{subject}" if decides else f"eligibility.under_{name}.{subject}",
        value=verdict,
        label=f"eligibility of {subject}: {rows['list_title'][0]}",
        group="eligibility.overall",
        n=rows.height - outcomes.count("open"),
        denominator=rows.height,
        not_assessable=outcomes.count("open"),
        method="excluded by any criterion; open while any is open; otherwise eligible",
        warnings=() if verdict == "eligible" else tuple(reasons),
        sources=tuple(rows["sources"]),
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
