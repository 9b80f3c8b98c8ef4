"""The rules, as one explicit tuple."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from graftrial.stats.stopping.beta_binomial import statistic_beta_binomial
from graftrial.stats.stopping.chen_chaloner import statistic_chen_chaloner
from graftrial.stats.stopping.decision_table import statistic_table, threshold_table
from graftrial.stats.stopping.maxsprt import statistic_maxsprt
from graftrial.stats.stopping.obrien_fleming import statistic_obrien_fleming
from graftrial.stats.stopping.pocock import statistic_pocock
from graftrial.stats.stopping.posterior import statistic_posterior, threshold_posterior
from graftrial.stats.stopping.posterior_vs_control import (
    statistic_posterior_vs_control,
    threshold_posterior_vs_control,
)
from graftrial.stats.stopping.power_family import statistic_power_family
from graftrial.stats.stopping.predictive import statistic_predictive, threshold_predictive
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.sprt import statistic_sprt
from graftrial.stats.stopping.tails import Floats, Ints
from graftrial.stats.stopping.wang_tsiatis import statistic_wang_tsiatis

if TYPE_CHECKING:
    from graftrial.stats.stopping.design import StoppingDesign


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """What a rule is called, what it looks at, which parameters it takes, where it is published.

    statistic: T(n, x), not falling in x; the trial stops where it reaches a constant.
    threshold: that constant where it is fixed in advance; without one it is calibrated to alpha.
    """

    id: str
    title: str
    looks_at: str
    statistic: Callable[[StoppingDesign, Ints, Ints], Floats]
    citation: str
    parameters: tuple[str, ...] = ()
    threshold: Callable[[StoppingDesign], float] | None = None

    @property
    def is_calibrated(self) -> bool:
        """Whether its constant is chosen so that P(stop | p0) stays within alpha."""
        return self.threshold is None


THALL_SIMON = "Thall PF, Simon R. Biometrics 1994;50:337-349"
RULES: tuple[StoppingRule, ...] = (
    StoppingRule(
        "pocock", "Pocock", "the exact binomial tail probability of the count, the same at every look",
        statistic_pocock, "Pocock SJ. Biometrika 1977;64:191-199",
    ),
    StoppingRule(
        "obrien_fleming", "O'Brien-Fleming", "the excess of the count over n p0, the same at every look",
        statistic_obrien_fleming, "O'Brien PC, Fleming TR. Biometrics 1979;35:549-556",
    ),
    StoppingRule(
        "wang_tsiatis", "Wang-Tsiatis", "the standardised excess times (n/N)^(1/2 - delta)",
        statistic_wang_tsiatis, "Wang SK, Tsiatis AA. Biometrics 1987;43:193-199", ("delta",),
    ),
    StoppingRule(
        "power_family", "power family", "the normal score of the exact tail times (n/N)^delta",
        statistic_power_family, "Ivanova A, Qaqish BF, Schell MJ. Biometrics 2005;61:540-545", ("delta",),
    ),
    StoppingRule(
        "beta_binomial", "beta-binomial", "the posterior probability that p is above p0, calibrated",
        statistic_beta_binomial,
        "Geller NL, Follman D, Leifer ES, Carter SL. In: Advances in Clinical Trial Biostatistics, 2003", ("prior",),
    ),
    StoppingRule(
        "chen_chaloner", "Chen-Chaloner",
        "the posterior probability that p is above p0, calibrated, where that of p above p1 exceeds nu",
        statistic_chen_chaloner, "Chen C, Chaloner K. Stat Med 2006;25:2956-2966", ("prior", "p1", "nu"),
    ),
    StoppingRule(
        "sprt", "truncated SPRT", "the log likelihood ratio of p1 against p0",
        statistic_sprt, "Goldman AI. Control Clin Trials 1987;8:327-337", ("p1",),
    ),
    StoppingRule(
        "maxsprt", "MaxSPRT", "the log likelihood ratio of the observed proportion against p0",
        statistic_maxsprt, "Kulldorff M et al. Seq Anal 2011;30:58-78",
    ),
    StoppingRule(
        "posterior", "Thall-Simon posterior", "the posterior probability that p is above p0, against a fixed cut",
        statistic_posterior, THALL_SIMON, ("prior", "cut"), threshold_posterior,
    ),
    StoppingRule(
        "posterior_vs_control", "Thall-Simon posterior against a control",
        "the posterior probability that p is above the control's probability plus the margin, against a fixed cut",
        statistic_posterior_vs_control, THALL_SIMON, ("prior", "control", "margin", "cut"),
        threshold_posterior_vs_control,
    ),
    StoppingRule(
        "predictive", "Lee-Liu predictive", "the probability that the final analysis will say p is above p0",
        statistic_predictive, "Lee JJ, Liu DD. Clin Trials 2008;5:93-106", ("prior", "cut", "predictive_cut"),
        threshold_predictive,
    ),
    StoppingRule(
        "table", "imported decision table", "the number in the table",
        statistic_table, "the protocol's own table", ("table",), threshold_table,
    ),
)  # fmt: skip


def rule_of(rule_id: str) -> StoppingRule:
    """The rule of that id.

    Raises: WrongDesign GT-STOP-001.
    """
    for each in RULES:
        if each.id == rule_id:
            return each
    known = [each.id for each in RULES]
    near = get_close_matches(str(rule_id), known, 1)
    raise WrongDesign(
        "GT-STOP-001",
        "rule",
        rule=rule_id,
        known=", ".join(known),
        suggestion=f"did you mean {near[0]}?" if near else "choose one of the ids.",
    )
