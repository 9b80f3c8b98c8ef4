"""Designs of early-phase trials: dose finding and two stages, with exact operating characteristics.

Numbers in, numbers out. Every design has `decide`, `operating_characteristics`, `table` and `cite` (`stats/design.py`).
"""

from graftrial.stats.design import Decision
from graftrial.stats.designs.boin import Boin
from graftrial.stats.designs.boin12 import Boin12
from graftrial.stats.designs.bop2 import FutilityDesign, bop2
from graftrial.stats.designs.bryant_day import BryantDay, BryantDayRates, bryant_day
from graftrial.stats.designs.characteristics import DoseCharacteristics
from graftrial.stats.designs.crm import Crm
from graftrial.stats.designs.crm_model import CrmModel, fit, skeleton
from graftrial.stats.designs.decision_table import DecisionTable
from graftrial.stats.designs.dose_design import DoseDesign, NextPath, TableRow
from graftrial.stats.designs.feasibility import FeasibilityRule, Staggering, committed
from graftrial.stats.designs.interval import I3Plus3, Keyboard, Mtpi2
from graftrial.stats.designs.monitoring import (
    ResponseBounds,
    posterior_bounds,
    predictive_bounds,
    predictive_probability,
    superiority_bounds,
)
from graftrial.stats.designs.override import Override
from graftrial.stats.designs.patients import Patient, TrialData, level_given
from graftrial.stats.designs.responses import Responses
from graftrial.stats.designs.single_stage import SingleStage, single_stage
from graftrial.stats.designs.three_plus_three import ThreePlusThree
from graftrial.stats.designs.tite_crm import TiteCrm
from graftrial.stats.designs.two_stage import Simon, simon
from graftrial.stats.designs.two_stage_inference import TwoStageEstimate, inference

__all__ = [
    "Boin",
    "Boin12",
    "BryantDay",
    "BryantDayRates",
    "Crm",
    "CrmModel",
    "Decision",
    "DecisionTable",
    "DoseCharacteristics",
    "DoseDesign",
    "FeasibilityRule",
    "FutilityDesign",
    "I3Plus3",
    "Keyboard",
    "Mtpi2",
    "NextPath",
    "Override",
    "Patient",
    "ResponseBounds",
    "Responses",
    "Simon",
    "SingleStage",
    "Staggering",
    "TableRow",
    "ThreePlusThree",
    "TiteCrm",
    "TrialData",
    "TwoStageEstimate",
    "bop2",
    "bryant_day",
    "committed",
    "fit",
    "inference",
    "level_given",
    "posterior_bounds",
    "predictive_bounds",
    "predictive_probability",
    "simon",
    "single_stage",
    "skeleton",
    "superiority_bounds",
]
