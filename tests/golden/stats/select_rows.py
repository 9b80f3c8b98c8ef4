"""Writes the selection in this folder from the full files: `python -m tests.golden.stats.select_rows` beside ../shared."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
FULL = HERE.parents[3] / "shared/reference"
SMALL, SURVIVAL = "small_sample", "survival"
MADE_BY = {
    "small_sample/binomial_ci.csv": "R 4.2.2 binom.test, prop.test, exactci 1.4-5",
    "small_sample/poisson_rate_ci.csv": "exactci 1.4-5",
    "small_sample/rate_ratio_exact.csv": "exactci 1.4-5; p_minlike scipy 1.17.1",
    "small_sample/risk_difference_ci.csv": "ratesci 1.0.0, R 4.2.2 fisher.test, exact2x2 1.7.0",
    "small_sample/mcnemar_exact.csv": "exact2x2 1.7.0",
    "small_sample/paired_tests.json": "coin 1.4-2, exactRankTests 0.8-35, R 4.2.2 t.test",
    "small_sample/mann_whitney_ties.json": "exactRankTests 0.8-35",
    "small_sample/nof1_ab.json": "R 4.2.2",
    "small_sample/egfr_cohorts.csv": "synthetic cohorts, seed fixed",
    "small_sample/egfr_mixed_models.json": "lme4 1.1-31, lmerTest 3.1-3, pbkrtest 0.5.2",
    "small_sample/egfr_individual_slopes.csv": "R 4.2.2 lm",
    "survival/small_sets.json": "survival 3.5-3",
    "survival/two_arm_sets.json": "survival 3.5-3, survRM2 1.0-4",
    "survival/fine_gray_sets.json": "cmprsk 2.2-11",
}
COHORTS = ("1", "3", "13", "14")  # 13 is a singular fit of two arms
EVERY = 4  # of the other files, the first row and every fourth after it


def main() -> None:
    for name, made_by in MADE_BY.items():
        source = f"../shared/reference/{name}: {made_by}"
        target = HERE / name
        target.parent.mkdir(exist_ok=True)
        write = _select_csv if name.endswith(".csv") else _select_json
        target.write_text(write(FULL / name, source), encoding="utf-8", newline="\n")


def _select_csv(path: Path, source: str) -> str:
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    if head.startswith("cohort,"):
        kept = [line for line in lines if line.split(",")[0] in COHORTS]
    else:
        kept = lines[::EVERY]
    return "\n".join([f"# source: {source}", head, *kept, ""])


def _select_json(path: Path, source: str) -> str:
    given = json.loads(path.read_text(encoding="utf-8"))
    if "cohort" in given[0]:
        kept = [row for row in given if str(row["cohort"]) in COHORTS]
    else:
        kept = given[::EVERY]
    lines = ",\n".join(json.dumps(row) for row in kept)
    return f'{{"source": {json.dumps(source)},\n"rows": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    main()
