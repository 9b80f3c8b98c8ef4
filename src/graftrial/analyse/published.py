"""Published results beside an endpoint: each as printed, and effects of two arms computed again from their counts."""

from __future__ import annotations

from collections.abc import Mapping

from graftrial.analyse.endpoint_rows import number
from graftrial.analyse.results import Result
from graftrial.stats.outcomes import Estimate, NotEstimable
from graftrial.stats.risk_difference import difference_miettinen_nurminen, difference_wald
from graftrial.stats.two_by_two import relative_risk, relative_risk_wald
from graftrial.study.comparators import shipped
from graftrial.study.model import Comparator, Endpoint, Study


def published(endpoint: Endpoint, study: Study) -> list[Result]:
    """Rows `endpoint.<id>.comparator.<comparator>`, and `.published.<comparator>.…` where it names the other arm."""
    known = {**shipped(), **{each.id: each for each in study.comparators}}
    results = []
    for name in endpoint.comparators:
        results += [_as_printed(endpoint, known[name]), *_effects(endpoint, known[name], known)]
    return results


def _as_printed(endpoint: Endpoint, given: Comparator) -> Result:
    group = f"endpoint.{endpoint.id}"
    return Result(
        f"{group}.comparator.{given.id}",
        given.value,
        f"{given.trial}, {given.arm}: {given.quantity}",
        group,
        unit=given.unit,
        n=given.n,
        lower=given.lower,
        upper=given.upper,
        method="; ".join(each for each in (given.method, given.spread, given.source) if each),
        warnings=(f"another population, shown as context and never subtracted: {given.population}",),
    )


def _effects(endpoint: Endpoint, given: Comparator, known: Mapping[str, Comparator]) -> list[Result]:
    """Difference and ratio of both arms, by the large-sample methods of publications and by our own."""
    if given.against is None or given.events is None:
        return []
    other = known[given.against]
    if other.events is None:
        why = f"not estimable, because {other.id} gives no counts"
        group = f"endpoint.{endpoint.id}"
        return [
            Result(f"{group}.published.{given.id}.difference", None, given.quantity, group, warnings=(why,))
        ]
    have = given.events, given.n, other.events, other.n
    lack = given.n - given.events, given.n, other.n - other.events, other.n
    arms = f"{given.arm} {given.events} of {given.n}, {other.arm} {other.events} of {other.n}"
    words = f"{given.trial}: {given.quantity}"
    found = (
        ("difference_wald", f"{words}, difference of the shares", difference_wald(*have, is_corrected=True)),
        ("ratio_wald", f"{words}, ratio of the shares without it", relative_risk_wald(*lack)),
        ("difference", f"{words}, difference of the shares", difference_miettinen_nurminen(*have)),
        ("ratio", f"{words}, ratio of the shares without it", relative_risk(*lack)),
    )
    return [_effect(endpoint, given, name, label, each, arms) for name, label, each in found]


def _effect(
    endpoint: Endpoint, given: Comparator, name: str, label: str, found: Estimate, arms: str
) -> Result:
    group = f"endpoint.{endpoint.id}"
    why = (str(found.value),) if isinstance(found.value, NotEstimable) else ()
    said = (f"as printed: {given.effect_as_printed}",) if given.effect_as_printed else ()
    return Result(
        f"{group}.published.{given.id}.{name}",
        number(found.value),
        label,
        group,
        n=found.n or given.n,
        lower=number(found.lower),
        upper=number(found.upper),
        method=f"{found.method}; 95% interval; computed again from the published counts: {arms}; {given.source}",
        warnings=(*why, "an effect inside the other trial, between its own arms", *said),
    )
