"""The rows that every dose-finding design reads: one a patient, or counts of each dose. Doses are numbered from 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graftrial.stats.stopping.refusal import WrongDesign

Product = Literal["full", "partial", "failed"]
PRODUCTS: tuple[Product, ...] = ("full", "partial", "failed")


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient in order of treatment.

    dose: level planned; of a partial product the level at which the patient is analysed, see `level_given`.
    dlt: True, False (window over without one) or None (pending). efficacy: the same.
    days_observed: of the window, only for TITE-CRM. is_evaluable: False takes the patient out of the counts.
    product: failed means not treated at the dose: counts for feasibility, never for toxicity.
    """

    dose: int
    dlt: bool | None
    days_observed: float | None = None
    efficacy: bool | None = None
    is_evaluable: bool = True
    product: Product = "full"

    def __post_init__(self) -> None:
        if self.product not in PRODUCTS:
            raise WrongDesign("GT-DSGN-001", "product", expected="full, partial or failed")
        if self.days_observed is not None and self.days_observed < 0:
            raise WrongDesign("GT-DSGN-001", "days_observed", expected="a number from 0 on")

    @property
    def is_at_dose(self) -> bool:
        """Whether the patient counts for the toxicity of the level."""
        return self.is_evaluable and self.product != "failed"


@dataclass(frozen=True, slots=True)
class TrialData:
    """Patients in order of treatment.

    next_dose: level of the patients treated next so far, where it is not that of the last patient (after an override).
    closed_from: lowest level that an earlier decision eliminated; it stays closed.
    is_ordered: False where only counts are known, so that who was last cannot be said.
    """

    patients: tuple[Patient, ...]
    next_dose: int | None = None
    closed_from: int | None = None
    is_ordered: bool = True

    @classmethod
    def of_counts(
        cls,
        n: Sequence[int],
        dlt: Sequence[int],
        at: int | None = None,
        pending: Sequence[int] | None = None,
        efficacy: Sequence[int] | None = None,
    ) -> TrialData:
        """From patients, events and pending patients of each dose.

        n: treated, the pending among them. at: level of the last patients; the highest tried one unless it is said.
        """
        waiting = pending or [0] * len(n)
        responses = efficacy or [0] * len(n)
        if not len(n) == len(dlt) == len(waiting) == len(responses):
            raise WrongDesign("GT-DSGN-001", "dlt", expected="a number for every dose")
        rows: dict[int, list[Patient]] = {}
        for dose, (m, y, open_, good) in enumerate(zip(n, dlt, waiting, responses, strict=True), 1):
            if not 0 <= y <= m - open_ or not 0 <= good <= m or open_ < 0:
                raise WrongDesign("GT-DSGN-001", "dlt", expected="from 0 to the patients who are not pending")
            known = [True] * y + [False] * (m - open_ - y)
            rows[dose] = [Patient(dose, seen, efficacy=k < good) for k, seen in enumerate(known)]
            rows[dose] += [Patient(dose, None) for _ in range(open_)]
        tried = [dose for dose, each in rows.items() if each]
        last = at if at is not None else max(tried, default=None)
        order = [dose for dose in rows if dose != last] + ([last] if last in rows else [])
        patients = tuple(each for dose in order for each in rows[dose])
        return cls(patients, next_dose=at, is_ordered=False)

    @property
    def at_dose(self) -> tuple[Patient, ...]:
        """Those who count for toxicity."""
        return tuple(each for each in self.patients if each.is_at_dose)

    @property
    def failed(self) -> int:
        """Patients whose product failed."""
        return sum(each.product == "failed" for each in self.patients)

    def with_pending_as(self, has_dlt: Sequence[bool]) -> TrialData:
        """The same trial once the pending patients, in their order, have turned out that way."""
        told = iter(has_dlt)
        return replace(
            self,
            patients=tuple(
                replace(each, dlt=next(told)) if each.is_at_dose and each.dlt is None else each
                for each in self.patients
            ),
        )


def level_given(
    given: float, levels: Sequence[float], tolerance: float, planned: int
) -> tuple[int | None, Product]:
    """Level at which a dose is analysed, and the status of the product.

    given, levels: in one unit, levels rising. tolerance: declared share below a level that still reaches it (0.2).
    planned: level that was planned.
    Returns: the highest level up to the planned one that is reached; None and failed where not even the lowest is.
    """
    if not 0 <= tolerance < 1 or not 1 <= planned <= len(levels) or list(levels) != sorted(set(levels)):
        raise WrongDesign("GT-DSGN-001", "tolerance", expected="from 0 to below 1, of rising levels")
    reached = [
        level for level, dose in enumerate(levels[:planned], 1) if given >= dose * (1 - tolerance) - 1e-12
    ]
    if not reached:
        return None, "failed"
    return reached[-1], "full" if reached[-1] == planned else "partial"
