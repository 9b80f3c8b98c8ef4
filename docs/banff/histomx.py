"""Makes docs/banff/histomx.md: 537 published biopsies, our reading of the lesions beside the pathologists' labels.

    python docs/banff/histomx.py ../shared/data/histomx/refset_banff.csv

The file has lesion scores only: DSA, the C4d method, TMA, glomerulonephritis, infection and history are not in it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from graftrial.derive.banff import classify_biopsies

PAGE = Path(__file__).with_suffix(".md")
EDITION = "2022"
LABEL = "Dx_complete"
STATEMENTS = ("active_or_chronic_active_amr", "mvi_dsa_neg_c4d_neg", "acute_tcmr", "ca_tcmr", "borderline")
LABELS = (
    "Active AMR", "Chronic active AMR", "Chronic inactive AMR", "Acute TCMR", "Chronic active TCMR",
    "BK virus nephropathy", "Glomerulonephritis (recurrent or de novo)", "ATI without rejection", "Isolated IFTA",
    "Others", "Normal or minimal changes", "Pristine",
)  # fmt: skip
NOT_THERE = (
    "tma_acute", "tma_chronic", "gn_de_novo", "gn_recurrent", "infection", "drug_interstitial_nephritis",
    "inflamed_intimal_fibrosis", "new_intimal_fibrosis", "ati",
)  # fmt: skip


ABOUT = (
    "# 537 biopsies beside the pathologists' labels",
    "",
    "Made by `docs/banff/histomx.py` from the lesion scores published with HistoMx (MIT licence; Am J Transplant",
    "2025, PMID 40345499). The file holds lesion scores and one label a biopsy; it holds neither DSA nor the C4d",
    "method, TMA, glomerulonephritis, infection or history. The pathologists knew more than the file tells.",
)
ASSUMED = (
    "TMA, glomerulonephritis, infection, tubular injury and drug-induced nephritis count as absent unless the",
    "label states them; DSA and the C4d method stay unknown, transcripts and electron microscopy count as not",
    "done. This is for reading the table, not a diagnosis.",
)


def assumed(biopsies: pl.DataFrame) -> pl.DataFrame:
    """The biopsies with what the file has no column for set to absent, but for what the label itself states."""
    label = pl.col(LABEL)
    stated = {
        "infection": label == "BK virus nephropathy",
        "gn_recurrent": label == "Glomerulonephritis (recurrent or de novo)",
        "ati": label == "ATI without rejection",
    }
    return biopsies.with_columns(stated.get(name, pl.lit(False)).alias(name) for name in NOT_THERE)


def crossed(answers: pl.DataFrame, columns: Sequence[str], values: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown: labels by the values of some columns."""
    pairs = [(column, value) for column, each in zip(columns, values, strict=True) for value in each]
    head = [f"{column.removesuffix('_state')}: {value}" for column, value in pairs]
    lines = ["| pathologists' label | n | " + " | ".join(head) + " |", "|---|---|" + "---|" * len(head)]
    for label in LABELS:
        rows = answers.filter(pl.col(LABEL) == label)
        counts = [
            str((rows[column].cast(pl.String).fill_null("open") == value).sum()) for column, value in pairs
        ]
        lines.append(f"| {label} | {rows.height} | " + " | ".join(counts) + " |")
    return lines


def count(answers: pl.DataFrame, *conditions: pl.Expr) -> int:
    """Biopsies that meet all conditions."""
    return answers.filter(*conditions).height


def disagreements(answers: pl.DataFrame) -> list[str]:
    """What the lesions and the labels say differently, counted, with the explanation."""
    label, state = pl.col(LABEL), {name: pl.col(f"{name}_state") for name in STATEMENTS}
    amr, tcmr = label.is_in(["Active AMR", "Chronic active AMR"]), label == "Acute TCMR"
    scarred = label == "Chronic active TCMR"
    no_amr = ~label.is_in(["Active AMR", "Chronic active AMR", "Chronic inactive AMR"])
    either = state["active_or_chronic_active_amr"]
    at_issue = {
        "AMR by label, excluded by the lesions": (
            (amr, either == "excluded"),
            "g + ptc is below 2 and C4d is 0 as scored: the label rests on what the file does not hold.",
        ),
        "AMR by label, open by the lesions": (
            (amr, either == "possible"),
            (
                "DSA is unknown here. With a positive test they are AMR; with a negative one microvascular "
                "inflammation, DSA-negative and C4d-negative, which no label names."
            ),
        ),
        "Another label, AMR open by the lesions": (
            (no_amr, either == "possible"),
            "Microvascular inflammation or arteritis is scored; a negative DSA test would exclude AMR.",
        ),
        "Another label, microvascular inflammation with negative DSA not excluded": (
            (no_amr, state["mvi_dsa_neg_c4d_neg"] != "excluded"),
            "g + ptc reaches 2. The entity is new in 2022; before, such a biopsy was called no rejection.",
        ),
        "Another label, AMR established by the lesions": (
            (no_amr, either == "established"),
            "g + ptc reaches 2 with C4d, which stands in for DSA. The label names one diagnosis of several.",
        ),
        "Acute TCMR by label, not established by the lesions": (
            (tcmr, state["acute_tcmr"] != "established"),
            "A score that decides (i, t or v) is missing.",
        ),
        "Acute TCMR established under another label": (
            (~tcmr, state["acute_tcmr"] == "established"),
            (
                "The label names one diagnosis; i and t of 2, or arteritis, beside AMR, polyomavirus or other TCMR "
                "are stated by the classification as well."
            ),
        ),
        "Borderline established, which no label names": (
            (state["borderline"] == "established",),
            "i1 with t1 and v0, or more below TCMR. The label names what stands beside it.",
        ),
        "Chronic active TCMR by label, excluded by the lesions": (
            (scarred, state["ca_tcmr"] == "excluded"),
            "ti, i-IFTA or tubulitis is below 2 as scored.",
        ),
        "Chronic active TCMR open or established under another label": (
            (~scarred, state["ca_tcmr"] != "excluded"),
            "ti and i-IFTA of 2 with tubulitis, or scores that are missing (t-IFTA is seldom given).",
        ),
    }
    return [f"- **{what}: {count(answers, *which)}.** {why}" for what, (which, why) in at_issue.items()]


def page(biopsies: pl.DataFrame) -> str:
    """The page."""
    states = ("established", "possible", "excluded")
    columns = ("active_or_chronic_active_amr_state", "acute_tcmr_state", "ca_tcmr_state", "borderline_state")
    as_given = classify_biopsies(biopsies, edition=EDITION)
    under = classify_biopsies(assumed(biopsies), edition=EDITION)
    decided = sum((as_given[each] != "possible").sum() for each in columns)
    return "\n".join(
        [
            *ABOUT,
            f"Edition {EDITION}, declared readings.",
            "",
            "## As given: what is not in the file is unknown",
            "",
            f"Of {len(columns) * biopsies.height} answers {decided} are decided, though so much is unknown.",
            "",
            *crossed(as_given, columns, [states] * len(columns)),
            "",
            "## Under one assumption: what the file has no column for is absent",
            "",
            *ASSUMED,
            "",
            *crossed(under, columns, [states] * len(columns)),
            "",
            *crossed(under, ("mvi_dsa_neg_c4d_neg_state", "probable_amr_state"), [states] * 2),
            "",
            "## Disagreements",
            "",
            *disagreements(under),
            "",
        ]
    )


def main(path: Path) -> None:
    """Writes the page."""
    PAGE.write_text(
        page(pl.read_csv(path, null_values=["NA", ""], infer_schema_length=None)), encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
