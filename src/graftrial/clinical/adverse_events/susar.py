"""Suspected unexpected serious adverse reaction: what has to be reported without delay."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source


def susar_ich_e2a(serious: pl.Expr, related: pl.Expr, expected: pl.Expr) -> pl.Expr:
    """Whether the event is serious, related and unexpected; unknown while one of the three could still decide."""
    return serious & related & ~expected


RULE = Rule(
    id="adverse_events.susar",
    edition="ich_e2a",
    title="Suspected unexpected serious adverse reaction",
    source=Source(
        document="ICH E2A Clinical safety data management: definitions and standards for expedited reporting, 1994",
        locator="section III.A.1, serious and unexpected reactions; causality by either judge and, while nobody has "
        "judged it, taken as related: Regulation (EU) 536/2014, Annex III 2.1",
    ),
    inputs=(
        Input("serious", pl.Boolean),
        Input("related", pl.Boolean),
        Input("expected", pl.Boolean),
    ),
    output="true or false",
    population="adverse events of a clinical trial",
    golden="adverse_events/susar_ich_e2a",
    expression=susar_ich_e2a,
)
