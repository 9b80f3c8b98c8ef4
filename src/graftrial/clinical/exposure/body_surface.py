"""Body surface area."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source

INPUTS = (
    Input("height_cm", pl.Float64, "cm", low=40, high=230),
    Input("weight_kg", pl.Float64, "kg", low=2, high=300),
)


def bsa_dubois_1916(height_cm: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Body surface area in m2."""
    return 0.007184 * height_cm.pow(0.725) * weight_kg.pow(0.425)


def bsa_mosteller_1987(height_cm: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Body surface area in m2."""
    return (height_cm * weight_kg / 3600).sqrt()


DUBOIS_1916 = Rule(
    id="exposure.body_surface",
    edition="dubois_1916",
    title="Body surface area, DuBois and DuBois",
    source=Source(
        document="DuBois D, DuBois EF. Arch Intern Med 1916;17:863-871",
        locator="height-weight formula",
        doi="10.1001/archinte.1916.00080130010002",
    ),
    inputs=INPUTS,
    output="m2",
    population="adults",
    golden="exposure/body_surface_dubois_1916",
    expression=bsa_dubois_1916,
)
MOSTELLER_1987 = Rule(
    id="exposure.body_surface",
    edition="mosteller_1987",
    title="Body surface area, Mosteller",
    source=Source(
        document="Mosteller RD. N Engl J Med 1987;317:1098",
        locator="square root of height times weight over 3600",
        doi="10.1056/NEJM198710223171717",
    ),
    inputs=INPUTS,
    output="m2",
    population="adults and children",
    golden="exposure/body_surface_mosteller_1987",
    expression=bsa_mosteller_1987,
)
