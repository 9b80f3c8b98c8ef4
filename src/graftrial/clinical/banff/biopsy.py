"""What one biopsy shows, as expressions, and how a function of it becomes a rule with a card.

Not a frame: every field is an expression whose rows are biopsies, null where the fact is unknown.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import column

POPULATION = "biopsies of a kidney allograft"


@dataclass(frozen=True, slots=True)
class Biopsy:
    """Lesion scores 0 to 3, findings and circumstances of a biopsy; `cg` counts 1a and 1b as 1.

    glomerulonephritis: recurrent or de novo. ptcml: severe multilayering. dsa: donor-specific antibody now.
    """

    i: pl.Expr
    t: pl.Expr
    v: pl.Expr
    g: pl.Expr
    ptc: pl.Expr
    cg: pl.Expr
    ci: pl.Expr
    ct: pl.Expr
    cv: pl.Expr
    ti: pl.Expr
    i_ifta: pl.Expr
    t_ifta: pl.Expr
    pvl: pl.Expr
    c4d_positive: pl.Expr
    ptcml: pl.Expr
    tma_acute: pl.Expr
    tma_chronic: pl.Expr
    ati: pl.Expr
    glomerulonephritis: pl.Expr
    infection: pl.Expr
    cni_toxicity: pl.Expr
    drug_interstitial_nephritis: pl.Expr
    ptld: pl.Expr
    inflamed_intimal_fibrosis: pl.Expr
    new_intimal_fibrosis: pl.Expr
    iifta_other_causes_ruled_out: pl.Expr
    transcripts_amr: pl.Expr
    dsa: pl.Expr
    prior_dsa: pl.Expr
    prior_active_amr: pl.Expr
    prior_chronic_active_amr: pl.Expr


Criterion = Callable[[Biopsy], pl.Expr]

SCORES = ("i", "t", "v", "g", "ptc", "cg", "ci", "ct", "cv", "ti", "i_ifta", "t_ifta", "pvl")
FACTS = tuple(each.name for each in fields(Biopsy))
INPUTS: Mapping[str, Input] = {
    name: Input(name, pl.Int32, low=0, high=3) if name in SCORES else Input(name, pl.Boolean)
    for name in FACTS
}


def biopsy_of(columns: Mapping[str, pl.Expr]) -> Biopsy:
    """A biopsy from expressions by name. Raises: KeyError where a fact is not given."""
    return Biopsy(**{name: columns[name] for name in FACTS})


AS_NAMED = biopsy_of({name: column(name) for name in FACTS})


def facts_read(criterion: Criterion) -> tuple[str, ...]:
    """The facts that a criterion reads, in the order of `Biopsy`."""
    read = set(criterion(AS_NAMED).meta.root_names())
    return tuple(name for name in FACTS if name in read)


def over_facts(criterion: Criterion, read: Sequence[str]) -> Callable[..., pl.Expr]:
    """The criterion with the facts that it reads as named parameters, so that a card can declare them."""
    unread = {name: pl.lit(None) for name in FACTS}

    def asked(**given: pl.Expr) -> pl.Expr:
        return criterion(biopsy_of({**unread, **given}))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in read]
    vars(asked)["__signature__"] = inspect.Signature(parameters)
    return asked


def biopsy_rule(
    name: str, edition: str, title: str, source: Source, criterion: Criterion, output: str = "true or false"
) -> Rule:
    """The card of a criterion or diagnosis; its inputs are the facts that the function reads."""
    read = facts_read(criterion)
    return Rule(
        id=f"banff.{name}",
        edition=edition,
        title=title,
        source=source,
        inputs=tuple(INPUTS[fact] for fact in read),
        output=output,
        population=POPULATION,
        golden=f"banff/{edition}/{name}",
        expression=over_facts(criterion, read),
    )


def lesion_rule(
    name: str,
    edition: str,
    title: str,
    source: Source,
    expression: Callable[..., pl.Expr],
    output: str,
    golden: str = "",
) -> Rule:
    """The card of a rule on named scores that are not facts of a `Biopsy`, such as the two C4d techniques."""
    return Rule(
        id=f"banff.{name}",
        edition=edition,
        title=title,
        source=source,
        inputs=tuple(_lesion_input(each) for each in inspect.signature(expression).parameters),
        output=output,
        population=POPULATION,
        golden=golden or f"banff/{edition}/{name}",
        expression=expression,
    )


def _lesion_input(name: str) -> Input:
    if name in INPUTS:
        return INPUTS[name]
    if name in ("c4d", "c4d_if", "c4d_ihc"):
        return Input(name, pl.Int32, low=0, high=3)
    if name == "c4d_method":
        return Input(name, pl.String, choices=("IF", "IHC"))
    if name.startswith("n_"):
        return Input(name, pl.Int32, low=0, high=1000)
    if name.endswith("_percent"):
        return Input(name, pl.Float64, "%", low=0, high=100)
    return Input(name, pl.Boolean)
