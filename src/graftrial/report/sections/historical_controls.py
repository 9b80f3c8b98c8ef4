"""Historical controls of the study folder: balance, pairs, differences within pairs, and what they cannot say."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Figure, Heading, Note, Row, Section, Table, folded
from graftrial.report.endpoint_words import estimate_cell, number_words, p_cell
from graftrial.report.figures.balance import balance_spec
from graftrial.report.material import Material
from graftrial.report.numbers import (
    LEFT_OUT,
    MINUS,
    NOT_ASSESSABLE,
    percent,
    plural,
    rounded,
    signed,
    significant,
    unit_words,
)
from graftrial.report.results import ResultRow
from graftrial.study.comparison import CODED, Comparison
from graftrial.study.endpoints import SHARES
from graftrial.study.model import Endpoint

LIMITS = (
    "Context, not proof. Nobody was randomised. Matching balances the covariates below and nothing else: confounding "
    "by what was not measured, another time and other care remain. Patients without a match are not described by the "
    "difference, and p values are not confirmatory."
)
WORDS = {
    "age_years": "Age (years)", "sex": "Sex: female", "years_since_transplant": "Years since transplantation",
    "weight_kg": "Body weight (kg)", "bmi_kg_per_m2": "Body mass index (kg/m²)", "has_diabetes": "Diabetes",
    "has_hypertension": "Hypertension", "n_previous_amr_treatments": "Previous treatments of AMR",
    "donor_age_years": "Donor age (years)", "donor_type": "Deceased donor",
    "egfr_baseline": "eGFR at baseline (mL/min/1.73 m²)", "creatinine_baseline": "Creatinine at baseline (mg/dL)",
    "upcr_baseline": "Urine protein/creatinine at baseline (mg/g)",
    "dsa_immunodominant_mfi_baseline": "Immunodominant DSA at baseline (MFI)",
    "g_plus_ptc_baseline": "g + ptc at baseline",
}  # fmt: skip

AGES = ("age_years", "donor_age_years")


def section(material: Material) -> Section | None:
    """Nothing where the study file declares no controls."""
    declared = material.study.comparison
    if declared is None:
        return None
    blocks: list[Block] = [Note(_how(material, declared), "definition"), Note(LIMITS, "remark")]
    found = material.results.get("comparison.pairs")
    if found is not None and found.number is None:
        blocks.append(Note(f"No matching: {found.warnings}.", "missing"))
    blocks += [*_balance(material, declared), *_pairs(material), *_without(material)]
    for endpoint in material.study.endpoints:
        if endpoint.id in declared.endpoints:
            blocks += _endpoint(material, endpoint)
    return Section("historical-controls", "Historical controls", tuple(blocks), "Controls")


def _how(material: Material, declared: Comparison) -> str:
    title = next(each.title for each in material.study.cohorts if each.id == declared.controls)
    again = "with" if declared.with_replacement else "without"
    model = (
        f"Controls: {title}. Propensity score by logistic regression with Firth's penalty; greedy matching of up to "
        f"{plural(declared.ratio, 'control')} to each treated patient, {again} replacement, within "
        f"{significant(declared.caliper)} standard deviations of the logit; a patient "
        "without one of the covariates is not matched."
    )
    return f"{model} {_counts(material)}".strip()


def _counts(material: Material) -> str:
    treated, controls = (material.results.get(f"comparison.{each}") for each in ("treated", "controls"))
    said = ""
    if treated is not None and controls is not None:
        said = f"With every covariate: {treated.words()} treated, {controls.words()} controls."
    pairs = material.results.get("comparison.pairs")
    if pairs is not None and pairs.number is not None:
        said += f" Matched: {pairs.words()} treated."
    return said


def _balance(material: Material, declared: Comparison) -> list[Block]:
    rows: list[Row] = []
    drawn: list[tuple[str, str, ResultRow]] = []
    for name in declared.covariates:
        cells = [Cell(WORDS[name])]
        for stage in ("before", "after"):
            cells += [_mean(material, name, stage, who) for who in ("treated", "controls")]
            row = material.results.get(f"comparison.smd.{name}.{stage}")
            cells.append(_difference(row))
            if row is not None and row.number is not None:
                drawn.append((WORDS[name], stage, row))
        rows.append(Row(tuple(cells)))
    columns = (
        Column("Covariate", wide=True),
        *(
            Column(title, is_number=True, below=f"{stage} matching")
            for stage in ("before", "after")
            for title in ("Treated", "Controls", "Difference (SD)")
        ),
    )
    notes = (
        "Means, or shares of a category; standard deviations are those of both groups before matching.",
        "A difference within ±0.1 is often called balanced; in groups this small larger ones arise by chance.",
    )
    table = Table("Balance of treated and controls", columns, tuple(rows), notes)
    if not drawn:
        return [table]
    alt = (
        f"One row for each of {plural(len(declared.covariates), 'covariate')}: the standardised difference before "
        "matching as a grey diamond and after matching as a dark circle. The numbers are in the table below."
    )
    spec = balance_spec(drawn, material.subtitle)
    return [Figure("balance-historical-controls", "Balance of the covariates", alt, spec), table]


def _mean(material: Material, name: str, stage: str, who: str) -> Cell:
    row = material.results.get(f"comparison.mean.{name}.{stage}.{who}")
    if row is None or row.number is None:
        is_age = material.inputs.share and name in AGES
        return Cell(LEFT_OUT, tone="quiet") if is_age else Cell("none", tone="missing")
    return Cell(percent(row.number) if name in CODED else significant(row.number), row.key)


def _difference(row: ResultRow | None) -> Cell:
    if row is None:
        return Cell("none", tone="missing")
    if row.number is None:
        return Cell("not estimable", row.key, "missing", row.warnings.removeprefix("not estimable, "))
    return Cell(signed(row.number, 2), row.key)


def _pairs(material: Material) -> list[Block]:
    given = material.results.starting("comparison.pair.")
    if not given:
        return []
    rows = tuple(
        Row((Cell(_subject(each)), _matched(each), Cell(each.method, tone="" if each.method else "quiet")))
        for each in given
    )
    columns = (Column("Treated"), Column("Control", wide=True), Column("How near", wide=True))
    caliper = material.results.get("comparison.caliper")
    wide = ""
    if caliper is not None and caliper.number is not None:
        wide = f"Caliper {rounded(caliper.number, 2)} on the logit: {caliper.method}."
    table = Table("Who was matched with whom", columns, rows, (wide,) if wide else (), is_listing=True)
    return [folded(table, f"Pairs: {plural(len(rows), 'treated patient')}")]


def _matched(row: ResultRow) -> Cell:
    return Cell(row.value, row.key) if row.value else Cell("unmatched", row.key, "missing", row.warnings)


def _without(material: Material) -> list[Block]:
    given = material.results.starting("comparison.without.")
    if not given:
        return []
    rows = tuple(
        Row((Cell(_subject(each)), Cell(each.label.partition(":")[0]), Cell(each.warnings, each.key)))
        for each in given
    )
    columns = (Column("Subject"), Column("Group"), Column("Why", wide=True))
    table = Table("Left out of the matching", columns, rows, is_listing=True)
    return [folded(table, f"Left out of the matching: {plural(len(rows), 'patient')}")]


def _endpoint(material: Material, endpoint: Endpoint) -> list[Block]:
    stem = f"comparison.endpoint.{endpoint.id}"
    estimate = material.results.get(f"{stem}.estimate")
    answered = f"{estimate.n} of {estimate.denominator}" if estimate and estimate.n is not None else ""
    cells = (
        Cell("Treated less matched controls"),
        Cell(answered),
        _of_shares(estimate) if endpoint.method in SHARES else estimate_cell(material, endpoint, estimate),
        p_cell(material.results.get(f"{stem}.p")),
        Cell(estimate.method if estimate else ""),
    )
    remark = estimate.warnings if estimate and estimate.number is not None else ""
    columns = (
        Column("Difference within pairs", wide=True),
        Column("Pairs", below="with both values"),
        Column("Estimate", wide=True),
        Column("p"),
        Column("Method", wide=True),
    )
    blocks: list[Block] = [
        Heading(endpoint.title, f"historical-{endpoint.id}"),
        Table(f"{endpoint.title}: difference within pairs", columns, (Row(cells, remark=remark),)),
    ]
    given = material.results.starting(f"{stem}.pair.")
    if not given:
        return blocks
    rows = tuple(_pair(endpoint, each) for each in given)
    heads = (Column("Treated"), Column("Difference"), Column("Answers", wide=True))
    table = Table(f"{endpoint.title}: every pair", heads, rows, is_listing=True)
    return [*blocks, folded(table, f"{endpoint.title}: {plural(len(rows), 'pair')}")]


def _of_shares(row: ResultRow | None) -> Cell:
    """A matched risk difference in percentage points, with its limits."""
    if row is None or row.number is None:
        told = row.warnings.removeprefix("not estimable, ") if row is not None else ""
        return Cell("not estimable", row.key if row is not None else "", "missing", told)
    text = f"{signed(100 * row.number, 1)} percentage points"
    if row.lower is None or row.upper is None:
        return Cell(text, row.key, below=row.warnings.partition("; ")[0])
    return Cell(text, row.key, below=f"95% CI {signed(100 * row.lower, 1)} to {signed(100 * row.upper, 1)}")


def _pair(endpoint: Endpoint, row: ResultRow) -> Row:
    changes = Cell(row.method.replace(" -", f" {MINUS}"))
    if row.number is None:
        return Row((Cell(_subject(row)), Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings), changes))
    if endpoint.method in SHARES:
        difference = signed(row.number, 0 if row.number.is_integer() else 1)
        return Row((Cell(_subject(row)), Cell(difference, row.key, below=row.warnings), changes))
    text = f"{number_words(endpoint, row.number, row.unit, is_change=True)} {unit_words(row.unit)}".strip()
    return Row((Cell(_subject(row)), Cell(text, row.key, below=row.warnings), changes))


def _subject(row: ResultRow) -> str:
    return row.key.rpartition(".")[2]
