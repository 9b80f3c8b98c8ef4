"""The one interpreter of the laboratory records: lowest and highest grade that the inputs leave open.

What is not known is completed in every admissible way: each baseline state, each baseline value in it, each declared
clause, each reading of a printed gap. One grade for all completions is the grade; several are its bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product

import polars as pl

from graftrial.clinical.adverse_events.records import (
    CLAUSES,
    STATES,
    Comparison,
    Condition,
    Grade,
    Record,
    edition,
)
from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import (
    Bounds,
    by_name,
    certain,
    first_known,
    highest_met,
    known_where,
    possible,
    span,
)

DIGITS = 15  # both sides of a comparison are rounded to so many significant digits: 3 x 0.1 is 0.3
READINGS = ("severe", "mild")


@dataclass(frozen=True, slots=True)
class Given:
    """One laboratory value with everything that may decide its grade.

    value, lower_limit, upper_limit, baseline: in `unit`. baseline_state: low, normal or high, where it was judged by
    other limits. gap: the declared reading. The others: clauses; null where not declared.
    """

    value: pl.Expr
    unit: pl.Expr
    lower_limit: pl.Expr
    upper_limit: pl.Expr
    baseline: pl.Expr
    baseline_state: pl.Expr
    gap: pl.Expr
    symptomatic: pl.Expr
    on_anticoagulation: pl.Expr
    fasting: pl.Expr
    physiologic_consequences: pl.Expr

    def clause(self, name: str) -> pl.Expr:
        """A declared clause by its name."""
        found: pl.Expr = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to fill in what is not known: state of the baseline, clauses, reading of a gap."""

    state: str
    clauses: tuple[tuple[str, bool], ...]
    gap: str

    def allows(self, condition: Condition) -> bool:
        """Whether the alternative applies in this completion."""
        return self.state in condition.states and set(condition.clauses) <= set(self.clauses)


def grade_bounds(record: Record, given: Given) -> Bounds:
    """Lowest and highest grade, 0 to 4; unknown without a value, or in a unit that the text does not give."""
    cases = [(_may_be(record, given, each), _ladder(record, given, each)) for each in _completions(record)]
    usable = given.value.is_not_null()
    if record.units:
        usable = usable & given.unit.is_in(list(record.units))
    for comparison in record.refused:
        usable = usable & ~_compare(given, comparison)
    return known_where(certain(usable), span(cases))


def limits_only(record: Record) -> Record:
    """The record as a baseline is graded: without the alternatives that compare with the baseline itself.

    Where a grade has no other alternative, its remaining comparisons stand: v6.0 alkaline phosphatase "> baseline
    and ULN" is "> ULN" for the baseline.
    """
    return replace(record, grades=tuple(replace(each, any_of=_by_limits(each)) for each in record.grades))


def _by_limits(grade: Grade) -> tuple[Condition, ...]:
    free = tuple(each for each in grade.any_of if all(one.limit != "baseline" for one in each.comparisons))
    if free:
        return tuple(replace(each, states=STATES) for each in free)
    kept = (tuple(one for one in each.comparisons if one.limit != "baseline") for each in grade.any_of)
    return tuple(Condition(one) for one in kept if one)


def _completions(record: Record) -> Iterator[Completion]:
    states = STATES if record.uses_baseline else ("normal",)
    gaps = READINGS if record.has_gap else READINGS[:1]
    for state, gap in product(states, gaps):
        for answers in product((True, False), repeat=len(record.clauses)):
            yield Completion(state, tuple(zip(record.clauses, answers, strict=True)), gap)


def _may_be(record: Record, given: Given, completion: Completion) -> pl.Expr:
    """Whether nothing that is known speaks against the completion; null counts as possible."""
    agreed = pl.lit(True)
    if record.uses_baseline:
        agreed = agreed & possible(_is_state(given, completion.state))
    if record.has_gap:
        agreed = agreed & possible(given.gap == completion.gap)
    for name, answer in completion.clauses:
        agreed = agreed & possible(given.clause(name) == answer)
    return agreed


def _is_state(given: Given, state: str) -> pl.Expr:
    """The state as it was judged; else the baseline against the limits of this value."""
    low, high = given.baseline < given.lower_limit, given.baseline > given.upper_limit
    by_limits = {"low": low, "high": high, "normal": ~low & ~high}[state]
    return first_known(given.baseline_state == state, by_limits)


def _ladder(record: Record, given: Given, completion: Completion) -> Bounds:
    low, high = {}, {}
    for grade in record.grades:
        never = pl.lit(False)
        sure, open_to = never, never
        for condition in grade.any_of:
            if completion.allows(condition):
                least, most = _holds(given, condition, completion)
                sure, open_to = sure | least, open_to | most
        low[grade.number], high[grade.number] = sure, open_to
    return Bounds(highest_met(low), highest_met(high))


def _holds(given: Given, condition: Condition, completion: Completion) -> tuple[pl.Expr, pl.Expr]:
    """Whether the alternative holds for every baseline of the state, and whether it holds for one."""
    is_mild = completion.gap == "mild" and condition.mild
    sure, open_to = pl.lit(True), pl.lit(True)
    for comparison in condition.mild if is_mild else condition.comparisons:
        if comparison.limit == "baseline":
            known = _compare(given, comparison)
            always, once = _over_state(given, comparison, completion.state)
            sure, open_to = sure & first_known(known, always), open_to & first_known(known, once)
        else:
            known = _compare(given, comparison)
            sure, open_to = sure & certain(known), open_to & possible(known)
    return sure, open_to


def _over_state(given: Given, comparison: Comparison, state: str) -> tuple[pl.Expr, pl.Expr]:
    """Whether the value passes every, and any, multiple of a baseline in (0, LLN), [LLN, ULN] or (ULN, infinity)."""
    low, high = (
        _against(given, comparison.how, limit, comparison.factor)
        for limit in (given.lower_limit, given.upper_limit)
    )
    rises = comparison.how in ("above", "at_least")
    never, always = pl.lit(False), given.value > 0
    if state == "normal":  # both limits of normal belong to it
        every, some = (high, low) if rises else (low, high)
    elif (state == "low") == rises:  # bounded on the far side by an open end, unbounded on the near side
        limit = given.lower_limit if state == "low" else given.upper_limit
        every, some = _against(given, "at_least" if rises else "at_most", limit, comparison.factor), always
    else:
        limit = given.lower_limit if state == "low" else given.upper_limit
        every, some = never, _against(given, "above" if rises else "below", limit, comparison.factor)
    return certain(every), possible(some)


def _compare(given: Given, comparison: Comparison) -> pl.Expr:
    how, factor = comparison.how, comparison.factor
    if comparison.limit:
        limits = {"uln": given.upper_limit, "lln": given.lower_limit, "baseline": given.baseline}
        return _against(given, how, limits[comparison.limit], factor)
    if comparison.plus:
        return _against(given, how, given.upper_limit + _in_unit(given.unit, comparison.plus), 1)
    (unit, number), *_ = comparison.numbers
    limit = _in_unit(given.unit, comparison.numbers) if unit else pl.lit(number)
    return _against(given, how, limit, 1)


def _in_unit(unit: pl.Expr, numbers: tuple[tuple[str, float], ...]) -> pl.Expr:
    return unit.replace_strict(dict(numbers), default=None, return_dtype=pl.Float64)


def _against(given: Given, how: str, limit: pl.Expr, factor: float) -> pl.Expr:
    value, bound = given.value.round_sig_figs(DIGITS), (limit * factor).round_sig_figs(DIGITS)
    if how == "above":
        return value > bound
    if how == "at_least":
        return value >= bound
    return value < bound if how == "below" else value <= bound


def _inputs(terms: tuple[str, ...]) -> tuple[Input, ...]:
    return (
        Input("term", pl.String, choices=terms),
        Input("value", pl.Float64, low=0, high=1e9),
        Input("unit", pl.String),
        Input("lower_limit", pl.Float64, low=0, high=1e9),
        Input("upper_limit", pl.Float64, low=0, high=1e9),
        Input("baseline", pl.Float64, low=0, high=1e9),
        Input("baseline_state", pl.String, choices=STATES),
        Input("gap", pl.String, choices=READINGS),
        *(Input(name, pl.Boolean) for name in CLAUSES),
    )


def _rule(label: str) -> Rule:
    source = edition(label)

    def ctcae_grade(
        term: pl.Expr,
        value: pl.Expr,
        unit: pl.Expr,
        lower_limit: pl.Expr,
        upper_limit: pl.Expr,
        baseline: pl.Expr,
        baseline_state: pl.Expr,
        gap: pl.Expr,
        symptomatic: pl.Expr,
        on_anticoagulation: pl.Expr,
        fasting: pl.Expr,
        physiologic_consequences: pl.Expr,
    ) -> pl.Expr:
        """Grade 0 to 4 of a laboratory value; null where its admissible completions differ."""
        given = Given(
            value, unit, lower_limit, upper_limit, baseline, baseline_state, gap,
            symptomatic, on_anticoagulation, fasting, physiologic_consequences,
        )  # fmt: skip
        answers = {name: grade_bounds(record, given) for name, record in source.records.items()}
        return by_name(term, answers).decided()

    return Rule(
        id="adverse_events.ctcae",
        edition=label,
        title=f"Laboratory grade by CTCAE v{label}",
        source=Source(source.source, source.locator),
        inputs=_inputs(tuple(source.records)),
        output="grade 0 to 4; 0 is no grade of the term",
        population="laboratory values with their limits of normal; the number alone, not the event around it",
        golden=f"adverse_events/ctcae_{label.replace('.', '_')}",
        expression=ctcae_grade,
    )


CTCAE_5_0 = _rule("5.0")
CTCAE_6_0 = _rule("6.0")
GIVEN = tuple(each.name for each in fields(Given))
