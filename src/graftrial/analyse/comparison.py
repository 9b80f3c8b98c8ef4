"""Historical controls beside the treated: who was matched, how well, and the difference within pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from graftrial.analyse.comparison_pairs import endpoint_rows
from graftrial.analyse.endpoint_rows import number
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.kidney_function import primary_equation
from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.propensity import (
    Matching,
    Scores,
    match_greedily,
    pooled_spread,
    propensity_scores,
    standardised_difference,
)
from graftrial.study.comparison import CODED, Comparison
from graftrial.study.model import Study

GROUP = "comparison"
UNMEASURED = "matching balances what was measured; confounding by what was not remains"
BEFORE, AFTER = "before matching", "after matching"


@dataclass(frozen=True, slots=True)
class Groups:
    """Patients with every covariate, by group in order of their ids, and the reasons of the others."""

    treated: dict[str, list[float]]
    controls: dict[str, list[float]]
    without: dict[str, tuple[str, str]]
    sources: tuple[str, ...]
    rules: tuple[str, ...]

    def row(self, name: str, value: float | int | str | None, label: str, **more: Any) -> Result:
        """A result row of the comparison."""
        given = {"sources": self.sources, "rules": self.rules} | more
        return Result(f"{GROUP}.{name}", value, label, GROUP, **given)


def comparison(study: Study, derived: Derived) -> list[Result]:
    """Result rows `comparison.…`; none where the study file declares no controls."""
    declared = study.comparison
    if declared is None:
        return []
    groups = _groups(study, declared, derived.frame("comparison_covariates"))
    scores = propensity_scores(
        list(groups.treated.values()), list(groups.controls.values()), declared.covariates
    )
    results = _people(groups)
    if isinstance(scores, NotEstimable):
        why = (str(scores),)
        results.append(groups.row("pairs", None, "matched", unit="subjects", warnings=why))
        results += _balance(groups, declared, None)
        return results + endpoint_rows(study, derived, None, str(scores))
    matching = match_greedily(
        scores.treated,
        scores.controls,
        declared.caliper * scores.spread,
        declared.ratio,
        declared.with_replacement,
    )
    names = list(groups.controls)
    pairs = {
        subject: [names[place] for place in chosen]
        for subject, chosen in zip(groups.treated, matching.controls, strict=True)
    }
    results += [*_model(groups, declared, scores, matching), *_matched(groups, scores, matching, pairs)]
    return [*results, *_balance(groups, declared, pairs), *endpoint_rows(study, derived, pairs)]


def _groups(study: Study, declared: Comparison, frame: pl.DataFrame) -> Groups:
    known: dict[str, dict[str, list[float]]] = {"treated": {}, "control": {}}
    without: dict[str, tuple[str, str]] = {}
    for (subject, group), rows in frame.group_by("subject_id", "group", maintain_order=True):
        values = rows["value"].to_list()
        reasons = [each for each in rows["reason"].to_list() if each]
        if reasons:
            without[str(subject)] = str(group), "; ".join(dict.fromkeys(reasons))
        else:
            known[str(group)][str(subject)] = values
    equation = primary_equation(study) if "egfr_baseline" in declared.covariates else None
    sources = tuple(sorted(set(frame["key"].str.split("; ").explode().to_list())))
    return Groups(known["treated"], known["control"], without, sources, (equation.pin,) if equation else ())


def _people(groups: Groups) -> list[Result]:
    """How many of each group have every covariate, and why the others have not."""
    results = []
    for name, word, have in (
        ("treated", "treated", groups.treated),
        ("controls", "control", groups.controls),
    ):
        missing = sum(1 for group, _ in groups.without.values() if group == word)
        about = {"n": len(have), "denominator": len(have) + missing, "not_assessable": missing}
        results.append(groups.row(name, len(have), f"{name} with every covariate", unit="subjects", **about))
    for subject, (group, why) in groups.without.items():
        told = (f"not matched: {why}",)
        results.append(groups.row(f"without.{subject}", None, f"{group}: {subject}", warnings=told))
    return results


def _model(groups: Groups, declared: Comparison, scores: Scores, matching: Matching) -> list[Result]:
    n = len(groups.treated) + len(groups.controls)
    how = f"{declared.caliper:g} standard deviations ({scores.spread:.3g}) of the logit of both groups"
    results = [groups.row("caliper", matching.width, "caliper", unit="logit", n=n, method=how)]
    for name, value in zip(declared.covariates, scores.coefficients, strict=True):
        label = f"coefficient of {name}"
        results.append(
            groups.row(f"coefficient.{name}", value, label, unit="logit", n=n, method=scores.method)
        )
    return results


def _matched(groups: Groups, scores: Scores, matching: Matching, pairs: dict[str, list[str]]) -> list[Result]:
    """Counts, the score of everybody, and who was matched with whom."""
    n, found = len(groups.treated), matching.n_matched
    about = {"unit": "subjects", "n": n, "denominator": n, "warnings": (UNMEASURED,)}
    how = "greedy nearest neighbour on the logit, highest score first"
    results = [
        groups.row("pairs", found, "matched", method=how, **about),
        groups.row("unmatched", n - found, "treated without a control inside the caliper", **about),
    ]
    logits = dict(
        zip(
            [*groups.treated, *groups.controls],
            [*map(float, scores.treated), *map(float, scores.controls)],
            strict=True,
        )
    )
    for subject, value in logits.items():
        own = {"unit": "logit", "method": scores.method}
        results.append(groups.row(f"score.{subject}", value, f"propensity score: {subject}", **own))
    for subject, chosen in pairs.items():
        far = ", ".join(f"{abs(logits[each] - logits[subject]):.3g}" for each in chosen)
        told = {"method": f"distance {far} on the logit"} if chosen else {}
        why = () if chosen else ("no control inside the caliper",)
        text = ", ".join(chosen) or None
        results.append(groups.row(f"pair.{subject}", text, f"control of {subject}", warnings=why, **told))
    return results


def _balance(groups: Groups, declared: Comparison, pairs: dict[str, list[str]] | None) -> list[Result]:
    """Means and standardised differences of every covariate, before and, where there are pairs, after matching."""
    results: list[Result] = []
    for place, name in enumerate(declared.covariates):
        treated = [each[place] for each in groups.treated.values()]
        controls = [each[place] for each in groups.controls.values()]
        spread = pooled_spread(treated, controls, name in CODED)
        stages: list[tuple[str, Sequence[float], Sequence[float]]] = [("before", treated, controls)]
        if pairs is not None:
            kept = {subject: chosen for subject, chosen in pairs.items() if chosen}
            mine = [groups.treated[each][place] for each in kept]
            theirs = [
                sum(groups.controls[each][place] for each in chosen) / len(chosen) for chosen in kept.values()
            ]
            stages.append(("after", mine, theirs))
        for stage, first, second in stages:
            results += _stage(groups, name, stage, first, second)
            found = standardised_difference(first, second, spread)
            why = (str(found),) if isinstance(found, NotEstimable) else ()
            results.append(
                groups.row(
                    f"smd.{name}.{stage}",
                    number(found),
                    f"standardised difference of {name}, {stage} matching",
                    unit="SD",
                    n=len(first),
                    method="in standard deviations of both groups before matching",
                    warnings=why,
                )
            )
    return results


def _stage(
    groups: Groups, name: str, stage: str, treated: Sequence[float], controls: Sequence[float]
) -> list[Result]:
    what = "share" if name in CODED else "mean"
    return [
        groups.row(
            f"mean.{name}.{stage}.{who}",
            sum(values) / len(values),
            f"{what} of {name}: {who}, {stage} matching",
            n=len(values),
        )
        for who, values in (("treated", treated), ("controls", controls))
        if values
    ]
