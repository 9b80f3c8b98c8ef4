"""The estimand of an endpoint as one sentence: who, what, when, which events between, how summarised."""

from __future__ import annotations

from graftrial.derive.endpoint_events import WORDS
from graftrial.derive.endpoint_values import strategy_of, window
from graftrial.study.endpoints import AT_ONE_TIME, CURVES, OVER_TIME
from graftrial.study.model import Endpoint, Study
from graftrial.study.variables import KIND_OF

WHAT = {
    "change_from_baseline": "change from baseline of {variable}",
    "paired_exact": "change from baseline of {variable}",
    "percent_change": "change from baseline of {variable} in percent",
    "log2_change": "log2 of the ratio of {variable} to its baseline",
    "mixed_model_visits": "mean change from baseline of {variable} by a mixed model of its visits, missing at random",
    "composite_rank": "rank by loss, then by change from baseline, of {variable}",
    "responder": "{of} of {variable} {direction} {threshold:g}",
    "slope_within_patient": "slope of {variable} of each patient",
    "slope_before_after": "slope of {variable} after the infusion minus before it",
    "mixed_model_slope": "mean slope of {variable} by a mixed model",
    "interrupted_series": "{variable} of each patient alone, after the infusion against before",
    "proportion": "share of patients with {variable}",
    "rate": "{variable}: number per patient-year",
    "time_to_event": "time from day 0 to {variable}",
    "rmst": "mean time without {variable}",
}
HANDLED = {
    "treatment_policy": "values count as recorded",
    "while_on_treatment": "the last value before it counts",
    "exclude_after": "values from then on do not count",
    "last_value": "the last value before it is carried forward",
    "value_zero": "the value is {value:g} from then on",
    "composite_worst": "the patient ranks worst and does not respond",
}


def estimand(endpoint: Endpoint, study: Study) -> str:
    """One sentence with the attributes of the estimand as declared; undeclared strategies are named as such."""
    members = next(each.title for each in study.analysis_sets if each.id == endpoint.population)
    what = WHAT[str(endpoint.method)].format(
        variable=endpoint.words,
        of=endpoint.of.replace("_", " "),
        direction=(endpoint.direction or "").replace("_", " "),
        threshold=endpoint.threshold or 0.0,
    )
    parts = [f"{members}: {what}, {_when(endpoint, study)}"]
    if KIND_OF[str(endpoint.variable)].kind in ("number", "state"):
        parts += [_handled(endpoint, each) for each in WORDS]
    if endpoint.method == "responder":
        handled = "does not respond" if endpoint.missing == "non_responder" else "is not assessable"
        parts.append(f"a patient without a value {handled}")
    if endpoint.method in CURVES and endpoint.competing:
        parts.append(f"{' and '.join(each.replace('_', ' ') for each in endpoint.competing)} competes")
    return "; ".join(parts) + "."


def _when(endpoint: Endpoint, study: Study) -> str:
    first, last, _ = window(endpoint, study)
    if endpoint.at is not None:
        return f"at {endpoint.at} (day {first} to {last}, the value nearest to its planned day)"
    if endpoint.method in (*AT_ONE_TIME, "responder", "proportion") and endpoint.window_days:
        return f"the last value of day {first} to {last}"
    if endpoint.method in OVER_TIME:
        return f"from day {first} to {last}"
    return f"up to day {last}"


def _handled(endpoint: Endpoint, event: str) -> str:
    strategy = strategy_of(endpoint, event)
    declared = next((each for each in endpoint.intercurrent if each.event == event), None)
    value = declared.value if declared and declared.value is not None else 0.0
    words = HANDLED[strategy].format(value=value)
    return f"{WORDS[event]}: {words}" + ("" if declared else " (no strategy declared)")
