"""Selects the vectors of eGFR and prognosis from the reference folder: `python tests/golden/egfr/select_vectors.py`.

Numbers of other people's programs are copied, never computed here; where a published factor is applied to them,
the first lines of the file say so. Needs ../shared beside the project.
"""

from __future__ import annotations

import csv
import sys
from bisect import bisect_left
from math import exp
from pathlib import Path

GOLDEN = Path(__file__).parents[1]
REFERENCE = Path(__file__).parents[4] / "shared/reference"
MOST = 60
NEPHRO = "nephro 1.5 (R), numeric output only; reference file adult_nephro_nif.csv"
NIF = "nif 0.65 (R), numeric output only; reference file adult_nephro_nif.csv"
EGFR2 = "egfr 2.0.0 (R), its published formulas transcribed and executed; reference file adult_egfr2.csv"
EGFR2_CHILDREN = EGFR2.replace("adult_egfr2", "paediatric_egfr2_nephro")
PLAIN = "plain published formula; reference file paediatric_egfr2_nephro.csv"
NAMES = {
    "creat_mgdl": "creatinine_mg_per_dl",
    "cys_mgL": "cystatin_c_mg_per_l",
    "age": "age_years",
    "sex": "sex",
    "height_cm": "height_cm",
    "weight_kg": "weight_kg",
}
CR, CYS = ("creat_mgdl", "age", "sex"), ("cys_mgL", "age", "sex")
CR_CYS, HEIGHT = ("creat_mgdl", "cys_mgL", "age", "sex"), ("creat_mgdl", "height_cm", "age", "sex")
EQUATIONS = [  # folder, files with their origin, column, inputs, factor
    ("ckd_epi_cr_2009", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cr_2009", CR, 1),
    ("ckd_epi_cr_2009_black", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cr_2009_black", CR, 1),
    ("ckd_epi_cys_2012", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cys_2012", CYS, 1),
    ("ckd_epi_cr_cys_2012", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cr_cys_2012", CR_CYS, 1),
    ("ckd_epi_cr_cys_2012_black", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cr_cys_2012", CR_CYS, 1.08),
    ("ckd_epi_cr_cys_2021", [("adult_nephro_nif", NEPHRO)], "ckd_epi_cr_cys_2021", CR_CYS, 1),
    ("mdrd4_175", [("adult_nephro_nif", NEPHRO)], "mdrd4_175", CR, 1),
    ("mdrd4_175_black", [("adult_nephro_nif", NEPHRO)], "mdrd4_175", CR, 1.212),
    ("mdrd4_186", [("adult_nephro_nif", NEPHRO)], "mdrd4_186", CR, 1),
    ("mdrd4_186_black", [("adult_nephro_nif", NEPHRO)], "mdrd4_186", CR, 1.212),
    (
        "ekfc_cr",
        [("adult_nephro_nif", NEPHRO), ("paediatric_egfr2_nephro", EGFR2_CHILDREN)],
        "ekfc_cr",
        CR,
        1,
    ),
    ("ekfc_cys", [("adult_nephro_nif", NEPHRO), ("adult_egfr2", EGFR2)], "ekfc_cys", ("cys_mgL", "age"), 1),
    ("ekfc_cys_sex_specific", [("adult_nephro_nif", NEPHRO)], "ekfc_cys_sex_specific", CYS, 1),
    ("ekfc_cr_cys", [("adult_egfr2", EGFR2)], "ekfc_cr_cys", CR_CYS, 1),
    ("fas_cr", [("adult_egfr2", EGFR2), ("paediatric_egfr2_nephro", EGFR2_CHILDREN)], "fas_cr", CR, 1),
    ("lund_malmo_2011", [("adult_egfr2", EGFR2)], "lund_malmo_2011", CR, 1),
    ("bis1", [("adult_egfr2", EGFR2)], "bis1", CR, 1),
    ("krs_2023", [("adult_nephro_nif", NIF)], "krs_2023", CR, 1),
    ("cockcroft_gault_70kg", [("adult_nephro_nif", NEPHRO)], "cockcroft_gault_70kg_ml_min", CR, 1),
    (
        "schwartz_2009",
        [("paediatric_egfr2_nephro", PLAIN)],
        "schwartz_2009",
        ("creat_mgdl", "height_cm", "age"),
        1,
    ),
    ("ckid_u25_cr", [("paediatric_egfr2_nephro", EGFR2_CHILDREN)], "ckid_u25_cr", HEIGHT, 1),
    ("ckid_u25_cys", [("paediatric_egfr2_nephro", EGFR2_CHILDREN)], "ckid_u25_cys", CYS, 1),
    (
        "ckid_u25_cr_cys",
        [("paediatric_egfr2_nephro", EGFR2_CHILDREN)],
        "ckid_u25_cr_cys",
        ("creat_mgdl", "cys_mgL", "height_cm", "age", "sex"),
        1,
    ),
]
DONOR = {
    "age": "donor_age_years",
    "height_cm": "donor_height_cm",
    "weight_kg": "donor_weight_kg",
    "black": "donor_is_black",
    "hypertension": "donor_has_hypertension",
    "diabetes": "donor_has_diabetes",
    "cva": "donor_died_of_stroke",
    "creat_mgdl": "donor_creatinine_mg_per_dl",
    "hcv": "donor_has_hcv",
    "dcd": "donor_died_of_circulatory_arrest",
}
MEASURES = {"age", "height_cm", "weight_kg", "creat_mgdl"}
STATED = {"donor_has_hypertension": "donor_hypertension", "donor_has_diabetes": "donor_diabetes"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def write(folder: str, origin: list[str], tolerance: str, rows: list[dict[str, str]]) -> None:
    """One vectors file; `answer` is the last column."""
    path = GOLDEN / folder / "vectors.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(f"# {line}\n" for line in origin)
        if tolerance:
            out.write(f"# relative tolerance = {tolerance}\n")
        table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def spread(rows: list[dict[str, str]], most: int) -> list[dict[str, str]]:
    """Rows from the whole of a file."""
    return [rows[place * len(rows) // most] for place in range(most)] if len(rows) > most else rows


def equations() -> None:
    for folder, files, column, inputs, factor in EQUATIONS:
        chosen = []
        for name, _ in files:
            filled = [row for row in rows_of(REFERENCE / f"egfr/{name}.csv") if row[column]]
            chosen += spread(filled, MOST // len(files))
        rows = []
        for row in chosen:
            answer = row[column] if factor == 1 else f"{float(row[column]) * factor:.12g}"
            rows.append({NAMES[each]: row[each] for each in inputs} | {"answer": answer})
        inputs_named = [NAMES[each] for each in inputs]
        rows.append(dict.fromkeys(inputs_named, "") | {"answer": ""})
        origin = [f"source: {said}, column {column}" for _, said in files]
        if factor != 1:
            origin.append(f"times the published factor {factor} for Black race")
        write(f"egfr/{folder}", origin, "1e-9", rows)
    source = rows_of(REFERENCE / "egfr/adult_transplantr.csv")
    rows = [
        {
            "creatinine_mg_per_dl": f"{float(row['creat_umol']) / 88.4:.15g}",
            **{NAMES[each]: row[each] for each in ("age", "sex", "weight_kg")},
            "answer": row["cockcroft_gault_ml_min"],
        }
        for row in source
    ]
    said = "source: transplantr 0.2.0 (R), numeric output only; reference file adult_transplantr.csv, umol/L by 88.4"
    write("egfr/cockcroft_gault", [said], "1e-9", rows)


def donors() -> None:
    tables = rows_of(REFERENCE / "prognosis/table_kdpi_mapping.csv")
    scaling = rows_of(REFERENCE / "prognosis/table_kdri_scaling.csv")
    files = {
        "race_form": ("kdri_kdpi_race_form_2018", "transplantr 0.2.0 (R)"),
        "refit_2024": ("kdri_kdpi_refit_2024", "KDRI_no_race_hcv (R, public), transcribed and executed"),
    }
    for equation, (name, program) in files.items():
        source = rows_of(REFERENCE / f"prognosis/{name}.csv")
        origin = f"source: {program}, numeric output only; reference file {name}.csv"
        inputs = [each for each in DONOR if each in source[0]]
        plain = [{DONOR[each]: of_donor(each, row[each]) for each in inputs} for row in source]
        indices = [{**given, "answer": row["kdri_rao"]} for given, row in zip(plain, source, strict=True)]
        write(f"prognosis/kdri_{equation}", [origin], "1e-9", indices)
        for population in (row for row in scaling if row["equation"] == equation):
            year, factor = population["reference_population"], float(population["kdri_scaling_factor"])
            table = [
                row for row in tables if (row["equation"], row["reference_population"]) == (equation, year)
            ]
            upper = [float(row["kdri_upper_inclusive"]) for row in table]
            column = {"race_form_2018": "kdpi_2018", "refit_2024_2023": "kdpi"}.get(f"{equation}_{year}", "")
            rows = []
            for given, row in zip(plain, source, strict=True):
                by_table = table[bisect_left(upper, float(row["kdri_rao"]) / factor)]["kdpi_percent"]
                rows.append({**stated(given), "answer": row[column] if column else by_table})
            rows.append(
                rows[0] | {"donor_hypertension": "unknown", "donor_diabetes": "unknown"}
                | {"answer": with_unknown(plain[0], source[0], equation, population, upper, table)}
            )  # fmt: skip
            rows.append(rows[0] | {"donor_hypertension": "", "answer": ""})
            said = f"KDPI as printed there, column {column}" if column else "KDRI as printed there"
            more = f"{said}; scaled by {factor} and read from the table of {year} where it is not printed"
            write(f"prognosis/kdpi_{equation}_population_{year}", [origin, more], "", rows)


def of_donor(name: str, text: str) -> str:
    return text if name in MEASURES else str(text == "1").lower()


def stated(given: dict[str, str]) -> dict[str, str]:
    words = {"true": "yes", "false": "no"}
    return {STATED.get(name, name): words[text] if name in STATED else text for name, text in given.items()}


def with_unknown(given, row, equation, population, upper, table) -> str:
    """The printed index with the published coefficients times the share of the population in place of the history."""
    hypertension, diabetes = {"race_form": (0.126, 0.130), "refit_2024": (0.1106, 0.2577)}[equation]
    shares = [
        float(population[f"assumed_chance_of_{each}_for_unknown"]) for each in ("hypertension", "diabetes")
    ]
    known = [given[f"donor_has_{each}"] == "true" for each in ("hypertension", "diabetes")]
    moved = hypertension * (shares[0] - known[0]) + diabetes * (shares[1] - known[1])
    scaled = float(row["kdri_rao"]) * exp(moved) / float(population["kdri_scaling_factor"])
    return table[bisect_left(upper, scaled)]["kdpi_percent"]


def candidates() -> None:
    source = rows_of(REFERENCE / "prognosis/epts_2018.csv")
    origin = [
        "source: transplantr 0.2.0 (R), scalar calls, numeric output only; reference file epts_2018.csv"
    ]
    rows = [
        {
            "age_years": row["age"],
            "has_diabetes": of_donor("dm", row["dm"]),
            "had_transplant": of_donor("prev_tx", row["prev_tx"]),
            "dialysis_years": row["dialysis_years"],
            "answer": row["raw_epts"],
        }
        for row in source
    ]
    write("prognosis/epts_raw", origin, "1e-9", rows)
    percent = [{"epts_raw": row["raw_epts"], "answer": row["epts_pct_2018"]} for row in source]
    percent += [{"epts_raw": "3.17", "answer": ""}, {"epts_raw": "", "answer": ""}]
    write("prognosis/epts_percent", origin, "", percent)


def proteinuria() -> None:
    source = rows_of(REFERENCE / "proteinuria/upcr_to_uacr_kfre.csv")
    rows = [
        {
            "upcr_mg_per_g": row["upcr_mg_g"],
            "sex": "F" if row["female"] == "1" else "M",
            "has_diabetes": of_donor("dm", row["diabetes"]),
            "has_hypertension": of_donor("htn", row["hypertension"]),
            "answer": row["uacr_mg_g_est"],
        }
        for row in source
    ]
    origin = "source: kfre 0.1.18 (Python), numeric output only; reference file upcr_to_uacr_kfre.csv"
    write("proteinuria/uacr_from_upcr", [origin], "1e-7", rows)


if __name__ == "__main__":
    if not REFERENCE.is_dir():
        sys.exit("the shared reference folder does not lie beside the project")
    equations()
    donors()
    candidates()
    proteinuria()
