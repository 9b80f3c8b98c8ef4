"""The answer of `graftrial design dose`: the design that was asked for, its table, what it does at each scenario."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from graftrial.errors import UsageError
from graftrial.pipeline.design_request import located, text_of
from graftrial.stats.designs import (
    Boin,
    Boin12,
    Crm,
    DecisionTable,
    DoseCharacteristics,
    DoseDesign,
    I3Plus3,
    Keyboard,
    Mtpi2,
    TableRow,
    ThreePlusThree,
    TiteCrm,
    skeleton,
)

METHODS: dict[str, type[DoseDesign] | type[Boin12]] = {
    each.id: each
    for each in (ThreePlusThree, Boin, Mtpi2, Keyboard, I3Plus3, Crm, TiteCrm, Boin12, DecisionTable)
}
ALIASES = {"mtpi-2": "mtpi2", "3plus3": "3+3", "i3plus3": "i3+3", "titecrm": "tite-crm"}
CUSTOMARY_TARGET = 1 / 3  # of 3+3, which has none of its own: patients above it are counted as overdosed
PUBLISHED_COHORT, PUBLISHED_SIZE = 3, 30
OPTION = {"n_doses": "--doses", "max_n": "--subjects", "cohort_size": "--cohort", "window": "--window-days",
          "accrual_interval": "--days-between"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoseAnswer:
    """A design, the scenarios it was judged at, and what it does there."""

    design: DoseDesign | Boin12
    scenarios: tuple[tuple[float, ...], ...]
    characteristics: tuple[DoseCharacteristics, ...]

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The decision table of the toxicity counts."""
        if isinstance(self.design, Boin12):
            return self.design.toxicity_rule.table()
        return self.design.table()

    @property
    def table_is_for(self) -> str:
        """What the rows of the table are about."""
        if isinstance(self.design, Boin12):
            return "patients treated at the current dose; among the doses that toxicity leaves, the score decides"
        return self.design.table_is_for


def design_of(asked: Mapping[str, Any], where: str) -> DoseDesign | Boin12:
    """The design of options by the names of its fields; None was not given.

    Raises: UsageError GT-DSGN-001, -002, -004, -008, -009.
    """
    method = str(asked.get("method") or "")
    name = ALIASES.get(method.lower(), method.lower())
    if name not in METHODS:
        near = get_close_matches(name, METHODS, n=1)
        suggestion = f"Did you mean {near[0]}?" if near else "Give --method."
        known = ", ".join(METHODS)
        raise UsageError.of(
            "GT-DSGN-008", where, method=method or "without a name", suggestion=suggestion, known=known
        )
    kind = METHODS[name]
    given = {key: value for key, value in asked.items() if key != "method" and value not in (None, False, ())}
    with located(where):
        given = _completed(name, given, where)
        takes = {each.name for each in fields(kind)}
        if left := sorted(set(given) - takes):
            shown = ", ".join(
                sorted(OPTION.get(each, f"--{each.replace('_', '-')}") for each in takes - {"cells"})
            )
            raise UsageError.of(
                "GT-DSGN-002",
                where,
                design=name,
                name=OPTION.get(left[0], f"--{left[0].replace('_', '-')}"),
                takes=shown,
            )
        return kind(**given)


def _completed(method: str, given: dict[str, Any], where: str) -> dict[str, Any]:
    """What follows from the other options; everything else that is missing is refused."""
    half_width, nu = given.pop("half_width", None), given.pop("nu", None)
    scenarios = given.pop("scenarios", ())
    if "n_doses" not in given and (scenarios or "skeleton" in given):
        given["n_doses"] = len(given["skeleton"] if "skeleton" in given else scenarios[0])
    if method == ThreePlusThree.id:
        given.setdefault("target", CUSTOMARY_TARGET)
        given.setdefault("n_doses", 1)
        if given.get("max_n") == PUBLISHED_SIZE:
            given.pop("max_n")
    for name in ("target", "n_doses"):
        if name not in given:
            _refuse(method, name, where)
    if method in (Crm.id, TiteCrm.id) and "skeleton" not in given:
        if half_width is None or nu is None:
            _refuse(method, "skeleton", where)
        given["skeleton"] = skeleton(
            half_width, given["target"], nu, given["n_doses"], given.get("model", "empiric")
        )
    elif half_width is not None or nu is not None:
        given |= {key: value for key, value in (("half_width", half_width), ("nu", nu)) if value is not None}
    needed = {TiteCrm.id: ("window",), Boin12.id: ("efficacy",), DecisionTable.id: ("cells",)}.get(method, ())
    for name in needed:
        if name not in given:
            _refuse(method, {"cells": "table"}.get(name, name), where)
    return given


def _refuse(method: str, name: str, where: str) -> None:
    option = OPTION.get(name, f"--{name.replace('_', '-')}")
    shown = f"{option} (or --half-width and --nu)" if name == "skeleton" else option
    raise UsageError.of("GT-DSGN-009", where, method=method, name=shown)


def answer(
    asked: Mapping[str, Any],
    efficacy: Sequence[Sequence[float]],
    simulate: bool,
    seed: int | None,
    trials: int,
    where: str = "graftrial design dose",
) -> DoseAnswer:
    """The design and its operating characteristics; exact unless simulation is asked for.

    Raises: UsageError with a code of GT-DSGN.
    """
    design = design_of(asked, where)
    scenarios = tuple(tuple(each) for each in asked.get("scenarios") or ())
    if not scenarios:
        return DoseAnswer(design, (), ())
    if simulate and seed is None:
        raise UsageError.of("GT-DSGN-009", where, method="with --simulate", name="--seed")
    with located(where):
        if isinstance(design, Boin12):
            if len(efficacy) != len(scenarios):
                raise UsageError.of(
                    "GT-DSGN-009", where, method=design.id, name="an --efficacy-scenario for every --scenario"
                )
            pairs = list(zip(scenarios, efficacy, strict=True))
            told = design.operating_characteristics(pairs, "simulate" if simulate else "exact", seed, trials)
            return DoseAnswer(design, scenarios, told)
        found = design.operating_characteristics(scenarios, "simulate" if simulate else "exact", seed, trials)
    return DoseAnswer(design, scenarios, found)


def as_json(given: DoseAnswer) -> dict[str, Any]:
    """The object that `--json` prints; the names are a contract."""
    design, rows = given.design, given.rows
    columns = {name: [getattr(each, name) for each in rows] for name in TableRow.__slots__}
    told: dict[str, Any] = {
        "method": design.id,
        "title": design.title,
        "parameters": {
            each.name: getattr(design, each.name) for each in fields(design) if each.name != "cells"
        },
        "table_is_for": given.table_is_for,
        **columns,
        "table": [asdict(each) for each in rows],
        "operating_characteristics": [asdict(each) for each in given.characteristics],
        "citation": design.reference,
        "library": repr(design) if not isinstance(design, DecisionTable) else "DecisionTable(…)",
    }
    if isinstance(design, Boin):
        told |= {"lambda_e": design.lambda_e, "lambda_d": design.lambda_d}
        told["lowest_dose_eliminate_if_at_least"] = [
            next((y for y in range(row.n + 1) if design.is_unsafe(row.n, y, 1)), None) for row in rows
        ]
    if isinstance(design, Boin12):
        told["desirability"] = [asdict(each) for each in design.table()]
    return told


def cells_of_file(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Rows (n, x, action) of a CSV file.

    Raises: InputUnreadable GT-FILE-008, UsageError GT-DSGN-004.
    """
    rows = list(csv.DictReader(text_of(path).splitlines()))
    if not rows or not {"n", "x", "action"} <= set(rows[0]):
        raise UsageError.of(
            "GT-DSGN-004", path.name, reason="it has no rows below the columns n, x and action"
        )
    found = []
    for number, row in enumerate(rows, 2):
        try:
            found.append((int(row["n"]), int(row["x"]), row["action"].strip()))
        except (TypeError, ValueError) as error:
            raise UsageError.of(
                "GT-DSGN-004", f"{path.name} row {number}", reason="n or x is not a whole number"
            ) from error
    return tuple(found)


def sentences(given: DoseAnswer) -> tuple[str, ...]:
    """One sentence for every boundary: what each count of patients with DLT leads to."""
    size = given.design.cohort_size
    told = []
    for row in given.rows:
        if row.n % size:
            continue
        parts = [
            f"escalate if at most {row.escalate_if_at_most} had a DLT" if row.escalate_if_at_most is not None else "",
            f"de-escalate if at least {row.deescalate_if_at_least}" if row.deescalate_if_at_least is not None else "",
            f"eliminate the dose and all above if at least {row.eliminate_if_at_least}"
            if row.eliminate_if_at_least is not None else "",
        ]  # fmt: skip
        told.append(f"After {row.n} patients: {'; '.join(filter(None, parts)) or 'stay'}; otherwise stay.")
    return tuple(told)
