"""The scores of a biopsy as rows of its page: gene sets by theme, and the published models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graftrial.derive.transcript_scores import MEAN, RANKED, Score, SetCard, set_cards
from graftrial.derive.transcripts import Reading
from graftrial.report.numbers import NOT_ASSESSABLE, probability, rounded

PROBABILITIES = (
    ("amr_probability", "AMR"),
    ("tcmr_probability", "TCMR"),
    ("no_rejection_probability", "No rejection"),
)
THEMES = (
    "AMR and endothelium",
    "NK and cytotoxic cells",
    "TCMR and T cells",
    "Interferon and rejection in general",
    "Injury",
    "Chronicity",
    "B cells and macrophages",
)
PATHWAYS = "Pathways"
LESIONS = (("g", "g"), ("ptc", "ptc"), ("i", "i"), ("t", "t"))
BINARY = (
    ("p_cg_gt0", "cg above 0"),
    ("p_iifta_gt0", "i-IFTA above 0"),
    ("p_ci_gt1", "ci above 1"),
    ("p_ct_gt1", "ct above 1"),
    ("p_ti_gt1", "ti above 1"),
)
ARCHETYPES = (("AMR", "AMR"), ("TCMR", "TCMR"), ("normal", "normal"), ("none_of_them", "none of them"))


@dataclass(frozen=True, slots=True)
class SetRow:
    """One set: words for both scores, where their percentiles stand (0 to 100), and what is known of the set."""

    title: str
    genes: str
    mean: str
    ranked: str
    mean_at: float | None
    ranked_at: float | None
    percentiles: str
    aucs: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Theme:
    """The sets of one theme that could be scored, and those that could not."""

    title: str
    rows: tuple[SetRow, ...]
    refused: tuple[SetRow, ...]


def theme_rows(reading: Reading) -> list[Theme]:
    """Sets by theme; a list that stands under several names is shown once."""
    themes = []
    known = {each.score: each for each in reading.scores}
    for title in (*THEMES, PATHWAYS):
        cards = sorted((each for each in set_cards().values() if each.theme == title), key=_order)
        rows = [
            _set_row(card, known[f"set.{card.name}.{MEAN}"], known[f"set.{card.name}.{RANKED}"])
            for card in cards
            if f"set.{card.name}.{MEAN}" in known
        ]
        scored = {(row.mean, row.ranked): row for row in reversed(rows) if not row.refusal}
        shown = tuple(row for row in rows if scored.get((row.mean, row.ranked)) is row)
        themes.append(Theme(title, shown, tuple(row for row in rows if row.refusal)))
    return [each for each in themes if each.rows or each.refused]


def _order(card: SetCard) -> tuple[int, str]:
    """Lists of the literature first, then those of the pathogenesis-based transcripts, then annotations."""
    return ("LIT", "PBT", "HMX").index(card.name[:3]), card.name


def _set_row(card: SetCard, mean: Score, ranked: Score) -> SetRow:
    title = card.name.split("_", 1)[1].replace("_", " ").removeprefix("CELL ")
    at = (mean.reference_percentile, ranked.reference_percentile)
    percentiles = " / ".join("–" if each is None else rounded(each) for each in reversed(at))
    aucs = (
        "" if card.auc_amr is None or card.auc_tcmr is None else f"{card.auc_amr:.2f} / {card.auc_tcmr:.2f}"
    )
    refusal = mean.warning.split(";")[0].removeprefix(f"{NOT_ASSESSABLE}: ") if mean.value is None else ""
    return SetRow(
        title,
        f"{card.n_measured}/{card.n_listed}",
        _words(mean, 2),
        _words(ranked, 3),
        *at,
        percentiles,
        aucs,
        refusal,
    )


def _words(score: Score, digits: int) -> str:
    if score.value is None:
        return NOT_ASSESSABLE
    if score.lower is None or score.upper is None:
        return rounded(score.value, digits)
    return (
        f"{rounded(score.value, digits)} ({rounded(score.lower, digits)} to {rounded(score.upper, digits)})"
    )


def published_rows(reading: Reading) -> dict[str, list[tuple[str, ...]]]:
    """Diagnoses (name, glmnet, lda, svm, median), lesions (name, grades 0 to 3), above and archetypes (name, value)."""
    if not reading.published:
        return {}
    diagnoses: list[tuple[str, ...]] = [
        (title, *(_p(reading, f"{target}_{kind}") for kind in ("glmnet", "lda", "svmlinear", "ensemble")))
        for target, title in (("amr", "AMR"), ("tcmr", "TCMR"), ("normal", "normal"))
    ]
    lesions: list[tuple[str, ...]] = [
        (title, *(_p(reading, f"lesion.{name}_p{grade}") for grade in range(4))) for name, title in LESIONS
    ]
    above: list[tuple[str, ...]] = [(title, _p(reading, f"lesion.{name}")) for name, title in BINARY]
    archetypes: list[tuple[str, ...]] = [
        (title, _p(reading, f"archetype.{name.replace('_', ' ')}")) for name, title in ARCHETYPES
    ]
    return {"diagnoses": diagnoses, "lesions": lesions, "above": above, "archetypes": archetypes}


def _p(reading: Reading, name: str) -> str:
    value = reading.published.get(f"histomx.{name}")
    if value is None:
        return NOT_ASSESSABLE
    score = reading.score(f"histomx.{name}".replace(" ", "_"))
    if score is None or score.lower is None or score.upper is None:
        return probability(value)
    return f"{probability(value)} ({probability(score.lower)} to {probability(score.upper)})"


def classifier_rows(reading: Reading) -> list[tuple[str, ...]]:
    """Diagnosis, probability, interval, percentile; of the card: prevalence, AUC by 10 folds and centres left out."""
    found = {each.score: each for each in reading.scores}
    cards = {each.score: each.card.get("figures", {}) for each in reading.predictions}
    return [
        (title, *_classifier_row(found[name], cards[name])) for name, title in PROBABILITIES if name in cards
    ]


def _classifier_row(score: Score, figures: Mapping[str, Any]) -> tuple[str, ...]:
    folds, centres = figures.get("nested_10_fold", {}), figures.get("leave_one_centre_out", {}).get("all", {})
    bounds = (score.lower, score.upper)
    interval = " to ".join(probability(each) for each in bounds if each is not None) or "–"
    percentile = "–" if score.reference_percentile is None else rounded(score.reference_percentile)
    known = (folds.get("prevalence"), folds.get("auc"), centres.get("auc"))
    return (
        NOT_ASSESSABLE if score.value is None else probability(score.value),
        interval,
        percentile,
        *("–" if each is None else rounded(each, 2) for each in known),
    )
