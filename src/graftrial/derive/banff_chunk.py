"""The classification of some rows: the columns that are added to them, and what they show to later biopsies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.antibody_mediated import ORDER, category_2
from graftrial.clinical.banff.edition import CRITERIA, DIAGNOSES
from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff_answers import Classifier, Met, met, single_answers, states, truths
from graftrial.derive.banff_facts import facts, typed_columns
from graftrial.derive.banff_gaps import (
    deciding_inputs,
    nothing_decides,
    unknown_inputs,
    without_idle_inflammation,
    would_follow,
)
from graftrial.derive.banff_history import SHOWN
from graftrial.derive.banff_notes import diagnoses_in_words, notes
from graftrial.derive.banff_reasons import reasons
from graftrial.derive.banff_texts import Code, coded
from graftrial.intake.banff_cells import typed_cells
from graftrial.intake.banff_file import BanffColumns

FOLLOW = ("amr_would_follow", "tcmr_would_follow", "ca_tcmr_would_follow")
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
    """Some rows with their facts and the truth of every statement."""

    facts: pl.DataFrame
    truths: pl.DataFrame
    found: tuple[Met, ...]
    given: frozenset[str]


def ask(frame: pl.DataFrame, question: Question) -> Asked:
    """Facts and truths of some rows."""
    cells = typed_cells(frame, question.columns)
    given = typed_columns(cells, question.columns)
    if not cells.width:
        cells = pl.DataFrame({"__row": pl.int_range(frame.height, eager=True)})
    known = cells.with_columns(facts(given, question.readings))
    found = tuple(met(family, known) for family in question.classifier.families)
    return Asked(known, truths(question.classifier, known, found), found, given.names)


def shown_to_later(asked: Asked) -> pl.DataFrame:
    """What the rows show to later biopsies of the same graft: AMR in the same edition, DSA now or before."""
    recorded = asked.facts.select(
        amr=pl.col("prior_active_amr") | pl.col("prior_chronic_active_amr"),
        dsa=pl.col("dsa") | pl.col("prior_dsa"),
    )
    diagnosed = asked.truths.get_column("active_or_chronic_active_amr")
    return recorded.with_columns(amr=pl.col("amr") | diagnosed).select(SHOWN)


def classify_rows(frame: pl.DataFrame, question: Question, earlier: pl.DataFrame | None) -> pl.DataFrame:
    """The columns that are added to some rows.

    earlier: what earlier biopsies of the same graft show, by row; None where there is no history.
    """
    asked = ask(frame, question)
    edition = question.classifier.edition
    new_truths = asked.truths.select(pl.exclude(asked.facts.columns))
    together = pl.concat([asked.facts, new_truths], how="horizontal")
    answers = together.select(single_answers(edition.name, question.readings))
    with_history = answers.get_column("amr")
    if earlier is not None:
        with_history = _with_history(asked, question, earlier)
    answers = answers.with_columns(with_history.alias("amr_with_history"))
    codes = _codes(asked, answers)
    gaps = _decides(asked, codes, question)
    state = states(asked.found, frame.height)
    columns = [each for name in DIAGNOSES for each in (state[f"{name}_state"], gaps[f"{name}_decides"])]
    added = answers.with_columns(*columns, *_standing(question, frame.height))
    if not question.explain:
        return added
    return added.with_columns(*_explanation(asked, codes, question))


def _codes(asked: Asked, answers: pl.DataFrame) -> dict[str, Code]:
    """Facts, truths and single answers as small numbers."""
    own = [
        answers.get_column(name) for name in ("amr", "mixed", "category1", "ifta", "pvn_class", "adequacy")
    ]
    method = asked.facts.select(
        c4d_method=pl.col("c4d_method").is_not_null().replace({False: None})
    ).get_columns()
    return coded([*asked.facts.drop("c4d_method").get_columns(), *asked.truths.get_columns(), *own, *method])


def _explanation(asked: Asked, codes: Mapping[str, Code], question: Question) -> list[pl.Series]:
    """All diagnoses in words, criteria, reasons, what would follow, notes."""
    edition = question.classifier.edition
    return [
        diagnoses_in_words(codes),
        *(_criterion(asked, name) for name in ("c4d_positive", *CRITERIA)),
        *reasons(codes, edition),
        *(
            would_follow(each, none, name)
            for each, none, name in zip(asked.found, NOTHING, FOLLOW, strict=True)
        ),
        notes(codes, edition.name),
    ]


def _criterion(asked: Asked, name: str) -> pl.Series:
    frame = asked.truths if name in asked.truths.columns else asked.facts
    return frame.get_column(name).alias(f"crit_{name}")


def _decides(asked: Asked, codes: Mapping[str, Code], question: Question) -> dict[str, pl.Series]:
    """`<diagnosis>_decides`, null where the diagnosis is decided."""
    abo_counts = not question.readings.c4d_counts_in_abo_incompatible
    unknown = unknown_inputs(codes, asked.given, abo_counts)
    criteria = question.classifier.edition.criteria
    by_antibody = without_idle_inflammation(unknown, codes["borderline_infiltrate"], criteria)
    columns = deciding_inputs(asked.found[0], by_antibody)
    for found in asked.found[1:]:
        columns += deciding_inputs(found, unknown)
    by_name = {column.name: column for column in columns}
    return {
        f"{name}_decides": by_name[f"{name}_decides"]
        if f"{name}_decides" in by_name
        else nothing_decides(name, len(unknown))
        for name in DIAGNOSES
    }


def _with_history(asked: Asked, question: Question, earlier: pl.DataFrame) -> pl.Series:
    """The answer of category 2 with the evidence of earlier biopsies; it can only open chronic (inactive) AMR."""
    known = asked.facts.with_columns(
        prior_dsa=pl.col("prior_dsa") | earlier.get_column("dsa"),
        prior_active_amr=pl.col("prior_active_amr") | earlier.get_column("amr"),
    )
    found = met(question.classifier.families[0], known)
    opened = tuple(name for name in found.family.statements if name in ("chronic_amr", "probable_amr"))
    changed = found.truths(opened)
    together = asked.truths.with_columns(changed)
    names = [name for name in ORDER if name in together.columns]
    return together.select(category_2({name: pl.col(name) for name in names})).to_series()


def _standing(question: Question, n_rows: int) -> list[pl.Series]:
    """Edition and readings, printed with every answer."""
    texts = {
        "banff_edition": question.classifier.edition.name,
        "banff_readings": question.readings.in_words(),
    }
    return [
        pl.Series(name, [text], dtype=pl.Enum([text])).new_from_index(0, n_rows).alias(name)
        for name, text in texts.items()
    ]
