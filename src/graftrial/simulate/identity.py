"""Identity panel and thaw of a batch: invented from a stream of their own, so that other rows do not depend on them."""

from __future__ import annotations

from graftrial.simulate.draws import Draws
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Protocol, Row

QUALITY = 23  # stream
POSITIVE_MARKERS, NEGATIVE_MARKERS = ("CD73", "CD90", "CD105"), ("CD45", "CD34", "CD14", "CD19")
LINEAGES = ("bone", "fat", "cartilage")
HLA_DR_MEDIAN, HLA_DR_SD_LOG = 0.9, 0.5  # percent; interferon-γ in culture lifts it, seldom above 2%


def quality_draws(patient: Patient, place: int) -> Draws:
    """The stream of one batch; place: its number among the batches of the person, 0 for the reserve."""
    return patient.draws(QUALITY + 100 * place)


def panel_rows(protocol: Protocol, draws: Draws, product_id: str, day: str, verdict: str) -> list[Row]:
    """Surface markers in percent of cells, adherence and differentiation; of a reserve bag cartilage is pending."""
    percents = [(name, min(99.8, draws.normal(98.3, 0.7))) for name in POSITIVE_MARKERS]
    percents += [(name, abs(draws.normal(0.6, 0.3))) for name in NEGATIVE_MARKERS]
    percents.append(("HLA-DR", draws.lognormal(HLA_DR_MEDIAN, HLA_DR_SD_LOG)))
    rows: list[Row] = [
        {"product_id": product_id, "test": name, "result": f"{result:.1f}", "unit": "%", "date": day}
        for name, result in percents
    ]
    words = {
        "plastic_adherence": "adherent",
        **{f"differentiation_{each}": "demonstrated" for each in LINEAGES},
    }
    for name, result in words.items():
        is_pending = verdict == "pending" and name == "differentiation_cartilage"
        rows.append(
            {
                "product_id": product_id,
                "test": name,
                "result": "" if is_pending else result,
                "verdict": "pending" if is_pending else "passed",
                "date": "" if is_pending else day,
            }
        )
    return [row for row in rows if row["test"] not in protocol.release_tests]


def thaw_step(draws: Draws, day: str, ward: str) -> tuple[str, str, str, str]:
    """The thaw at the ward, between the courier and the infusion."""
    return ("thawed", f"{day}T09:{draws.between(10, 50)}", ward, ward)
