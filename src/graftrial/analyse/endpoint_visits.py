"""The mean change at a visit by a mixed model of all visits; refused below its number of patients."""

from __future__ import annotations

from graftrial.analyse.endpoint_changes import baselines, moved
from graftrial.analyse.endpoint_rows import Case, contrast_rows, missing_words, noted
from graftrial.analyse.results import Result
from graftrial.derive.endpoint_values import visits_of
from graftrial.stats.longitudinal.repeated_visits import METHOD, VisitModel, fit_visits, visit_contrast
from graftrial.stats.outcomes import NotEstimable, no_estimate

AT_RANDOM = (
    "right only where values are missing at random: a value that a lost graft takes away is not, unless a strategy "
    "sets it; a composite rank stands beside where it is declared"
)


def visit_means(case: Case) -> list[Result]:
    """Change of each patient at the visit; the mean of the model there and at every other visit."""
    endpoint = case.endpoint
    results = [*baselines(case)]
    for row in case.rows:
        value, why = moved(case, row, "change")
        results.append(case.patient(row, value, endpoint.unit, reason=why))
    visits = visits_of(endpoint, case.study)
    by_patient: dict[str, dict[str, float]] = {}
    for each in case.points:
        by_patient.setdefault(each["subject_id"], {})[each["phase"]] = each["value"]
    model = fit_visits([[own.get(visit) for visit in visits] for own in by_patient.values()], visits)
    label = f"mean change of {endpoint.words} at {endpoint.at}"
    if isinstance(model, NotEstimable):
        none = no_estimate(METHOD, model.reason, n=len(by_patient))
        refused = case.estimate("estimate", label, none, endpoint.unit)
        return [*results, noted(refused, missing_words(case))]
    return results + _means(case, model, label)


def _means(case: Case, model: VisitModel, label: str) -> list[Result]:
    results = []
    for place, visit in enumerate(model.visits):
        weights = [float(each == place) for each in range(len(model.visits))]
        found = visit_contrast(model, weights, visit)
        if visit != case.endpoint.at:
            words = f"mean change at {visit}, {model.n_at[place]} values"
            results.append(case.estimate(f"visit.{visit}", words, found.estimate, case.endpoint.unit))
            continue
        notes = [f"{model.n_at[place]} of {model.n_patients} patients have a value at {visit}", AT_RANDOM]
        rows = contrast_rows(case, "estimate", label, found, case.endpoint.unit)
        results += [noted(rows[0], [*notes, *missing_words(case)]), *rows[1:]]
    return results
