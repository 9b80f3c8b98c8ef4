"""The change of a treated patient less that of the matched controls, pair by pair: context, never proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from graftrial.analyse.endpoint_changes import CHANGES, moved, unit_of
from graftrial.analyse.endpoint_rows import Case, Row, noted
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.endpoint_series import rules_of
from graftrial.stats.paired import hodges_lehmann, mean_difference_t, signed_rank_pratt
from graftrial.study.model import Study

CONTEXT = "context, not proof: patients were not randomised, and confounding by what was not measured remains"
REUSED = (
    "controls were matched more than once, so the differences are not independent: no interval and no p value"
)


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
    values = derived.frame("comparison_values")
    results: list[Result] = []
    for endpoint in study.endpoints:
        if endpoint.id not in declared.endpoints:
            continue
        rows = {
            each["subject_id"]: each for each in values.filter(pl.col("endpoint") == endpoint.id).to_dicts()
        }
        kept = {subject: chosen for subject, chosen in (pairs or {}).items() if chosen}
        behind = [rows[each] for subject, chosen in kept.items() for each in (subject, *chosen)]
        case = PairCase(study, endpoint, [rows[each] for each in kept], (), rules_of(endpoint, study))
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
    of = CHANGES[str(case.endpoint.method)]
    found = []
    for subject, chosen in kept.items():
        changes = {each: moved(case, rows[each], of) for each in (subject, *chosen)}
        told = "; ".join(f"{each} {value:+.3g}" for each, (value, _) in changes.items() if value is not None)
        gaps = [f"{each}: {why}" for each, (value, why) in changes.items() if value is None]
        known = [value for each in chosen if (value := changes[each][0]) is not None]
        own = changes[subject][0]
        value = None if gaps or own is None else own - sum(known) / len(known)
        found.append((subject, value, "; ".join(gaps), told))
    return found


def _summary(
    case: Case, found: list[Difference], kept: Mapping[str, Sequence[str]], behind: Sequence[Row]
) -> list[Result]:
    unit = unit_of(case.endpoint, CHANGES[str(case.endpoint.method)])
    results = []
    for row, (subject, value, why, told) in zip(case.rows, found, strict=True):
        about: dict[str, Any] = {"name": "pair", "reason": why, "method": told}
        label = f"{case.endpoint.title}: {subject} less {', '.join(kept[subject])}"
        members = [each for each in behind if each["subject_id"] in (subject, *kept[subject])]
        result = case.patient(row, value, unit, label=label, **about)
        results.append(replace(result, sources=_sources(members)))
    known = [value for _, value, _, _ in found if value is not None]
    label = f"{case.endpoint.title}: change of the treated less that of the matched controls"
    of_pairs = mean_difference_t(known) if case.endpoint.interval == "t" else hodges_lehmann(known)
    estimate = noted(case.estimate("estimate", label, of_pairs, unit), [CONTEXT])
    test = noted(
        case.test("p", "no difference within pairs", signed_rank_pratt(known), len(known)), [CONTEXT]
    )
    everybody = [each for chosen in kept.values() for each in chosen]
    if len(everybody) != len(set(everybody)):
        estimate = replace(estimate, lower=None, upper=None, warnings=(REUSED, *estimate.warnings))
        test = replace(test, value=None, lower=None, warnings=(REUSED, *test.warnings))
    return [*results, *(replace(each, sources=_sources(behind)) for each in (estimate, test))]


def _sources(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(key for row in rows for key in str(row["key"]).split("; "))
