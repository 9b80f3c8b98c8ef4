"""The latent patient behind the invented rows: who, when, what happens, how the graft does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graftrial.simulate.draws import Draws

FIRST_CONSENT = date(2023, 1, 16)
ACCRUAL_DAYS = 730
LONGEST_INTERVAL = 24  # days between two consents in a small study
SHORTEST_FOLLOW_UP = 300  # days from the last first infusion to the end of the data
FOLLOW_UP = 365
BETWEEN_INFUSIONS = 28  # days
MOST_INFUSIONS = 3  # more would reach beyond the first withdrawals
SITES = ("S1", "S2", "S3")

FATES = (
    *("completed",) * 7,
    *("screen_failure", "product_failure", "withdrawn", "tma_graft_loss", "graft_loss"),
)
NOT_INFUSED = frozenset({"screen_failure", "product_failure"})
GRAFT_LOSS = frozenset({"tma_graft_loss", "graft_loss"})
SCREEN_FAILURES = ("low_egfr", "recurrent_gn", "tma", "no_amr")

DECK, PERSON = 1, 2  # streams
# tables draw from the streams 10 and above


@dataclass(frozen=True, slots=True)
class Patient:
    """One invented person.

    Days count from the planned first infusion (day 0). `last_day` is the last on which anything is recorded.
    creatinine_mg_per_dl: true level at day 0. slope_per_year: its change on the log scale.
    activity, chronicity: of the rejection at screening, 0 to 1.
    """

    seed: int
    number: int
    site: str
    fate: str
    screen_failure: str
    sex: str
    age_years: int
    height_cm: float
    weight_kg: float
    day_0: date
    consent_day: int
    therapy_start: int
    years_since_transplant: float
    last_day: int
    infusion_days: tuple[int, ...]
    graft_loss_day: int | None
    tma_day: int | None
    death_day: int | None
    lost_day: int | None
    creatinine_mg_per_dl: float
    slope_per_year: float
    activity: float
    chronicity: float

    @property
    def subject_id(self) -> str:
        """Pseudonym, SYN-0001 and on."""
        return f"SYN-{self.number:04d}"

    @property
    def is_infused(self) -> bool:
        """Whether cells were given."""
        return bool(self.infusion_days)

    @property
    def therapy_end(self) -> int:
        """Day of the seventh plasmapheresis; sessions are two days apart."""
        return self.therapy_start + 12

    @property
    def has_therapy(self) -> bool:
        """Whether standard therapy was started."""
        return self.fate != "screen_failure"

    def on(self, day: int) -> str:
        """ISO date of a study day."""
        return (self.day_0 + timedelta(days=day)).isoformat()

    def draws(self, stream: int) -> Draws:
        """The random numbers of one table of this person."""
        return Draws(self.seed, self.number, stream)


def invent_patients(subjects: int, seed: int, planned_infusions: int) -> list[Patient]:
    """Everybody who was screened, in the order of consent."""
    fates = _fates(subjects, seed)
    interval = min(float(LONGEST_INTERVAL), ACCRUAL_DAYS / subjects)
    consents = [FIRST_CONSENT + timedelta(days=int(place * interval)) for place in range(subjects)]
    data_end = consents[-1] + timedelta(days=45 + SHORTEST_FOLLOW_UP)
    return [
        _patient(seed, place + 1, fates[place], consents[place], data_end, planned_infusions)
        for place in range(subjects)
    ]


def _fates(subjects: int, seed: int) -> list[str]:
    """Blocks of twelve, each with every fate, shuffled; the first person of a study completes it."""
    fates: list[str] = []
    for block in range((subjects + len(FATES) - 1) // len(FATES)):
        fates += Draws(seed, block, DECK).shuffled(FATES)
    first = fates.index("completed")
    fates[0], fates[first] = fates[first], fates[0]
    return fates


def _patient(
    seed: int, number: int, fate: str, consent: date, data_end: date, planned_infusions: int
) -> Patient:
    draws = Draws(seed, number, PERSON)
    sex = draws.pick("MF", (0.62, 0.38))
    screen_failure = draws.pick(SCREEN_FAILURES) if fate == "screen_failure" else ""
    therapy_start = -draws.between(18, 24)
    consent_day = therapy_start - draws.between(21, 28)
    day_0 = consent - timedelta(days=consent_day)
    tma_day = draws.between(10, 35) if fate == "tma_graft_loss" else None
    loss_day = _graft_loss_day(draws, fate)
    death_day, lost_day = _ends(draws, fate)
    observed = (data_end - day_0).days
    creatinine = _creatinine(draws, sex, screen_failure)
    return Patient(
        seed=seed,
        number=number,
        site=draws.pick(SITES, (0.5, 0.3, 0.2)),
        fate=fate,
        screen_failure=screen_failure,
        sex=sex,
        age_years=min(72, max(19, round(draws.normal(44, 12)))),
        height_cm=round(draws.normal(177 if sex == "M" else 165, 6.5), 1),
        weight_kg=round(min(120.0, max(45.0, draws.normal(79 if sex == "M" else 66, 11))), 1),
        day_0=day_0,
        consent_day=consent_day,
        therapy_start=therapy_start,
        years_since_transplant=min(25.0, max(1.3, draws.lognormal(7.0, 0.55))),
        last_day=_last_day(fate, consent_day, observed, death_day, lost_day, loss_day),
        infusion_days=_infusion_days(draws, fate, planned_infusions),
        graft_loss_day=loss_day,
        tma_day=tma_day,
        death_day=death_day,
        lost_day=lost_day,
        creatinine_mg_per_dl=creatinine,
        slope_per_year=draws.normal(0.09, 0.10),
        activity=draws.uniform(0.35, 1.0),
        chronicity=draws.uniform(0.2, 0.9),
    )


def _creatinine(draws: Draws, sex: str, screen_failure: str) -> float:
    """mg/dL, inside the limit of the protocol for eGFR unless that is why the person failed screening."""
    highest, median = (2.2, 1.8) if sex == "F" else (2.9, 2.1)
    level = min(highest, max(1.1, draws.lognormal(median, 0.22)))
    return 2.4 * level if screen_failure == "low_egfr" else level


def _ends(draws: Draws, fate: str) -> tuple[int | None, int | None]:
    """Day of death, and day of leaving the study."""
    if fate == "completed" and draws.chance(0.03):
        return draws.between(60, 260), None
    leaves = fate == "withdrawn" or (fate == "completed" and draws.chance(0.04))
    return None, draws.between(90, 250) if leaves else None


def _graft_loss_day(draws: Draws, fate: str) -> int | None:
    if fate == "tma_graft_loss":
        return draws.between(90, 150)
    return draws.between(200, 280) if fate == "graft_loss" else None


def _infusion_days(draws: Draws, fate: str, planned: int) -> tuple[int, ...]:
    """Every 28 days from day 0; the later ones are withheld after early harm, and now and then otherwise."""
    if fate in NOT_INFUSED:
        return ()
    is_stopped = fate == "tma_graft_loss" or draws.chance(0.05)
    later = range(1, 1 if is_stopped else min(planned, MOST_INFUSIONS))
    return (0, *(BETWEEN_INFUSIONS * place + draws.between(-2, 2) for place in later))


def _last_day(fate: str, consent_day: int, observed: int, *ends: int | None) -> int:
    if fate == "screen_failure":
        return consent_day + 12
    if fate == "product_failure":
        return 30
    death_day, lost_day, loss_day = ends
    after_loss = None if loss_day is None else loss_day + 60
    reached = [each for each in (death_day, lost_day, after_loss) if each is not None]
    return min([FOLLOW_UP + 5, observed, *reached])


def data_end(patients: Sequence[Patient]) -> date:
    """The newest day of which anything is recorded."""
    return max(each.day_0 + timedelta(days=each.last_day) for each in patients)
