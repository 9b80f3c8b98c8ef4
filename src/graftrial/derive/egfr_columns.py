"""Which column of a file is which input of an equation, and what its cells say: a number, nothing, or no number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from graftrial.clinical.card import Rule
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.egfr.forms import CREATININE, UMOL_PER_L_IN_MG_PER_DL
from graftrial.errors import UsageError

MG, UMOL = "creatinine_mg_per_dl", "creatinine_umol_per_l"
DECLARED = (MG, UMOL, "cystatin_c_mg_per_l", "age_years", "sex", "height_cm", "weight_kg")
ONE_DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
MAYBE_THOUSANDS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
ROUNDING_MG_PER_DL = 0.06  # one decimal of mg/dL and whole umol/L may differ by this much
CLEARANCE_UNIT = "mL/min"


@dataclass(frozen=True, slots=True)
class Cells:
    """What the cells of an input say. problem: why a filled cell is no value; null where there is none."""

    value: pl.Expr
    problem: pl.Expr


def equation_rule(equation: str) -> Rule:
    """The rule of an equation. The unit of a clearance may stand at the end of its id.

    Raises: GT-EGFR-001.
    """
    found = EQUATIONS.get(equation) or EQUATIONS.get(equation.removesuffix("_ml_min"))
    if found is None:
        suggestion = _suggestion(equation, EQUATIONS)
        raise UsageError.of(
            "GT-EGFR-001", "--equation", equation=equation, suggestion=suggestion, known=", ".join(EQUATIONS)
        )
    return found


def answer_column(rule: Rule) -> str:
    """Name of the column that the answer gets; a clearance is no GFR per body surface."""
    is_clearance = rule.output == CLEARANCE_UNIT
    return "creatinine_clearance_ml_per_min" if is_clearance else "egfr_ml_per_min_1_73m2"


def sources(rule: Rule, equation: str, names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Column of each declared name that the equation reads.

    Raises: GT-EGFR-002, -003, -004, -009.
    """
    present = list(names)
    for name, column in columns.items():
        if name not in DECLARED:
            known = ", ".join(DECLARED)
            suggestion = _suggestion(name, DECLARED)
            raise UsageError.of("GT-EGFR-002", "--columns", name=name, suggestion=suggestion, known=known)
        if column not in present:
            suggestion = _suggestion(column, present)
            raise UsageError.of("GT-EGFR-003", "--columns", name=name, column=column, suggestion=suggestion)
    read: dict[str, str] = {}
    for each in rule.inputs:
        wanted = (MG, UMOL) if each.name == MG else (each.name,)
        found = {name: columns.get(name, name) for name in wanted if columns.get(name, name) in present}
        if not found:
            suggestion = _suggestion(each.name, present)
            raise UsageError.of(
                "GT-EGFR-004",
                "the header",
                name=" or ".join(wanted),
                equation=equation,
                suggestion=suggestion,
            )
        read |= found
    by_column: dict[str, str] = {}
    for name, column in read.items():
        if (other := by_column.setdefault(column, name)) != name:
            raise UsageError.of("GT-EGFR-009", "--columns", column=column, name=other, other=name)
    return read


def cells(rule: Rule, read: Mapping[str, str], schema: Mapping[str, pl.DataType]) -> dict[str, Cells]:
    """What the cells say, by the names of the rule's inputs."""
    said = {name: _said(name, pl.col(column), schema[column]) for name, column in read.items()}
    if MG not in {each.name for each in rule.inputs}:
        return said
    milligrams, micromoles = said.pop(MG, None), said.pop(UMOL, None)
    if micromoles is None:
        return said if milligrams is None else {MG: milligrams, **said}
    converted = micromoles.value / UMOL_PER_L_IN_MG_PER_DL
    if milligrams is None:
        return {
            MG: Cells(converted, pl.coalesce(micromoles.problem, _micromoles_refused(micromoles))),
            **said,
        }
    return {MG: _either_unit(milligrams, micromoles, converted), **said}


def _either_unit(milligrams: Cells, micromoles: Cells, converted: pl.Expr) -> Cells:
    """One of the two cells; both only where they agree within rounding."""
    disagree = (milligrams.value - converted).abs() > ROUNDING_MG_PER_DL
    shown = pl.format(
        f"{MG} is {{}} and {UMOL} is {{}}: they disagree",
        pl.when(disagree).then(milligrams.value),
        micromoles.value,
    )
    only_micromoles = milligrams.value.is_null() & micromoles.value.is_not_null()
    refused = pl.when(only_micromoles).then(_micromoles_refused(micromoles))
    problem = pl.coalesce(milligrams.problem, micromoles.problem, shown, refused)
    return Cells(pl.when(problem.is_null()).then(pl.coalesce(milligrams.value, converted)), problem)


def _micromoles_refused(micromoles: Cells) -> pl.Expr:
    """Refusal in the unit of the file: what was converted is not shown to somebody who never wrote it."""
    low, high = (
        bound * UMOL_PER_L_IN_MG_PER_DL for bound in (CREATININE.low or 0.0, CREATININE.high or float("inf"))
    )
    missing = pl.when(micromoles.value.is_null()).then(pl.lit(f"{UMOL} is missing"))
    outside = pl.when(~micromoles.value.is_between(low, high)).then(micromoles.value)
    shown = pl.format(f"{UMOL} is {{}}, expected {low:g} to {high:g} umol/L", outside)
    return pl.coalesce(missing, shown)


def _said(name: str, column: pl.Expr, kind: pl.DataType) -> Cells:
    nothing = pl.lit(None, dtype=pl.String)
    if name == "sex":
        text = column.cast(pl.String)
        return Cells(pl.when(text.str.strip_chars() != "").then(text), nothing)
    if kind.is_numeric():
        return Cells(column.cast(pl.Float64), nothing)
    text = _filled(column.cast(pl.String))
    number = _number(text)
    unreadable = pl.when(number.is_null()).then(text)
    return Cells(number, pl.format(f"{name} is {{}}, not a number", unreadable))


def _filled(text: pl.Expr) -> pl.Expr:
    stripped = text.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _number(text: pl.Expr) -> pl.Expr:
    """The number of a text; with a decimal comma where it cannot be a thousands separator."""
    plain = text.cast(pl.Float64, strict=False)
    rest = pl.when(plain.is_null()).then(text)
    has_comma = rest.str.contains(ONE_DECIMAL_COMMA) & ~rest.str.contains(MAYBE_THOUSANDS)
    with_point = (
        pl.when(has_comma).then(rest.str.replace(",", ".", literal=True)).cast(pl.Float64, strict=False)
    )
    return pl.coalesce(plain, with_point)


def _suggestion(given: str, known: Iterable[str]) -> str:
    """The nearest known name, in words."""
    names = {each.lower(): each for each in known}
    close = get_close_matches(given.lower(), names, n=1, cutoff=0.5)
    return f"did you mean {names[close[0]]}?" if close else "no known name is near it."
