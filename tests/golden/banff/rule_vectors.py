"""Makes `<edition>/<rule>/vectors.csv` for every rule from the selections in this folder.

    python tests/golden/banff/rule_vectors.py

Answers come from the expected columns of the reference vectors; the rules that have none there are transcribed by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from graftrial.clinical.banff.editions import rules
from graftrial.clinical.card import Rule

HERE = Path(__file__).parent
OF_EACH = 5
ORIGIN = "# source: reference vectors of the project, one reading of the published text (see README.md)"
BY_HAND = "# source: transcribed by hand from the definition that the card names"
Row = dict[str, str]
CRITERIA = ("restricts_ptc", "mvi_counted", "mvi_at_threshold", "acute_tissue_injury", "chronic_tissue_injury",
            "antibody_interaction", "serology")  # fmt: skip
CATEGORY_2 = ("active_amr", "chronic_active_amr", "chronic_amr", "mvi_dsa_neg_c4d_neg", "probable_amr", "c4d_with_ati",
              "c4d_without_rejection")  # fmt: skip
CODES = {"amr": "amr", "acute_tcmr_grade": "acute_tcmr", "ca_tcmr_grade": "ca_tcmr", "ifta": "ifta",
         "pvn_class": "pvn_class", "adequacy": "adequacy", "activity_index": "activity_index",
         "chronicity_index": "chronicity_index"}  # fmt: skip
STATE = {"established": "true", "excluded": "false", "possible": ""}


def truth(value: bool) -> str:
    """As a vectors file writes it."""
    return "true" if value else "false"


def expected(name: str, row: Row) -> str | None:
    """The expected answer of a rule to a complete biopsy; None where the reference has none."""
    if name in CRITERIA:
        return truth(row[f"crit_{name}"] == "1")
    if name in CATEGORY_2:
        return truth(row["exp_amr"] == name)
    if name == "active_or_chronic_active_amr":
        return truth(row["exp_amr"] in ("active_amr", "chronic_active_amr"))
    if name in ("borderline", "mixed", "category1"):
        return truth(row[f"exp_{name}"] == "1")
    if name in ("acute_tcmr", "ca_tcmr"):
        return truth(row[f"exp_{name}"] != "none")
    return row[f"exp_{CODES[name]}"] if name in CODES else None


def facts(row: Row) -> Row:
    """The facts of a biopsy from the columns of a vectors file, as text."""
    known = {name: text for name, text in row.items() if not name.startswith("exp_")}
    known["cg"] = row["cg"][:1]
    gn = {row["gn_recurrent"], row["gn_de_novo"]}
    known["glomerulonephritis"] = "1" if "1" in gn else "" if "" in gn else "0"
    if "c4d_if" in row:
        known["c4d"] = str(max(int(row["c4d_if"]), int(row["c4d_ihc"])))
        known["c4d_positive"] = row["crit_c4d_positive"]
    else:
        known["c4d_positive"] = stained(row["c4d"], row["c4d_method"])
    return known


def stained(score: str, method: str) -> str:
    """Positive from 2 by immunofluorescence, from 1 by immunohistochemistry."""
    if score in ("0", "2", "3"):
        return "0" if score == "0" else "1"
    if score == "1" and method:
        return "1" if method == "IHC" else "0"
    return ""


def cells(rule: Rule, known: Row) -> list[str]:
    """The inputs of a rule, as a vectors file writes them."""
    yes_no = {"1": "true", "0": "false", "": ""}
    kinds = {each.name: each.dtype.__name__ for each in rule.inputs}
    return [yes_no[known[name]] if kind == "Boolean" else known[name] for name, kind in kinds.items()]


def of_reference(rule: Rule) -> Iterator[list[str]]:
    """Rows of the reference for a rule: a few of every answer, and of every state of an incomplete biopsy."""
    name = rule.id.removeprefix("banff.")
    seen: dict[str, int] = {}
    for file in ("complete.csv", "missing.csv"):
        with (HERE / rule.edition / file).open(encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                if file == "complete.csv":
                    answer = expected(name, row)
                else:
                    answer = STATE.get(row.get(f"exp_{name}", "none"))
                key = f"{file} {answer}"
                seen[key] = seen.get(key, 0) + 1
                if answer is not None and seen[key] <= OF_EACH:
                    yield [*cells(rule, facts(row)), answer]


HAND: dict[str, list[str]] = {
    "c4d_positive_one_technique": ["0,IF,false", "1,IF,false", "2,IF,true", "3,IF,true", "0,IHC,false", "1,IHC,true",
                                   "2,IHC,true", "1,,", "0,,false", "2,,true", "3,,true", ",IF,", ",,"],
    "c4d_positive_two_techniques": ["0,0,false", "1,0,false", "2,0,true", "0,1,true", "1,1,true", ",1,true", "2,,true",
                                    ",0,", "1,,", ",,"],
    "glomerulonephritis": ["true,false,true", "false,true,true", "false,false,false", "true,,true", ",false,", ",,"],
    "transplant_glomerulopathy": ["0,false,false,false", "1,false,false,true", "3,false,false,true", "2,true,false,false",
                                  "2,false,true,false", "2,,true,false", "2,,false,", ",false,false,", "0,,,false"],
    "tubulointerstitial_tcmr": ["2,2,true", "3,3,true", "2,1,false", "1,2,false", "1,,false", "2,,", ",0,false", ",3,"],
    "borderline_infiltrate@2017": ["0,1,true", "1,1,true", ",1,true", "0,0,false", "3,0,false", ",,"],
    "borderline_infiltrate": ["0,1,false", "1,1,true", ",1,", "0,0,false", "3,0,false", "0,,false", ",0,false"],
    "amr_history@2017": ["true,false,true", "false,true,true", "false,false,false", ",true,true", ",false,"],
    "amr_history": ["true,false,false,false,true", "false,true,false,false,true", "false,false,true,false,true",
                    "false,false,false,true,true", "false,false,false,false,false", ",,,true,true", "false,,false,false,"],
    "recorded_in_category_6": ["0,false,false,false,false,false,false,false,false,false",
                               "1,false,false,false,false,false,false,false,false,true",
                               "0,true,false,false,false,false,false,false,false,true",
                               "0,false,false,false,false,false,false,false,true,true",
                               "0,,false,false,false,false,false,false,false,"],
    "i_from_percent": ["0,0", "9.9,0", "10,1", "25,1", "25.5,2", "50,2", "50.1,3", "100,3", ","],
    "ti_from_percent": ["9,0", "10,1", "25,1", "26,2", "50,2", "51,3", ","],
    "i_ifta_from_percent": ["9,0", "10,1", "25,1", "26,2", "50,2", "51,3", ","],
    "ci_from_percent": ["0,0", "5,0", "6,1", "25,1", "26,2", "50,2", "51,3", ","],
    "ct_from_percent": ["0,0", "1,1", "25,1", "26,2", "50,2", "51,3", ","],
    "cv_from_percent": ["0,0", "1,1", "25,1", "26,2", "50,2", "51,3", ","],
    "mm_from_percent": ["0,0", "1,1", "25,1", "26,2", "50,2", "51,3", ","],
    "g_from_percent": ["0,0", "1,1", "24.9,1", "25,2", "75,2", "76,3", ","],
    "c4d_from_percent": ["0,0", "1,1", "9.9,1", "10,2", "50,2", "51,3", ","],
    "pvl_from_percent": ["0,0", "1,1", "1.1,2", "10,2", "11,3", ","],
}  # fmt: skip


def main() -> None:
    """Writes the vectors of every rule."""
    for rule in rules():
        name = rule.id.removeprefix("banff.")
        transcribed = HAND.get(f"{name}@{rule.edition}", HAND.get(name))
        rows = [line.split(",") for line in transcribed] if transcribed else list(of_reference(rule))
        folder = HERE / rule.golden.removeprefix("banff/")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "vectors.csv").open("w", encoding="utf-8", newline="") as opened:
            opened.write((BY_HAND if transcribed else ORIGIN) + "\n")
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow([*(each.name for each in rule.inputs), "answer"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
