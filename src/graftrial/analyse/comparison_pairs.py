"""The answer of a treated patient less that of the matched controls, pair by pair: context, never proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from graftrial.analyse.comparison_answers import answer, unit_of_answer
from graftrial.analyse.endpoint_rows import Case, Row, noted
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.endpoint_series import rules_of
from graftrial.stats.outcomes import Estimate, NotEstimable, PValue, no_test
from graftrial.stats.paired import hodges_lehmann, mcnemar_exact, mean_difference_t, signed_rank_pratt
from graftrial.stats.paired_shares import paired_difference_tango
from graftrial.study.endpoints import SHARES
from graftrial.study.model import Study

CONTEXT = "context, not proof: patients were not randomised, and confounding by what was not measured remains"
REUSED = (
    "controls were matched more than once, so the differences are not independent: no interval and no p value"
)
SEVERAL = "some treated patients have several controls, and the score limits and the exact test are of pairs"
WHAT = {
    **dict.fromkeys(("responder", "proportion"), "share"),
    "slope_within_patient": "slope",
    "slope_before_after": "change of slope",
}


@dataclass(frozen=True, slots=True)
class PairCase(Case):
    """An endpoint over matched pairs; keys begin with `comparison.endpoint.<id>.`."""

    def key(self, *parts: object) -> str:
        """`comparison.endpoint.<id>.<parts>`."""
        return ".".join(("comparison", "endpoint", self.endpoint.id, *map(str, parts)))


def endpoint_rows(
    study: Study, derived: Derived, pairs: Mapping[str, Sequence[str]] | None, why: str = ""
) -> list[Result]:
    """Rows of every endpoint that the comparison names.

    pairs: controls of each treated patient; None where nobody could be matched, for the reason `why`.
    """
    declared = study.comparison
    if declared is None:
        return []
    values, every_point = derived.frame("comparison_values"), derived.frame("comparison_points")
    results: list[Result] = []
    for endpoint in study.endpoints:
        if endpoint.id not in declared.endpoints:
            continue
        rows = {
            each["subject_id"]: each for each in values.filter(pl.col("endpoint") == endpoint.id).to_dicts()
        }
        kept = {subject: chosen for subject, chosen in (pairs or {}).items() if chosen}
        behind = [rows[each] for subject, chosen in kept.items() for each in (subject, *chosen)]
        points = every_point.filter(pl.col("endpoint") == endpoint.id).to_dicts()
        case = PairCase(study, endpoint, [rows[each] for each in kept], points, rules_of(endpoint, study))
        if not kept:
            told = why or "not estimable, because nobody is matched"
            results.append(
                case.row(("estimate",), None, endpoint.title, n=0, group="comparison", warnings=(told,))
            )
            continue
        found = _differences(case, rows, kept)
        results += [replace(each, group="comparison") for each in _summary(case, found, kept, behind)]
    return results


Difference = tuple[str, float | None, str, str]


def _differences(case: Case, rows: Mapping[str, Row], kept: Mapping[str, Sequence[str]]) -> list[Difference]:
    """Per pair: treated, difference or None, the reason, and both changes in words."""
    found = []
    for subject, chosen in kept.items():
        answers = {each: answer(case, rows[each]) for each in (subject, *chosen)}
        told = "; ".join(
            f"{each} {_words(case, value)}" for each, (value, _) in answers.items() if value is not None
        )
        gaps = [f"{each}: {why}" for each, (value, why) in answers.items() if value is None]
        known = [value for each in chosen if (value := answers[each][0]) is not None]
        own = answers[subject][0]
        value = None if gaps or own is None else own - sum(known) / len(known)
        found.append((subject, value, "; ".join(gaps), told))
    return found


def _words(case: Case, value: float) -> str:
    if case.endpoint.method in SHARES:
        return "yes" if value else "no"
    return f"{value:+.3g}"


def _summary(
    case: Case, found: list[Difference], kept: Mapping[str, Sequence[str]], behind: Sequence[Row]
) -> list[Result]:
    unit = unit_of_answer(case.endpoint)
    results = []
    for row, (subject, value, why, told) in zip(case.rows, found, strict=True):
        about: dict[str, Any] = {"name": "pair", "reason": why, "method": told}
        label = f"{case.endpoint.title}: {subject} less {', '.join(kept[subject])}"
        members = [each for each in behind if each["subject_id"] in (subject, *kept[subject])]
        result = case.patient(row, value, unit, label=label, **about)
        results.append(replace(result, sources=_sources(members)))
    known = [value for _, value, _, _ in found if value is not None]
    is_share = case.endpoint.method in SHARES
    what = WHAT.get(str(case.endpoint.method), "change")
    label = f"{case.endpoint.title}: {what} of the treated less that of the matched controls"
    of_pairs = _of_shares(known) if is_share else _of_numbers(case, known)
    estimate = noted(case.estimate("estimate", label, of_pairs, unit), [CONTEXT])
    found_p = _test_of_shares(known) if is_share else signed_rank_pratt(known)
    test = noted(case.test("p", "no difference within pairs", found_p, len(known)), [CONTEXT])
    everybody = [each for chosen in kept.values() for each in chosen]
    if len(everybody) != len(set(everybody)):
        estimate = replace(estimate, lower=None, upper=None, warnings=(REUSED, *estimate.warnings))
        test = replace(test, value=None, lower=None, warnings=(REUSED, *test.warnings))
    return [*results, *(replace(each, sources=_sources(behind)) for each in (estimate, test))]


def _of_numbers(case: Case, differences: Sequence[float]) -> Estimate:
    return mean_difference_t(differences) if case.endpoint.interval == "t" else hodges_lehmann(differences)


def _of_shares(differences: Sequence[float]) -> Estimate:
    """The matched risk difference: score limits for pairs, none where a treated patient has several controls."""
    if not set(differences) <= {-1.0, 0.0, 1.0}:
        method = "paired risk difference, mean of the differences"
        why = NotEstimable(SEVERAL)
        mean = sum(differences) / len(differences)
        return Estimate(method, mean, why, why, 0.95, "two-sided", len(differences))
    return paired_difference_tango(differences.count(1.0), differences.count(-1.0), len(differences))


def _test_of_shares(differences: Sequence[float]) -> PValue:
    if not set(differences) <= {-1.0, 0.0, 1.0}:
        return no_test("exact McNemar", SEVERAL, n=len(differences))
    return mcnemar_exact(differences.count(1.0), differences.count(-1.0))


def _sources(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(key for row in rows for key in str(row["key"]).split("; "))
