"""The design report of a dose-finding design, for the appendix of a protocol, and its lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from graftrial.pipeline.design_dose import DoseAnswer, sentences
from graftrial.pipeline.design_request import cited
from graftrial.pipeline.write import written_aside
from graftrial.report.blocks import Cell, Column, Row, Table
from graftrial.report.design_page import DesignPage, render_design
from graftrial.report.figures.designs import BOUNDS, bounds_figure, selection_figure
from graftrial.report.numbers import percent, plain, rounded
from graftrial.stats.designs import Boin12, DecisionTable, DoseCharacteristics, DoseDesign, TrialData
from graftrial.stats.designs.boin12 import Desirability

WORDS = {
    "target": "Target DLT probability", "n_doses": "Doses", "cohort_size": "Cohort size", "max_n": "Patients planned",
    "start_dose": "Start dose", "stop_at_n": "Dose found once treated at it", "elimination_cut": "Elimination cut",
    "subtherapeutic": "phi1", "overly_toxic": "phi2", "extra_safe": "Stricter at the lowest dose", "offset": "Offset",
    "below": "Acceptable below the target by", "above": "Acceptable above the target by", "skeleton": "Skeleton",
    "model": "Model", "prior_variance": "Prior variance of beta", "is_coherent": "No escalation right after a DLT",
    "stop_cut": "Stop once P(lowest dose above target) exceeds", "window": "DLT window, days",
    "accrual_interval": "Mean days between patients", "efficacy": "Lowest acceptable response probability",
    "utility_neither": "Utility: no response, no DLT", "utility_both": "Utility: response with DLT",
    "toxicity_cut": "Toxicity cut", "efficacy_cut": "Efficacy cut", "ranked_up_to": "Outcomes ranked up to patients",
    "n_star": "No escalation above lambda_e from patients",
}  # fmt: skip


def write_dose_design(given: DoseAnswer, out: Path, command: str) -> list[Path]:
    """Writes design.html and its figures into `out`; what was there before stays whole until then.

    Raises: OutputUnwritable GT-OUT-001.
    """
    with written_aside(out) as aside:
        names = [path.relative_to(aside) for path in render_design(_page(given, command), aside)]
    return [out / name for name in names]


def lines(given: DoseAnswer) -> Iterator[str]:
    """Design, table, sentences and operating characteristics."""
    design = given.design
    yield (
        f"design   {design.title}: target {plain(design.target, 3)}, {design.n_doses} doses, "
        f"cohorts of {design.cohort_size}, {design.max_n} patients"
    )
    yield f"source   {design.reference}"
    yield f"table    {given.table_is_for}"
    yield ""
    yield "       n  escalate if at most  de-escalate if at least  eliminate if at least"
    for row in given.rows:
        cells = (row.escalate_if_at_most, row.deescalate_if_at_least, row.eliminate_if_at_least)
        up, down, out = ("never" if each is None else str(each) for each in cells)
        yield f"{row.n:>8}  {up:>19}  {down:>23}  {out:>21}"
    for each in given.characteristics:
        yield ""
        yield from _scenario_lines(each)
    for remark in _remarks(given):
        yield ""
        yield remark


def _scenario_lines(each: DoseCharacteristics) -> Iterator[str]:
    chosen = "  ".join(f"{k}: {percent(p, 2)}" for k, p in enumerate(each.p_select, 1))
    patients = "  ".join(f"{k}: {rounded(n, 2)}" for k, n in enumerate(each.e_n_per_dose, 1))
    yield f"scenario {', '.join(plain(p, 4) for p in each.p)} ({_how(each)})"
    yield f"  recommended    {chosen}  none: {percent(each.p_select_none, 2)}"
    yield f"  E(patients)    {patients}  all: {rounded(each.e_n, 2)}"
    yield f"  E(DLT)         {rounded(each.e_dlt, 2)}"
    yield f"  more than half above the target: {percent(each.p_overdose, 2)}"
    yield f"  fewer than 6 at the recommended dose: {percent(each.p_few_at_chosen, 2)}"


def _page(given: DoseAnswer, command: str) -> DesignPage:
    design = given.design
    bounds = [
        (row.n, name, value)
        for row in given.rows
        for (name, _), value in zip(
            BOUNDS,
            (row.escalate_if_at_most, row.deescalate_if_at_least, row.eliminate_if_at_least),
            strict=True,
        )
        if value is not None
    ]
    figures = [bounds_figure(bounds)]
    if given.characteristics:
        figures.append(selection_figure(_bars(given)))
    return DesignPage(
        title=f"{design.title} design for {design.n_doses} doses and {design.max_n} patients",
        kind="Design of a dose-finding trial",
        lead=f"Aims at a DLT probability of {plain(design.target, 3)}.",
        assumptions=tuple(
            (WORDS.get(each.name, each.name), _said(getattr(design, each.name)))
            for each in fields(design)
            if each.name != "cells" and getattr(design, each.name) is not None
        ),
        sentences=sentences(given),
        tables=(_decision_table(given), *_characteristics_tables(given), *_example(given), *_scores(given)),
        figures=tuple(figures),
        remarks=_remarks(given),
        citations=(design.reference, "as given") if isinstance(design, DecisionTable) else cited(design),
        reproduce=command,
    )


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(plain(each, 4) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value, 4) if isinstance(value, float) else str(value)


def _decision_table(given: DoseAnswer) -> Table:
    titles = ("Patients n", "Escalate if at most", "De-escalate if at least", "Eliminate if at least")
    rows = tuple(
        Row((Cell(str(row.n)), *(Cell("never", tone="quiet") if value is None else Cell(str(value))
             for value in (row.escalate_if_at_most, row.deescalate_if_at_least, row.eliminate_if_at_least))))
        for row in given.rows
    )  # fmt: skip
    columns = (Column(titles[0]), *(Column(each, is_number=True) for each in titles[1:]))
    note = f"Of {given.table_is_for}. Counts are of patients with a DLT."
    return Table("Decision table", columns, rows, (note,), compact=True)


def _characteristics_tables(given: DoseAnswer) -> tuple[Table, ...]:
    titles = ("True DLT probability", "P(recommended)", "E(patients)", "E(DLT)")
    columns = (Column("Dose"), *(Column(each, is_number=True) for each in titles))
    tables = []
    for number, each in enumerate(given.characteristics, 1):
        kept = zip(each.p, each.p_select, each.e_n_per_dose, each.e_dlt_per_dose, strict=True)
        rows = [
            _row(str(k), plain(p, 4), percent(chosen, 2), rounded(n, 2), rounded(y, 2))
            for k, (p, chosen, n, y) in enumerate(kept, 1)
        ]
        none = _row("none", "", percent(each.p_select_none, 2), rounded(each.e_n, 2), rounded(each.e_dlt, 2))
        above = f"More than half of the patients above the target: {percent(each.p_overdose, 2)}."
        few = f"Fewer than 6 at the recommended dose: {percent(each.p_few_at_chosen, 2)}."
        notes = ("The last line has the trial's totals.", above, few)
        caption = f"Scenario {number}: operating characteristics, {_how(each)}"
        tables.append(Table(caption, columns, (*rows, none), notes, compact=True))
    return tuple(tables)


def _row(*texts: str) -> Row:
    return Row(tuple(Cell(each) for each in texts))


def _how(each: DoseCharacteristics) -> str:
    if each.method == "exact" or each.standard_error is None:
        return "exact"
    error = percent(each.standard_error, 2)
    return f"simulated: {each.trials} trials, seed {each.seed}, Monte Carlo error up to {error}"


def _bars(given: DoseAnswer) -> list[tuple[str, str, float, float | None, bool]]:
    bars: list[tuple[str, str, float, float | None, bool]] = []
    for number, each in enumerate(given.characteristics, 1):
        name = f"Scenario {number}: {', '.join(plain(p, 4) for p in each.p)}"
        distances = [abs(p - given.design.target) for p in each.p]
        closest = distances.index(min(distances))
        bars.append((name, "none", each.p_select_none, None, False))
        for k, chance in enumerate(each.p_select):
            bars.append((name, f"dose {k + 1}", chance, each.p[k], k == closest))
    return bars


def _example(given: DoseAnswer) -> tuple[Table, ...]:
    """What the first two cohorts would lead to, in the first scenario where there is one."""
    design = given.design
    if not isinstance(design, DoseDesign):
        return ()
    p = given.scenarios[0] if given.scenarios else None
    rows = []
    for path in design.paths(TrialData(()), 2, p):
        told = "; then ".join(f"{y} of {n} at dose {dose}" for dose, n, y in path.cohorts)
        decision = path.decision.action + (
            "" if path.decision.dose is None else f", dose {path.decision.dose}"
        )
        rows.append(Row((Cell(told), Cell(decision), Cell(percent(path.probability, 2)))))
    columns = (Column("Patients with DLT"), Column("Decision"), Column("Probability", is_number=True))
    basis = "Probabilities of scenario 1." if p else "Probabilities under a uniform prior of each dose."
    return (Table("Worked example: the first two cohorts", columns, tuple(rows), (basis,), compact=True),)


def _scores(given: DoseAnswer) -> tuple[Table, ...]:
    if not isinstance(given.design, Boin12):
        return ()

    def row(each: Desirability) -> Row:
        score = Cell("not admissible", tone="quiet") if each.rds is None else Cell(plain(each.rds, 1))
        return Row((Cell(str(each.n)), Cell(str(each.toxicity)), Cell(str(each.efficacy)), score))

    columns = (
        Column("Patients n"),
        *(Column(each, is_number=True) for each in ("With DLT", "With response", "Score")),
    )
    return (
        Table(
            "Rank-based desirability scores",
            columns,
            tuple(row(each) for each in given.design.table()),
            compact=True,
        ),
    )


def _remarks(given: DoseAnswer) -> tuple[str, ...]:
    told = [
        "A pending patient is waited for only where an outcome of that patient could change the action.",
        "A product that failed is not a patient at the dose: it counts for feasibility and not for toxicity.",
    ]
    design_id = given.design.id
    if design_id == "3+3":
        told.append("3+3 recommends the right dose in about a third of trials where BOIN does in about 55%.")
    if design_id in ("crm", "tite-crm"):
        told.append(
            "Estimates are DLT probabilities at the posterior mean of beta, not their own posterior means."
        )
    if design_id == "tite-crm":
        told.append(
            "Open windows are weighted by the share that was observed; nobody is waited for before the end."
        )
        told = told[1:]
    return tuple(told)
