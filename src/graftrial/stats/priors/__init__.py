"""Priors from history: beta mixtures, and the meta-analytic-predictive prior by deterministic quadrature."""

from graftrial.stats.priors.beta_mixture import BetaMixture, Component, posterior_weights, robust
from graftrial.stats.priors.fitted_mixture import FittedMixture, fit_beta_mixture
from graftrial.stats.priors.meta_analytic import MetaAnalyticPrior, meta_analytic_prior
from graftrial.stats.priors.meta_analytic_normal import NormalPrior, meta_analytic_prior_normal

__all__ = [
    "BetaMixture",
    "Component",
    "FittedMixture",
    "MetaAnalyticPrior",
    "NormalPrior",
    "fit_beta_mixture",
    "meta_analytic_prior",
    "meta_analytic_prior_normal",
    "posterior_weights",
    "robust",
]
