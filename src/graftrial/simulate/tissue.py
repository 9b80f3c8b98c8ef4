"""Biopsies: lesion scores that follow activity and chronicity, and the molecular score beside them."""

from __future__ import annotations

from dataclasses import dataclass

from graftrial.simulate.draws import Draws
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Protocol, Row
from graftrial.simulate.visits import visits_of

BIOPSIES, TRANSCRIPTS, SCORES = 20, 21, 100  # streams; the number of the biopsy is added to SCORES
MISSING_SCORE = 0.02
RARELY_SCORED = {"t_ifta": 0.2, "aah": 0.6, "ti": 0.05}
PROFILED = 0.85
REJECTION = 0.3  # activity above which a biopsy shows rejection
CG = ("0", "1a", "1b", "2", "3")
EXPECTED = {"activity": 2.3, "chronicity": 2.6}  # mean score of a lesion at the top of the latent scale
FOLLOW_UP_VISITS = {"M6": "B2", "M12": "B3"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One biopsy that was taken."""

    name: str
    day: int
    reason: str
    activity: float
    chronicity: float
    has_tma: bool = False


def samples_of(patient: Patient) -> list[Sample]:
    """Screening, month 6, month 12; at once where microangiopathy is suspected; none after graft loss."""
    draws = patient.draws(BIOPSIES)
    is_amr = patient.screen_failure != "no_amr"
    has_tma = patient.screen_failure == "tma"
    activity = patient.activity if is_amr else 0.05
    screened = patient.consent_day + draws.between(4, 9)
    samples = [Sample("B1", screened, "indication", activity, patient.chronicity, has_tma)]
    if not patient.is_infused:
        return samples
    if patient.tma_day is not None:
        day = patient.tma_day + draws.between(1, 4)
        samples.append(Sample("B2", day, "indication", 0.1, min(1.0, patient.chronicity + 0.2), has_tma=True))
        return samples
    for seen in visits_of(patient):
        is_after_loss = patient.graft_loss_day is not None and seen.day >= patient.graft_loss_day
        if seen.visit in FOLLOW_UP_VISITS and not is_after_loss:
            activity = max(0.05, patient.activity * draws.uniform(0.4, 1.15))
            chronicity = min(1.0, patient.chronicity + 0.2 * seen.day / 365)
            samples.append(Sample(FOLLOW_UP_VISITS[seen.visit], seen.day, "protocol", activity, chronicity))
    return samples


def biopsy_rows(patient: Patient, protocol: Protocol) -> list[Row]:
    """One row a sample."""
    return [
        _row(patient, sample, patient.draws(SCORES + int(sample.name[1:])), protocol)
        for sample in samples_of(patient)
    ]


def transcript_rows(patient: Patient) -> list[Row]:
    """The AMR score that an invented outside laboratory printed for most biopsies."""
    draws = patient.draws(TRANSCRIPTS)
    rows: list[Row] = []
    for sample in samples_of(patient):
        score = min(0.99, max(0.01, sample.activity + draws.normal(0, 0.08)))
        if sample.name == "B1" or draws.chance(PROFILED):
            rows.append(
                {
                    "biopsy_id": f"{patient.subject_id}-{sample.name}",
                    "score": "amr_score",
                    "value": f"{score:.2f}",
                    "laboratory": "invented molecular laboratory",
                }
            )
    return rows


def _row(patient: Patient, sample: Sample, draws: Draws, protocol: Protocol) -> Row:
    scores = _scores(patient, sample, draws)
    gn_recurrent = patient.screen_failure == "recurrent_gn"
    codes = _diagnoses(scores, sample, gn_recurrent)
    shown = {
        name: "" if draws.chance(RARELY_SCORED.get(name, MISSING_SCORE)) else str(score)
        for name, score in scores.items()
    }
    return {
        "subject_id": patient.subject_id,
        "graft_id": "1",
        "biopsy_id": f"{patient.subject_id}-{sample.name}",
        "date": patient.on(sample.day),
        "timing": ("before" if sample.day < 0 else "after") if patient.is_infused else "",
        "reason": sample.reason,
        "n_glomeruli": str(draws.between(8, 26)),
        "n_arteries": str(draws.between(1, 5)),
        "gs_percent": f"{min(90.0, max(0.0, draws.normal(10 + 45 * sample.chronicity, 8))):.0f}",
        **shown,
        "c4d_method": "IF" if patient.site == "S1" else "IHC",
        "cg": _double_contours(sample, draws),
        "ptcml": draws.pick(("yes", "no", ""), (0.25, 0.25, 0.5)),
        "tma": "present" if sample.has_tma else "absent",
        "tubular_injury": "severe" if sample.has_tma else draws.pick(("absent", "mild"), (0.7, 0.3)),
        "gn_recurrent": "yes" if gn_recurrent else "no",
        "gn_de_novo": "no",
        "pvl": "0",
        "infection": "no",
        "dsa": "yes",
        "transcripts_amr": "",
        "findings": "glomerular thrombotic microangiopathy with mesangiolysis" if sample.has_tma else "",
        "pathologist_diagnosis": "; ".join(codes),
        "diagnosis_words": ", ".join(code.replace("_", " ") for code in codes),
        "edition_used": "2019",
        "reader": f"R{draws.between(1, 2)}",
        "blinded": "yes" if sample.reason == "protocol" else "no",
        "source": protocol.source,
    }


def _scores(patient: Patient, sample: Sample, draws: Draws) -> dict[str, int]:
    """Scores 0 to 3 that obey the definitions: ti covers i, inflammation of scars needs scars."""
    active, chronic = EXPECTED["activity"] * sample.activity, EXPECTED["chronicity"] * sample.chronicity
    g, ptc = _score(draws, active), _score(draws, active + 0.3)
    if sample.name == "B1" and patient.screen_failure != "no_amr":
        g, ptc = max(1, g), max(1, ptc)
    ci = max(1, _score(draws, chronic))
    i = _score(draws, 0.5 * sample.activity)
    i_ifta = _score(draws, 0.6 * chronic)
    return {
        "g": g,
        "ptc": ptc,
        "c4d": draws.pick((0, 1, 2, 3), (0.4, 0.2, 0.2, 0.2)) if sample.activity > REJECTION else 0,
        "v": 1 if draws.chance(0.08) else 0,
        "cv": _score(draws, 0.9 * chronic),
        "i": i,
        "t": _score(draws, 0.3 * sample.activity),
        "ti": max(i, i_ifta, _score(draws, 0.7 * chronic)),
        "i_ifta": i_ifta,
        "t_ifta": min(i_ifta, _score(draws, 0.3 * chronic)),
        "ci": ci,
        "ct": max(1, min(3, ci + draws.pick((-1, 0, 1), (0.1, 0.8, 0.1)))),
        "ah": _score(draws, 0.9 * chronic),
        "aah": _score(draws, 0.6 * chronic),
        "mm": _score(draws, 0.5 * chronic),
    }


def _double_contours(sample: Sample, draws: Draws) -> str:
    score = _score(draws, EXPECTED["chronicity"] * sample.chronicity)
    if score == 0:
        return "1a" if sample.activity > REJECTION else "0"
    return CG[score + 1] if score > 1 else draws.pick(("1a", "1b"))


def _diagnoses(scores: dict[str, int], sample: Sample, gn_recurrent: bool) -> list[str]:
    is_inflamed = scores["g"] + scores["ptc"] >= 2
    if sample.activity <= REJECTION:
        codes = ["no_rejection"]
    else:
        codes = ["chronic_active_amr" if is_inflamed else "chronic_amr"]
    if sample.has_tma:
        codes.append("tma")
    if gn_recurrent:
        codes.append("recurrent_gn")
    return codes


def _score(draws: Draws, mean: float) -> int:
    return min(3, max(0, round(draws.normal(mean, 0.6))))
