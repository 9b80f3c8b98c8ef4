"""Participant flow, and what became of the subjects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.derived import NOT_REPORTED
from graftrial.derive.subjects import GRAFT_LOST
from graftrial.stats.binomial import interval_clopper_pearson
from graftrial.study.model import Study

FLOW = {
    "screened": "screened",
    "screen_failure": "screen failures",
    "enrolled": "enrolled",
    "standard_therapy_completed": "standard therapy completed",
    "product_failure": "product failures",
    "infused": "infused",
    "completed": "completed follow-up",
    "withdrawn": "withdrawn",
    "lost_to_follow_up": "lost to follow-up",
    "graft_loss": "graft lost",
    "dialysis": "returned to dialysis",
    "retransplanted": "retransplanted",
    "death": "died",
}
COUNTED = "subjects with the milestone"


def flow(study: Study, derived: Derived) -> list[Result]:
    """Subjects at each milestone. A milestone that nobody recorded is not reported, unless the table is complete."""
    subjects, disposition = derived.frame("subjects"), derived.frame("disposition")
    is_complete = "disposition" in study.intake.complete
    results = []
    for milestone, label in FLOW.items():
        if milestone == "infused":
            reached = subjects.filter("is_infused")
            sources = _infusion_sources(derived)
        else:
            reached = disposition.filter(pl.col("milestone") == milestone).unique(
                "subject_id", maintain_order=True
            )
            sources = tuple(reached["key"])
        count: int | None = reached.height
        warnings: tuple[str, ...] = ()
        if count == 0 and not is_complete and milestone != "infused":
            count, warnings = None, (f"{NOT_REPORTED}: no row of disposition has the milestone {milestone}",)
        results.append(
            Result(
                key=f"disposition.{milestone}",
                value=count,
                label=label,
                group="disposition",
                unit="subjects",
                n=count,
                denominator=subjects.height,
                method=COUNTED
                if milestone != "infused"
                else "subjects with an infusion or the milestone infused",
                warnings=warnings,
                sources=sources,
            )
        )
    return results


def _infusion_sources(derived: Derived) -> tuple[str, ...]:
    milestone = derived.frame("disposition").filter(pl.col("milestone") == "infused")
    return (*derived.frame("infusions")["key"], *milestone["key"])


def outcomes(derived: Derived) -> list[Result]:
    """Graft and life of every subject, as far as they are reported."""
    milestones = derived.frame("disposition").group_by("subject_id", maintain_order=True).agg("key")
    rows = derived.frame("subjects").join(
        milestones.rename({"key": "milestones"}), on="subject_id", how="left"
    )
    results = []
    for row in rows.iter_rows(named=True):
        subject, keys = row["subject_id"], tuple(row["milestones"] or ())
        dead = {True: "died", False: "alive at last contact", None: NOT_REPORTED}[row["is_dead"]]
        for measure, value, label in (
            ("graft_status", row["graft_status"], "graft"),
            ("death", dead, "life"),
        ):
            results.append(
                Result(
                    key=f"outcome.{measure}.{subject}",
                    value=value,
                    label=f"{label} of {subject}",
                    group=f"outcome.{measure}",
                    n=int(value != NOT_REPORTED),
                    denominator=1,
                    not_assessable=int(value == NOT_REPORTED),
                    method="milestones of disposition",
                    sources=keys,
                )
            )
    return results


def graft_losses(study: Study, derived: Derived) -> list[Result]:
    """Infused subjects who lost the graft, and the proportion; not reported where nothing says that none was lost."""
    lost, unknown = pl.col("graft_status") == "lost", pl.col("graft_status") == NOT_REPORTED
    return _happened(study, derived, "graft_lost", "graft lost", (lost, unknown), GRAFT_LOST)


def deaths(study: Study, derived: Derived) -> list[Result]:
    """Infused subjects who died, and the proportion; not reported where nothing says that nobody died."""
    died, unknown = pl.col("is_dead").fill_null(False), pl.col("is_dead").is_null()
    return _happened(study, derived, "died", "died", (died, unknown), ("death",))


def _happened(
    study: Study,
    derived: Derived,
    name: str,
    label: str,
    told: tuple[pl.Expr, pl.Expr],
    milestones: Collection[str],
) -> list[Result]:
    """`outcome.<name>.subjects` and `.proportion`. told: who had it, and of whom it is not known."""
    infused = derived.frame("subjects").filter("is_infused")
    had, total = infused.filter(told[0]), infused.height
    is_known = bool(had.height) or "disposition" in study.intake.complete
    lower, upper = interval_clopper_pearson(had.height, total) if is_known and total else (None, None)
    sources = derived.frame("disposition").filter(pl.col("milestone").is_in(list(milestones)))["key"]
    count = Result(
        key=f"outcome.{name}.subjects",
        value=had.height if is_known else None,
        label=label,
        group=f"outcome.{name}",
        unit="subjects",
        n=had.height if is_known else None,
        denominator=total,
        not_assessable=infused.filter(told[1]).height,
        method="infused subjects",
        warnings=() if is_known else (f"{NOT_REPORTED}: no row of disposition says: {label}",),
        sources=tuple(sources),
    )
    proportion = replace(
        count,
        key=f"outcome.{name}.proportion",
        value=had.height / total if total and is_known else None,
        unit="",
        lower=lower,
        upper=upper,
        method="infused subjects, Clopper-Pearson 95% interval",
    )
    return [count, proportion]


def reported(derived_rows: pl.DataFrame) -> list[Result]:
    """Aggregates that a publication states. They are shown as such and never become subjects."""
    return [
        Result(
            key=f"reported.{row['statement']}",
            value=row["events"] if row["events"] is not None else row["value"],
            label=row["label"] or row["statement"],
            group="reported",
            n=row["events"],
            denominator=row["n"],
            method=f"as stated by {row['source']}",
            warnings=("stated by the source; no rows exist",),
            sources=(f"reported/{row['statement']}",),
        )
        for row in derived_rows.iter_rows(named=True)
    ]
