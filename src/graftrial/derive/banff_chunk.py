"""The classification of some rows: the columns that are added to them, and what they show to later biopsies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from graftrial.clinical.banff.edition import CRITERIA, DIAGNOSES
from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff_answers import (
    EITHER,
    TRUTHS,
    WIDE,
    Classifier,
    Met,
    counted_answers,
    counted_by_few,
    decided_alone,
    decided_by_few,
    joined_answers,
    met,
    order_of_category_2,
    states,
)
from graftrial.derive.banff_facts import facts, typed_columns
from graftrial.derive.banff_gaps import (
    deciding_inputs,
    nothing_decides,
    unknown_inputs,
    without_idle_inflammation,
    would_follow,
)
from graftrial.derive.banff_history import SHOWN
from graftrial.derive.banff_lookups import AT_ONCE, Chosen, Code, by_row, coded, selected
from graftrial.derive.banff_notes import diagnoses_in_words, notes
from graftrial.derive.banff_reasons import reasons
from graftrial.intake.banff_cells import typed_cells
from graftrial.intake.banff_file import BanffColumns

FOLLOW = ("amr_would_follow", "tcmr_would_follow", "ca_tcmr_would_follow")
NAMED_COUNTS = ("ifta", "pvn_class", "adequacy")  # counted answers that sentences name
NOTHING = ("no rejection by antibody", "neither borderline nor acute TCMR", "no chronic active TCMR")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every row: edition and readings, how the columns are read, whether reasons are wanted."""

    classifier: Classifier
    columns: BanffColumns
    explain: bool

    @property
    def readings(self) -> Readings:
        """The readings of the open points."""
        return self.classifier.edition.readings


@dataclass(frozen=True, slots=True)
class Asked:
    """Some rows with their facts, the facts also as small numbers, and the inputs that have a column."""

    question: Question
    facts: pl.DataFrame
    codes: Mapping[str, Code]
    given: frozenset[str]

    def found(self, changed: Mapping[str, Code] | None = None) -> Met:
        """The combinations of category 2 that the rows are, with some facts changed."""
        return met(self.question.classifier.families[0], {**self.codes, **(changed or {})})

    def counted(self) -> tuple[pl.DataFrame, dict[str, Code]]:
        """The single answers that are counted, and as small numbers what is asked row by row."""
        name, readings = self.question.classifier.edition.name, self.question.readings
        counted, alone = counted_answers(readings), decided_alone(name, readings)
        if self.facts.height > AT_ONCE:
            values = selected(self.facts, *counted, *alone)
        else:
            few = counted_by_few(readings)
            others = (each for each in counted if each.meta.output_name() not in few)
            looked_up = by_row([each.of(self.codes, name) for name, each in few.items()])
            values = selected(self.facts, *others, *alone).hstack(looked_up)
            values = values.select(*(each.meta.output_name() for each in (*counted, *alone)))
        named = [name for name in (*WIDE, *NAMED_COUNTS) if name in values.columns]
        codes = coded(pl.DataFrame(values.get_column(name) for name in named))
        return values.drop(*WIDE, strict=False), codes

    def truths(self, found: tuple[Met, ...], alone: Mapping[str, Code]) -> dict[str, Code]:
        """The truth of every statement of the edition. found: the combinations of every family."""
        truths = {name: alone[name] for name in WIDE if name in alone}
        for each in found:
            truths.update(each.truths())
        few = decided_by_few(self.question.classifier.edition.name, self.question.readings)
        truths.update({name: lookup.of(self.codes).code() for name, lookup in few.items()})
        return truths


def ask(frame: pl.DataFrame, question: Question) -> Asked:
    """The facts of some rows."""
    cells = typed_cells(frame, question.columns)
    given = typed_columns(cells, question.columns)
    if not cells.width:
        cells = pl.DataFrame({"__row": pl.int_range(frame.height, eager=True)})
    known = selected(cells, pl.first().alias("__row"), *facts(given, question.readings))
    return Asked(question, known, coded(known), given.names)


def shown_to_later(asked: Asked) -> pl.DataFrame:
    """What the rows show to later biopsies of the same graft: AMR in the same edition, DSA now or before."""
    recorded = asked.facts.select(
        amr=pl.col("prior_active_amr") | pl.col("prior_chronic_active_amr"),
        dsa=pl.col("dsa") | pl.col("prior_dsa"),
    )
    diagnosed = by_row([Chosen("amr", TRUTHS, asked.found().truth(EITHER).numbers)]).to_series()
    return recorded.with_columns(amr=pl.col("amr") | diagnosed).select(SHOWN)


def classify_rows(frame: pl.DataFrame, question: Question, earlier: pl.DataFrame | None) -> pl.DataFrame:
    """The columns that are added to some rows.

    earlier: what earlier biopsies of the same graft show, by row; None where there is no history.
    """
    asked = ask(frame, question)
    found = (asked.found(), *(met(family, asked.codes) for family in question.classifier.families[1:]))
    counted, alone = asked.counted()
    truths = asked.truths(found, alone)
    answers = _answers(asked, truths, found, earlier)
    columns = [*answers, *_states_and_gaps(asked, truths, found), *_standing(question, frame.height)]
    if question.explain:
        own = {each.name: each.code() for each in answers if each.name in ("amr", "mixed", "category1")}
        graded = {each.name: each.code() for family in found for each in family.grades()}
        columns += _explanation({**asked.codes, **alone, **truths, **graded, **own}, found, question)
    ours = by_row(columns).get_columns()
    return pl.DataFrame([*ours[: len(answers)], *counted.get_columns(), *ours[len(answers) :]])


def _answers(
    asked: Asked, truths: Mapping[str, Code], found: tuple[Met, ...], earlier: pl.DataFrame | None
) -> list[Chosen]:
    """The single answers that are diagnosed rather than counted."""
    edition = asked.question.classifier.edition
    joined = {
        name: each.of(truths, name) for name, each in joined_answers(edition.name, edition.readings).items()
    }
    graded = {each.name: each for family in found for each in family.grades()}
    with_history = joined["amr"] if earlier is None else _with_history(asked, truths, earlier)
    return [
        joined["amr"],
        with_history.named("amr_with_history"),
        joined["borderline"],
        graded["acute_tcmr_grade"].named("acute_tcmr"),
        graded["ca_tcmr_grade"].named("ca_tcmr"),
        joined["mixed"],
        joined["category1"],
    ]


def _states_and_gaps(asked: Asked, truths: Mapping[str, Code], found: tuple[Met, ...]) -> list[Chosen]:
    """Of every diagnosis its state, and the inputs that can still change it: null where it is decided."""
    question, codes = asked.question, {**asked.codes, **truths}
    n_rows = asked.facts.height
    unknown = unknown_inputs(codes, asked.given, not question.readings.c4d_counts_in_abo_incompatible)
    edition = question.classifier.edition
    by_antibody = without_idle_inflammation(unknown, codes["borderline_infiltrate"], edition.criteria)
    gaps = deciding_inputs(found[0], by_antibody)
    for each in found[1:]:
        gaps += deciding_inputs(each, unknown)
    by_name = {gap.name: gap for gap in gaps}
    state = states(truths, edition, n_rows)
    return [
        column
        for name in DIAGNOSES
        for column in (
            state[name],
            by_name.get(f"{name}_decides") or nothing_decides(name, n_rows),
        )
    ]


def _explanation(codes: Mapping[str, Code], found: tuple[Met, ...], question: Question) -> list[Chosen]:
    """All diagnoses in words, criteria, reasons, what would follow, notes."""
    edition = question.classifier.edition
    return [
        diagnoses_in_words(codes),
        *(Chosen(f"crit_{name}", TRUTHS, codes[name].numbers) for name in ("c4d_positive", *CRITERIA)),
        *reasons(codes, edition.name, question.readings),
        *(would_follow(each, none, name) for each, none, name in zip(found, NOTHING, FOLLOW, strict=True)),
        notes(codes, edition.name),
    ]


def _with_history(asked: Asked, truths: Mapping[str, Code], earlier: pl.DataFrame) -> Chosen:
    """The answer of category 2 with the evidence of earlier biopsies; it can only open chronic (inactive) AMR."""
    changed = coded(
        asked.facts.select(
            prior_dsa=pl.col("prior_dsa") | earlier.get_column("dsa"),
            prior_active_amr=pl.col("prior_active_amr") | earlier.get_column("amr"),
        )
    )
    found = asked.found(changed)
    opened = [name for name in ("chronic_amr", "probable_amr") if name in found.family.statements]
    edition = asked.question.classifier.edition
    order = order_of_category_2(edition.name, edition.readings)
    return order.of({**truths, **{name: found.truth(name) for name in opened}})


def _standing(question: Question, n_rows: int) -> list[Chosen]:
    """Edition and readings, printed with every answer."""
    texts = {
        "banff_edition": question.classifier.edition.name,
        "banff_readings": question.readings.in_words(),
    }
    everywhere = np.zeros(n_rows, dtype=np.uint32)
    return [
        Chosen(name, pl.Series([text], dtype=pl.Enum([text])), everywhere) for name, text in texts.items()
    ]
