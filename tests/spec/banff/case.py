"""A biopsy in a line: what is found; everything else was looked for and is absent."""

from __future__ import annotations

import polars as pl

from graftrial.derive.banff import classify_biopsies

EDITIONS = ("2017", "2019", "2022")
SCORES = "i t v g ptc c4d cg ci ct cv ti i_ifta t_ifta pvl".split()
FLAGS = (
    "ptcml tma_acute tma_chronic ati gn_de_novo gn_recurrent infection drug_interstitial_nephritis "
    "inflamed_intimal_fibrosis new_intimal_fibrosis transcripts_amr dsa prior_dsa prior_active_amr "
    "prior_chronic_active_amr cni_toxicity ptld abo_incompatible pretransplant_crossmatch"
).split()
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
