"""KDIGO categories of GFR and of albuminuria or proteinuria, by their lower bounds on unrounded values."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import first_that_holds

EGFR = Input("egfr_ml_per_min_1_73m2", pl.Float64, "mL/min/1.73 m2", low=0, high=300)
UACR = Input("uacr_mg_per_g", pl.Float64, "mg/g", low=0, high=50_000)
UPCR = Input("upcr_mg_per_g", pl.Float64, "mg/g", low=0, high=50_000)
DOCUMENT, DOI = "KDIGO 2024 CKD guideline. Kidney Int 2024;105(4S):S117-S314", "10.1016/j.kint.2023.10.018"
ANYONE = "anyone; one value is not a diagnosis of chronic kidney disease"


def gfr_category(egfr_ml_per_min_1_73m2: pl.Expr) -> pl.Expr:
    """GFR category G1 to G5."""
    egfr = egfr_ml_per_min_1_73m2
    ladder = {"G5": egfr < 15, "G4": egfr < 30, "G3b": egfr < 45, "G3a": egfr < 60, "G2": egfr < 90}
    return first_that_holds(ladder, none="G1")


def albuminuria_category(uacr_mg_per_g: pl.Expr) -> pl.Expr:
    """Albuminuria category A1 to A3 by the albumin-to-creatinine ratio; 30 and 300 mg/g are A2."""
    return first_that_holds({"A1": uacr_mg_per_g < 30, "A2": uacr_mg_per_g <= 300}, none="A3")


def proteinuria_category(upcr_mg_per_g: pl.Expr) -> pl.Expr:
    """Category A1 to A3 by the protein-to-creatinine ratio; 150 and 500 mg/g are A2."""
    return first_that_holds({"A1": upcr_mg_per_g < 150, "A2": upcr_mg_per_g <= 500}, none="A3")


RULE_GFR = Rule(
    id="kidney.gfr_category",
    edition="kdigo_2024",
    title="KDIGO category of GFR",
    source=Source(DOCUMENT, "GFR categories", DOI),
    inputs=(EGFR,),
    output="G1, G2, G3a, G3b, G4, G5",
    population=ANYONE,
    golden="kidney/gfr_category",
    expression=gfr_category,
)
RULE_ALBUMINURIA = Rule(
    id="kidney.albuminuria_category",
    edition="kdigo_2024",
    title="KDIGO category of albuminuria",
    source=Source(DOCUMENT, "albuminuria categories", DOI),
    inputs=(UACR,),
    output="A1, A2, A3",
    population=ANYONE,
    golden="kidney/albuminuria_category",
    expression=albuminuria_category,
)
RULE_PROTEINURIA = Rule(
    id="kidney.proteinuria_category",
    edition="kdigo_2024",
    title="KDIGO category by the protein-to-creatinine ratio",
    source=Source(DOCUMENT, "relation of the categories of albuminuria and proteinuria", DOI),
    inputs=(UPCR,),
    output="A1, A2, A3",
    population=ANYONE,
    golden="kidney/proteinuria_category",
    expression=proteinuria_category,
)
