"""A biopsy in a line: what is found; everything else was looked for and is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graftrial.clinical.banff.edition import CRITERIA, DIAGNOSES
from graftrial.clinical.banff.editions import EDITIONS as REGISTERED
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.card import NotAssessable
from graftrial.clinical.rules import rule
from graftrial.derive.banff import classify_biopsies, columns_of, question_of
from graftrial.derive.banff_chunk import ask

EDITIONS = ("2017", "2019", "2022")
SCORES = ("i", "t", "v", "g", "ptc", "c4d", "cg", "ci", "ct", "cv", "ti", "i_ifta", "t_ifta", "pvl")
FLAGS = (
    "ptcml", "tma_acute", "tma_chronic", "ati", "gn_de_novo", "gn_recurrent", "infection",
    "drug_interstitial_nephritis", "inflamed_intimal_fibrosis", "new_intimal_fibrosis", "transcripts_amr", "dsa",
    "prior_dsa", "prior_active_amr", "prior_chronic_active_amr", "cni_toxicity", "ptld", "abo_incompatible",
    "pretransplant_crossmatch",
)  # fmt: skip
ABSENT = {
    **dict.fromkeys(SCORES, "0"),
    **dict.fromkeys(FLAGS, "0"),
    "c4d_method": "IF",
    "n_glomeruli": "12",
    "n_arteries": "3",
}


def frame(found: str) -> pl.DataFrame:
    """`g=2 dsa c4d=?`: scores, flags that are present, and `?` for unknown."""
    biopsy: dict[str, str | None] = dict(ABSENT)
    if "c4d_if" in found:  # by both techniques instead of one
        del biopsy["c4d"], biopsy["c4d_method"]
    for each in found.split():
        name, _, value = each.partition("=")
        biopsy[name] = None if value == "?" else value or "1"
    return pl.DataFrame([biopsy], schema=dict.fromkeys(biopsy, pl.String))


def answer(found: str, edition: str, column: str = "amr", **options: str) -> str | None:
    """One answer of one edition, as text; empty answers are None. options: readings of the open points, R4="i1"."""
    explain = column.startswith(("crit_", "diagnoses", "notes"))
    row = classify_biopsies(frame(found), edition=edition, options=options, explain=explain)
    told: str | None = row[column].cast(pl.String)[0]
    return told


def answers(found: str, column: str = "amr", **options: str) -> list[str | None]:
    """The answer of the three editions."""
    return [answer(found, edition, column, **options) for edition in EDITIONS]


YES, NO, OPEN = "yes", "no", "open"
IN_WORDS = {
    "true": YES, "false": NO, "established": YES, "excluded": NO, "not_in_edition": NO, "possible": OPEN, None: OPEN,
}  # fmt: skip
ONE_COLUMN = {
    "acute_tcmr_grade": "acute_tcmr",
    "ca_tcmr_grade": "ca_tcmr",
    **{
        name: name
        for name in (
            "amr",
            "mixed",
            "category1",
            "ifta",
            "pvn_class",
            "adequacy",
            "activity_index",
            "chronicity_index",
        )
    },
}
ONE_OF_CATEGORY_2 = ("c4d_with_ati", "c4d_without_rejection")


def said(name: str, found: str, edition: str) -> str:
    """What an edition says of a biopsy on one criterion, diagnosis or number of the registry, in a word.

    Undecided is `open`. Where the classification has no column for a rule, the rule itself is asked.
    """
    if name in ONE_COLUMN:
        return answer(found, edition, ONE_COLUMN[name]) or OPEN
    if name.startswith("c4d_positive"):
        return IN_WORDS[answer(found, edition, "crit_c4d_positive")]
    if name in CRITERIA:
        return IN_WORDS[answer(found, edition, f"crit_{name}")]
    if name in DIAGNOSES:
        return IN_WORDS[answer(found, edition, f"{name}_state")]
    if name in ONE_OF_CATEGORY_2:
        if name not in REGISTERED[edition](Readings()).statements:
            return NO
        one = answer(found, edition)
        return OPEN if one is None else (YES if one == name else NO)
    return _by_rule(name, found, edition)


def _by_rule(name: str, found: str, edition: str) -> str:
    given = frame(found)
    (facts,) = ask(given, question_of(columns_of(given), edition, None, explain=False)).facts.rows(named=True)
    asked = rule(f"banff.{name}", edition)
    answered = asked(**{each.name: facts[each.name] for each in asked.inputs})
    return OPEN if isinstance(answered, NotAssessable) else IN_WORDS[str(answered.value).lower()]


def tables(module: Mapping[str, Any]) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Every line of the tables of a module: name of the rule, what is found, the three answers, because.

    A table is a list whose name is the id of a rule in capitals.
    """
    return [
        (name.lower(), found, tuple(expected), because)
        for name, lines in module.items()
        if name.isupper() and isinstance(lines, list)
        for found, *expected, because in lines
    ]
