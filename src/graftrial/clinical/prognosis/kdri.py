"""Kidney donor risk index of a deceased donor, in its two equations, and the percent that belongs to each."""

from collections.abc import Callable

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.prognosis.mapping_tables import DonorPopulation, donor_populations

RACE_FORM = Source(
    "Rao PS et al. Transplantation 2009;88:231-236",
    "donor-only KDRI, as in the network's guide until October 2024",
    "10.1097/TP.0b013e3181ac620b",
)
REFIT = Source(
    "Organ Procurement and Transplantation Network, guide to calculating and interpreting the KDPI, 21 April 2025",
    "KDRI coefficients in force since 31 October 2024, without race and hepatitis C",
)
TABLES = "mapping table and scaling factor of the reference population"
DECEASED = "deceased donors; undefined for living donors; the age counts in whole years"
HISTORY = ("yes", "no", "unknown")  # unknown is what the registry says, an empty cell is not
AGE = Input("donor_age_years", pl.Float64, "a", low=0, high=100)
HEIGHT = Input("donor_height_cm", pl.Float64, "cm", low=30, high=230)
WEIGHT = Input("donor_weight_kg", pl.Float64, "kg", low=1, high=300)
CREATININE = Input("donor_creatinine_mg_per_dl", pl.Float64, "mg/dL", low=0.1, high=8)
BLACK, STROKE, HCV, DCD = (
    Input(name, pl.Boolean)
    for name in (
        "donor_is_black",
        "donor_died_of_stroke",
        "donor_has_hcv",
        "donor_died_of_circulatory_arrest",
    )
)
KNOWN = (Input("donor_has_hypertension", pl.Boolean), Input("donor_has_diabetes", pl.Boolean))
STATED = tuple(Input(name, pl.String, choices=HISTORY) for name in ("donor_hypertension", "donor_diabetes"))


def kdri_race_form(
    donor_age_years: pl.Expr,
    donor_height_cm: pl.Expr,
    donor_weight_kg: pl.Expr,
    donor_is_black: pl.Expr,
    donor_has_hypertension: pl.Expr,
    donor_has_diabetes: pl.Expr,
    donor_died_of_stroke: pl.Expr,
    donor_creatinine_mg_per_dl: pl.Expr,
    donor_has_hcv: pl.Expr,
    donor_died_of_circulatory_arrest: pl.Expr,
) -> pl.Expr:
    """Unscaled index (Rao). A history may also be a share between 0 and 1."""
    years, creatinine = donor_age_years.floor(), donor_creatinine_mg_per_dl
    age = 0.0128 * (years - 40) - 0.0194 * _below(years, 18) + 0.0107 * _above(years, 50)
    size = -0.0464 * (donor_height_cm - 170) / 10 - 0.0199 * _below(donor_weight_kg, 80) / 5
    history = 0.126 * donor_has_hypertension + 0.130 * donor_has_diabetes + 0.240 * donor_has_hcv
    death = 0.0881 * donor_died_of_stroke + 0.133 * donor_died_of_circulatory_arrest
    kidney = 0.220 * (creatinine - 1) - 0.209 * _above(creatinine, 1.5)
    return (age + size + 0.179 * donor_is_black + history + death + kidney).exp()


def kdri_refit_2024(
    donor_age_years: pl.Expr,
    donor_height_cm: pl.Expr,
    donor_weight_kg: pl.Expr,
    donor_has_hypertension: pl.Expr,
    donor_has_diabetes: pl.Expr,
    donor_died_of_stroke: pl.Expr,
    donor_creatinine_mg_per_dl: pl.Expr,
    donor_died_of_circulatory_arrest: pl.Expr,
) -> pl.Expr:
    """Unscaled index. A history may also be a share between 0 and 1."""
    years, creatinine = donor_age_years.floor(), donor_creatinine_mg_per_dl
    age = 0.0092 * (years - 40) + 0.0113 * _below(years, 18) + 0.0067 * _above(years, 50)
    size = -0.0557 * (donor_height_cm - 170) / 10 - 0.0333 * _below(donor_weight_kg, 80) / 5
    history = 0.1106 * donor_has_hypertension + 0.2577 * donor_has_diabetes
    death = 0.0743 * donor_died_of_stroke + 0.1966 * donor_died_of_circulatory_arrest
    kidney = 0.2128 * (creatinine - 1) - 0.2199 * _above(creatinine, 1.5)
    return (age + size + history + death + kidney).exp()


def kdpi_race_form(population: DonorPopulation) -> Callable[..., pl.Expr]:
    """KDPI by the equation with race, its scaling factor and its table, of one reference population."""

    def kdpi(
        donor_age_years: pl.Expr,
        donor_height_cm: pl.Expr,
        donor_weight_kg: pl.Expr,
        donor_is_black: pl.Expr,
        donor_hypertension: pl.Expr,
        donor_diabetes: pl.Expr,
        donor_died_of_stroke: pl.Expr,
        donor_creatinine_mg_per_dl: pl.Expr,
        donor_has_hcv: pl.Expr,
        donor_died_of_circulatory_arrest: pl.Expr,
    ) -> pl.Expr:
        index = kdri_race_form(
            donor_age_years,
            donor_height_cm,
            donor_weight_kg,
            donor_is_black,
            _chance(donor_hypertension, population.hypertension),
            _chance(donor_diabetes, population.diabetes),
            donor_died_of_stroke,
            donor_creatinine_mg_per_dl,
            donor_has_hcv,
            donor_died_of_circulatory_arrest,
        )
        return population.percentiles.of(index / population.scaling)

    return kdpi


def kdpi_refit_2024(population: DonorPopulation) -> Callable[..., pl.Expr]:
    """KDPI by the equation of 2024, its scaling factor and its table."""

    def kdpi(
        donor_age_years: pl.Expr,
        donor_height_cm: pl.Expr,
        donor_weight_kg: pl.Expr,
        donor_hypertension: pl.Expr,
        donor_diabetes: pl.Expr,
        donor_died_of_stroke: pl.Expr,
        donor_creatinine_mg_per_dl: pl.Expr,
        donor_died_of_circulatory_arrest: pl.Expr,
    ) -> pl.Expr:
        index = kdri_refit_2024(
            donor_age_years,
            donor_height_cm,
            donor_weight_kg,
            _chance(donor_hypertension, population.hypertension),
            _chance(donor_diabetes, population.diabetes),
            donor_died_of_stroke,
            donor_creatinine_mg_per_dl,
            donor_died_of_circulatory_arrest,
        )
        return population.percentiles.of(index / population.scaling)

    return kdpi


def _chance(history: pl.Expr, share: float) -> pl.Expr:
    """1, 0, or the share of the reference population where the registry says unknown."""
    chances = {"yes": 1.0, "no": 0.0, "unknown": share}
    return history.replace_strict(chances, default=None, return_dtype=pl.Float64)


def _below(value: pl.Expr, knot: float) -> pl.Expr:
    return (value - knot).clip(upper_bound=0)


def _above(value: pl.Expr, knot: float) -> pl.Expr:
    return (value - knot).clip(lower_bound=0)


RACE_FORM_INPUTS = {
    stated: (AGE, HEIGHT, WEIGHT, BLACK, *history, STROKE, CREATININE, HCV, DCD)
    for stated, history in ((False, KNOWN), (True, STATED))
}
REFIT_INPUTS = {
    stated: (AGE, HEIGHT, WEIGHT, *history, STROKE, CREATININE, DCD)
    for stated, history in ((False, KNOWN), (True, STATED))
}
FORMS = {
    "race_form": (kdpi_race_form, RACE_FORM, RACE_FORM_INPUTS),
    "refit_2024": (kdpi_refit_2024, REFIT, REFIT_INPUTS),
}


def _kdpi_rule(population: DonorPopulation) -> Rule:
    expression, source, inputs = FORMS[population.equation]
    return Rule(
        id="prognosis.kdpi",
        edition=population.edition,
        title=f"Kidney donor profile index, equation {population.equation}, donors of {population.year}",
        source=Source(source.document, f"{source.locator}; {TABLES}", source.doi),
        inputs=inputs[True],
        output="0 to 100 %",
        population=DECEASED,
        golden=f"prognosis/kdpi_{population.edition}",
        expression=expression(population),
    )


RULE_RACE_FORM = Rule(
    id="prognosis.kdri",
    edition="race_form",
    title="Kidney donor risk index, unscaled, with terms for race and hepatitis C",
    source=RACE_FORM,
    inputs=RACE_FORM_INPUTS[False],
    output="index, unscaled",
    population=DECEASED,
    golden="prognosis/kdri_race_form",
    expression=kdri_race_form,
)
RULE_REFIT_2024 = Rule(
    id="prognosis.kdri",
    edition="refit_2024",
    title="Kidney donor risk index, unscaled, refit of 2024",
    source=REFIT,
    inputs=REFIT_INPUTS[False],
    output="index, unscaled",
    population=DECEASED,
    golden="prognosis/kdri_refit_2024",
    expression=kdri_refit_2024,
)
RULES_KDPI = tuple(_kdpi_rule(each) for each in donor_populations().values())
