"""All statistics of a 12-patient study after import, and a mixed model of 1,000 patients with 20 visits each."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.measure import ROOT, Line, environment

PATIENTS, VISITS = 1_000, 20
TIMES = 3
KNOT, HORIZON = 0.25, 2.0


def run() -> Iterator[Line]:
    """Seconds in a process of its own; memory is that of the whole process, Python and NumPy included."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.statistics"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )
    took = json.loads(told.stdout)
    yield Line("all statistics of 12 patients, after import", took["small"], "s", 1.0)
    yield Line("the same in processor time", took["small_cpu"], "s")
    yield Line("declared endpoints of the 12-patient example, after import", took["example"], "s", 1.0)
    yield Line("the same in processor time", took["example_cpu"], "s")
    yield Line("Kenward-Roger of 1,000 patients x 20", took["large"], "s", 5.0)
    yield Line("the same in processor time", took["large_cpu"], "s")
    yield Line("the same, memory of the process", took["megabytes"], "MB", 1024.0)
    yield Line("the same, in fits of 12 patients", took["large_cpu"] / took["fit_cpu"], "x")


def _fastest(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of the fastest of a few rounds."""
    took = []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - began, time.process_time() - used))
    return min(wall for wall, _ in took), min(cpu for _, cpu in took)


def _measure() -> dict[str, float]:
    import scipy.special  # noqa: F401  the limit is counted after import

    from graftrial.stats.longitudinal.mixed_model import fit_two_slope

    small, large = _cohort(12, 8, 1), _cohort(PATIENTS, VISITS, 2)
    fit = _fastest(lambda: fit_two_slope(small, KNOT))
    of_large = _fastest(lambda: _longitudinal(large))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    of_small = _fastest(lambda: _all_of_a_small_study(small))
    of_example = _endpoints_of_the_example()
    return {
        "small": of_small[0],
        "small_cpu": of_small[1],
        "example": of_example[0],
        "example_cpu": of_example[1],
        "large": of_large[0],
        "large_cpu": of_large[1],
        "fit_cpu": fit[1],
        "megabytes": megabytes,
    }


def _endpoints_of_the_example() -> tuple[float, float]:
    """Result rows of every endpoint that the synthetic example declares, from its derived tables."""
    from graftrial import pipeline
    from graftrial.analyse.endpoints import endpoints

    run = pipeline.run(ROOT / "examples/late-amr-synthetic")
    return _fastest(lambda: endpoints(run.checked.study, run.checked.tables, run.derived))


def _cohort(patients: int, visits: int, seed: int):  # type: ignore[no-untyped-def]
    import numpy as np

    from graftrial.stats.longitudinal.measurements import measurements

    draw = np.random.default_rng(seed)
    names = [f"P{number:04d}" for number in range(patients) for _ in range(visits)]
    years = np.tile(np.arange(visits) * 0.15, patients)
    level = np.repeat(draw.normal(40, 12, patients), visits)
    slope = np.repeat(draw.normal(-3, 2.5, patients), visits)
    values = level + slope * years + draw.normal(0, 3, len(years))
    return measurements(names, years.tolist(), values.tolist())


def _longitudinal(data):  # type: ignore[no-untyped-def]
    from graftrial.stats.longitudinal.mixed_model import contrast, fit_two_slope, total_slope

    model = fit_two_slope(data, KNOT)
    return total_slope(model, HORIZON), contrast(model, {"chronic": 1.0}, "chronic slope")


def _all_of_a_small_study(data):  # type: ignore[no-untyped-def]
    """What a report of 12 patients asks for, each at least once."""
    from graftrial.stats import binomial, paired, rates, risk_difference, two_by_two, two_sample
    from graftrial.stats.interrupted_series import summarise_interrupted_series
    from graftrial.stats.longitudinal import composite_rank, mixed_model, repeated_visits, slopes
    from graftrial.stats.survival import aalen_johansen, cox, kaplan_meier, log_rank

    changes = [4.1, -1.2, 6.3, 2.2, 0, 3.3, 8.9, -0.4, 5.5, 1.1, -2.0, 0.7]
    times, causes = [3, 5, 5, 8, 9, 12, 12, 14, 18, 20, 24, 24], [1, 2, 1, 0, 1, 0, 2, 1, 0, 1, 0, 0]
    events, arms = [int(cause == 1) for cause in causes], [0, 1] * 6
    made: list[object] = [method(2, 12, 0.95) for method in binomial.PROPORTIONS.values()]
    table = 3, 6, 1, 6
    made += [
        risk_difference.difference_miettinen_nurminen(*table),
        risk_difference.difference_newcombe(*table),
    ]
    made += [two_by_two.relative_risk(*table), two_by_two.odds_ratio(*table), two_by_two.fisher_exact(*table)]
    made += [rates.garwood(3, 11.2), rates.rate_ratio(3, 5.5, 1, 5.7), rates.compare_rates(3, 5.5, 1, 5.7)]
    made += [paired.signed_rank_pratt(changes), paired.sign_flip(changes), paired.hodges_lehmann(changes)]
    made += [paired.sign_test(changes), paired.mcnemar_exact(5, 1), paired.mean_difference_t(changes)]
    made += [two_sample.mann_whitney(changes[:6], changes[6:])]
    made += [two_sample.permutation_of_means(changes[:6], changes[6:])]
    made += [summarise_interrupted_series(changes[:6], changes[6:], "increase")]
    own = slopes.estimate_slopes(data)
    made += [slopes.two_stage_mean(own), slopes.two_stage_weighted(own), mixed_model.fit_total_slope(data)]
    made += [_longitudinal(data), composite_rank.composite_ranks([None] * 12, changes)]
    model = mixed_model.fit_two_slope(data, KNOT)
    made += [mixed_model.total_slope(model, HORIZON, freedom="satterthwaite")]
    visits = [[change, change + place % 3, change - place % 4] for place, change in enumerate(changes)]
    made += [repeated_visits.fit_visits(visits, ("M3", "M6", "M12"))]
    curve = kaplan_meier.estimate_kaplan_meier(times, events)
    made += [kaplan_meier.median_survival(curve), kaplan_meier.restricted_mean(curve, 12)]
    made += [aalen_johansen.estimate_aalen_johansen(times, causes, cause) for cause in (1, 2)]
    made += [log_rank.log_rank(times, events, arms), log_rank.log_rank_exact(times, events, arms)]
    made += [cox.fit_cox(times, events, {"arm": arms})]
    return made


if __name__ == "__main__":
    print(json.dumps(_measure()))
