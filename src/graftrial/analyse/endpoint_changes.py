"""Changes from baseline to a timepoint, composite ranks, and responders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2
from statistics import median

from graftrial.analyse.endpoint_rows import Case, Row, missing_words, noted
from graftrial.analyse.results import Result
from graftrial.stats import binomial
from graftrial.stats.longitudinal.composite_rank import composite_ranks, sign_of_composite
from graftrial.stats.longitudinal.repeated_visits import PATIENTS_PER_VISIT
from graftrial.stats.outcomes import Estimate
from graftrial.stats.paired import (
    hodges_lehmann,
    mean_difference_t,
    sign_flip,
    sign_test,
    signed_rank_pratt,
)
from graftrial.study.model import Endpoint

PROPORTIONS: dict[str, Callable[[int, int], Estimate]] = {
    "clopper_pearson": binomial.proportion_clopper_pearson,
    "wilson": binomial.proportion_wilson,
    "blaker": binomial.proportion_blaker,
    "jeffreys": binomial.proportion_jeffreys,
    "mid_p": binomial.proportion_mid_p,
}
FLOOR = "antibodies.floor_mfi"
CHANGES = {
    "change_from_baseline": "change",
    "paired_exact": "change",
    "composite_rank": "change",
    "mixed_model_visits": "change",
    "percent_change": "percent_change",
    "log2_change": "log2_change",
}


def changes(case: Case) -> list[Result]:
    """Patients, Hodges-Lehmann or mean with limits, range, exact test."""
    of = CHANGES[str(case.endpoint.method)]
    unit = unit_of(case.endpoint, of)
    outcomes = [moved(case, row, of) for row in case.rows]
    results = [
        *baselines(case),
        *(
            case.patient(row, value, unit, reason=why)
            for row, (value, why) in zip(case.rows, outcomes, strict=True)
        ),
    ]
    known = [value for value, _ in outcomes if value is not None]
    found = mean_difference_t(known) if case.endpoint.interval == "t" else hodges_lehmann(known)
    words = f"{of.replace('_', ' ')} of {case.endpoint.words}"
    estimate = case.estimate("estimate", words, found, unit)
    results.append(
        noted(estimate, [*missing_words(case), *_repeated_measures(case, len(known)), *_floor(case, of)])
    )
    if known:
        for name, pick in (("median", median), ("lowest", min), ("highest", max)):
            results.append(
                case.row(
                    (name,),
                    float(pick(known)),
                    f"{name} {words}",
                    unit=unit,
                    n=len(known),
                    denominator=len(case.rows),
                )
            )
    results.append(case.test("p", "no change", signed_rank_pratt(known), len(known)))
    if case.endpoint.method == "paired_exact":
        results.append(case.test("p_sign", "no change, sign test", sign_test(known), len(known)))
        results.append(case.test("p_sign_flip", "no change, mean", sign_flip(known), len(known)))
    return results


def ranks(case: Case) -> list[Result]:
    """Composite rank: the earliest loss is worst, then the change; exact sign test of one arm."""
    sign = 1.0 if case.endpoint.better == "higher" else -1.0
    shifts = [moved(case, row, "change")[0] for row in case.rows]
    lost = [float(row["day"]) if row["status"] == "worst" else None for row in case.rows]
    change = [None if value is None else sign * value for value in shifts]
    ranked = composite_ranks(lost, change)
    results = baselines(case)
    for row, rank, value in zip(case.rows, ranked.ranks, shifts, strict=True):
        what = row["reason"] if row["status"] == "worst" else _signed(value, unit_of(case.endpoint, "change"))
        reason = "" if rank is not None else row["reason"]
        results.append(case.patient(row, rank, "rank", reason=reason, method=what or ""))
    n = len([rank for rank in ranked.ranks if rank is not None])
    about = {"unit": "subjects", "n": n, "denominator": len(case.rows), "not_assessable": ranked.n_without}
    notes, how = missing_words(case), "earliest loss ranks worst, then change from baseline"
    words = "ranked worst: lost before the timepoint"
    results.append(case.row(("lost",), ranked.n_lost, words, warnings=notes, method=how, **about))
    better = sum(time is None and (value or 0) > 0 for time, value in zip(lost, change, strict=True))
    results.append(case.row(("subjects",), better, "improved", **about))
    found = PROPORTIONS["clopper_pearson"](better, n)
    results.append(
        noted(case.estimate("estimate", "share that improved; a loss counts as worse", found, ""), notes)
    )
    results.append(case.test("p", "as many improve as get worse", sign_of_composite(lost, change), n))
    return results


def responders(case: Case) -> list[Result]:
    """Share that meets the threshold; a worst outcome does not respond; missing as the study file declares."""
    verdicts = [responds(case, row) for row in case.rows]
    unit = unit_of(case.endpoint, case.endpoint.of)
    results = baselines(case)
    for row, (verdict, value, why) in zip(case.rows, verdicts, strict=True):
        answer = None if verdict is None else "responder" if verdict else "non-responder"
        results.append(
            case.patient(
                row, answer, "", reason=why, method=_signed(value, unit, case.endpoint.of != "value")
            )
        )
    return results + shares(case, [verdict for verdict, _, _ in verdicts], "responders")


def shares(
    case: Case, verdicts: Sequence[bool | None], words: str, is_cautious: bool = False
) -> list[Result]:
    """Proportion with its interval, and the bounds that the missing leave.

    is_cautious: no estimate from those who are known where being known depends on the answer, as for events.
    """
    yes, known = sum(1 for each in verdicts if each), sum(1 for each in verdicts if each is not None)
    open_, label = len(verdicts) - known, f"share: {words}"
    notes = missing_words(case)
    if notes and not open_:
        notes = tuple(f"{each}: declared not a responder" for each in notes)
    if open_ and not notes:
        notes = (f"of {open_} of {len(verdicts)} patients it is not known",)
    about = {"n": known, "denominator": len(verdicts), "not_assessable": open_}
    bounds = {"lower": yes, "upper": yes + open_, "method": "bounds: the missing all no, or all yes"}
    count = None if open_ else yes
    results = [case.row(("subjects",), count, words, unit="subjects", warnings=notes, **bounds, **about)]
    found = PROPORTIONS[case.endpoint.interval or "clopper_pearson"](yes, known)
    if is_cautious and open_:
        range_of = f"{yes} to {yes + open_} of {len(verdicts)}"
        why = f"not estimable, because of {open_} of {len(verdicts)} patients it is not known: {range_of}"
        row = case.row(("estimate",), None, label, method=found.method, warnings=(why,), **about)
        return [*results, row]
    results.append(noted(case.estimate("estimate", label, found, ""), notes))
    if known and not yes:
        upper = binomial.proportion_upper(yes, known)
        results.append(case.estimate("upper", f"upper limit, none seen: {words}", upper, ""))
    return results


def responds(case: Case, row: Row) -> tuple[bool | None, float | None, str]:
    """Whether a patient meets the threshold (None: not known), the number held against it, and the reason."""
    endpoint = case.endpoint
    if row["status"] == "worst":
        return False, None, f"{row['reason']}: not a responder"
    value, why = moved(case, row, endpoint.of)
    if value is None:
        if endpoint.missing == "non_responder":
            return False, None, f"{why}: declared not a responder"
        return None, None, why
    limit = endpoint.threshold or 0.0
    return (value >= limit if endpoint.direction == "at_least" else value <= limit), value, row["reason"]


def moved(case: Case, row: Row, of: str) -> tuple[float | None, str]:
    """The number of one patient, or why there is none."""
    if row["status"] in ("missing", "worst"):
        return None, row["reason"]
    before, after = row["baseline"], row["value"]
    if of == "value":
        return after, row["reason"]
    if of == "change":
        return after - before, row["reason"]
    floor = case.study.thresholds.get(FLOOR) if str(case.endpoint.variable).startswith("dsa_") else None
    if of == "log2_change" and floor and case.endpoint.variable != "dsa_count":
        before, after = max(before, floor), max(after, floor)
    if of == "percent_change":
        return (100 * (after / before - 1), row["reason"]) if before else (None, "the baseline is 0")
    if before <= 0 or after <= 0:
        return None, "a value of 0 has no logarithm"
    return log2(after / before), row["reason"]


def baselines(case: Case) -> list[Result]:
    """Baseline and value of each patient in the unit of the variable."""
    results = []
    for row in case.rows:
        for name, day in (("baseline", "baseline_day"), ("value", "day")):
            if row[name] is not None:
                words = f"{name} of {row['subject_id']}"
                when = f"day {row[day]}"
                results.append(
                    case.patient(
                        row, row[name], case.endpoint.unit, name=name, label=words, method=when, reason=""
                    )
                )
    return results


def unit_of(endpoint: Endpoint, of: str) -> str:
    """Unit of a change, or of the variable itself."""
    return {"percent_change": "%", "log2_change": "log2 fold"}.get(of, endpoint.unit)


def _signed(value: float | None, unit: str, is_change: bool = True) -> str:
    return "" if value is None else f"{value:{'+' if is_change else ''}.3g} {unit}".strip()


def _floor(case: Case, of: str) -> list[str]:
    floor = case.study.thresholds.get(FLOOR)
    is_log = of == "log2_change" and str(case.endpoint.variable) in ("dsa_immunodominant_mfi", "dsa_sum_mfi")
    return [f"values below {floor:g} MFI are taken as {floor:g}"] if is_log and floor else []


def _repeated_measures(case: Case, n: int) -> list[str]:
    """Why a visit is analysed alone: too few patients for one model of all visits."""
    visits = [each for each in case.study.schedule.visits if each.day > 0]
    least = PATIENTS_PER_VISIT * len(visits)
    if case.endpoint.at is None or not visits or n > least:
        return []
    why = f"a mixed model of all {len(visits)} visits needs more than {least} patients"
    return [f"a plain paired analysis of one visit: {why}"]
