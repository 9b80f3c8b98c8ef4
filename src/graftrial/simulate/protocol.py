"""What the generator takes from the study file, and the study file that it writes where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from graftrial.study.model import Study

Row = dict[str, str]

DOSE_CELLS_PER_KG = 3e6
INFUSIONS = 2
TOLERANCE_PERCENT = 10.0


@dataclass(frozen=True, slots=True)
class Protocol:
    """The part of a protocol that decides how invented rows look."""

    cohort: str
    planned_cells_per_kg: float
    planned_infusions: int
    tolerance_percent: float
    release_tests: tuple[str, ...]
    amendments: tuple[tuple[str, str, str], ...]
    source: str


def protocol_of(study: Study, seed: int) -> Protocol:
    """What the rows follow; where the study file is silent, the plan of the template."""
    treated = [each.id for each in study.cohorts if each.treated]
    stated = tuple((each.version, each.effective_date or "", each.what_changed) for each in study.amendments)
    return Protocol(
        cohort=treated[0] if treated else "",
        planned_cells_per_kg=study.dose.planned_cells_per_kg or DOSE_CELLS_PER_KG,
        planned_infusions=study.dose.planned_infusions or INFUSIONS,
        tolerance_percent=study.dose.tolerance_percent or TOLERANCE_PERCENT,
        release_tests=study.product.release_tests if study.product else (),
        amendments=stated or (("1.0", "2022-11-15", "first version"),),
        source=f"SYNTHETIC: graftrial simulate, seed {seed}",
    )


def template() -> str:
    """The study file of a synthetic study."""
    return files("graftrial.simulate").joinpath("protocol.toml").read_text(encoding="utf-8")
