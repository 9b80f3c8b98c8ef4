"""What a small count says to a board: exact interval, tails, posteriors under named priors, conventional rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table
from graftrial.report.numbers import percent, plain, rounded
from graftrial.stats.priors.beta_mixture import BetaMixture, robust
from graftrial.stats.priors.fitted_mixture import FittedMixture, fit_beta_mixture
from graftrial.stats.priors.meta_analytic import meta_analytic_prior
from graftrial.stats.stopping import StoppingDesign
from graftrial.stats.stopping.small_counts import small_count
from graftrial.study.evidence import Evidence
from graftrial.study.safety import SafetyPrior

LIMITS = (0.1, 0.2, 0.3)
SHOWN_LIMIT = 0.2
GRID_P0, GRID_N, GRID_ALPHA = (0.1, 0.2, 0.3), (12, 20, 30), (0.05, 0.1)
GRID_WORDS = (
    f"Grid: p0 {', '.join(map(str, GRID_P0))}; {', '.join(map(str, GRID_N))} patients; "
    f"alpha {', '.join(map(str, GRID_ALPHA))}; a look after every patient; Wang–Tsiatis delta 0.25, beta-binomial "
    "prior worth one patient at p0, SPRT p1 = 2 p0."
)
UNIFORM = BetaMixture.beta(1, 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """How many designs of a declared grid stop at a count: by rule, and of how many."""

    stopping: tuple[tuple[str, int, int], ...]

    @property
    def total(self) -> tuple[int, int]:
        """Designs that stop, and designs with a look there."""
        return sum(each[1] for each in self.stopping), sum(each[2] for each in self.stopping)


@lru_cache(maxsize=64)
def conventional(n: int, events: int) -> Grid:
    """Conventional rules with a look after every patient: which would stop at `events` of `n`."""
    found: dict[str, list[bool]] = {}
    for p0 in GRID_P0:
        for n_max in (each for each in GRID_N if each >= n):
            for alpha in GRID_ALPHA:
                for design in _designs(p0, n_max, alpha):
                    least = design.boundary.at(n)
                    found.setdefault(design.rule, []).append(least is not None and events >= least)
    return Grid(tuple((rule, sum(each), len(each)) for rule, each in found.items()))


def _designs(p0: float, n_max: int, alpha: float) -> Iterator[StoppingDesign]:
    for rule in ("pocock", "obrien_fleming", "maxsprt"):
        yield StoppingDesign(rule, p0, n_max, alpha)
    yield StoppingDesign("wang_tsiatis", p0, n_max, alpha, delta=0.25)
    yield StoppingDesign("beta_binomial", p0, n_max, alpha, prior=BetaMixture.beta(p0, 1 - p0))
    yield StoppingDesign("sprt", p0, n_max, alpha, p1=min(0.9, 2 * p0))


def small_count_blocks(n: int, events: int, what: str, limit: float | None = None) -> list[Block]:
    """The table of statements, and what conventional rules would say."""
    p0 = SHOWN_LIMIT if limit is None else limit
    at = small_count(n, events, p0)
    tails = [small_count(n, events, each).tail for each in LIMITS]
    name = f"{events} of {n}"
    rows = (
        ("Clopper–Pearson 95% interval", f"{percent(at.lower)} to {percent(at.upper)}"),
        (f"P(p > {plain(p0)}), uniform prior", rounded(at.p_above_uniform, 3)),
        (f"P(p > {plain(p0)}), prior worth one patient at {plain(p0)}", rounded(at.p_above_one_patient, 3)),
        (
            f"P(at least {events} of {n}) if p were {', '.join(plain(each) for each in LIMITS)}",
            ", ".join(rounded(each, 3) for each in tails),
        ),
        ("P(the next patient has an event), uniform prior", rounded(at.p_next_event, 2)),
    )
    grid = conventional(n, events) if n <= max(GRID_N) else Grid(())
    table = Table(
        f"What {name} says: {what}",
        (Column("Statement", wide=True), Column("Value", is_number=True)),
        tuple(Row((Cell(label), Cell(value))) for label, value in rows),
        notes=("Exact. None of these statements decides.",),
        narrow=True,
    )
    return [table, *_grid_blocks(grid, name)]


def _grid_blocks(grid: Grid, name: str) -> list[Block]:
    if not grid.stopping:
        return [Note("The declared grid of conventional rules ends at 30 patients.", "note")]
    stop, total = grid.total
    table = Table(
        f"Conventional rules at {name}",
        (Column("Rule"), Column("Designs that stop", is_number=True), Column("Designs", is_number=True)),
        tuple(Row((Cell(rule), Cell(str(stopping)), Cell(str(of)))) for rule, stopping, of in grid.stopping),
        notes=(GRID_WORDS,),
        narrow=True,
    )
    return [Note(f"{stop} of {total} conventional designs stop at {name}.", "lead"), table]


def posterior_blocks(
    n: int, events: int, p0: float, prior: SafetyPrior | None, evidence: Evidence | None
) -> list[Block]:
    """The posterior under every named prior, with its weight, and the cohorts behind the historical ones."""
    priors: list[tuple[str, BetaMixture]] = [
        ("uniform, Beta(1, 1)", UNIFORM),
        (f"worth one patient at {plain(p0)}", BetaMixture.beta(p0, 1 - p0)),
    ]
    blocks: list[Block] = []
    if prior is not None and evidence is not None:
        blocks += _cohorts(evidence)
        if evidence.cohorts:
            fitted = historical(evidence, prior.tau_scale, prior.mu_sd)
            priors.append(("history (MAP)", fitted.mixture))
            priors.append(
                (f"robust, weight {plain(prior.robust_weight)}", robust(fitted.mixture, prior.robust_weight))
            )
    rows = tuple(_posterior_row(label, each, n, events, p0) for label, each in priors)
    columns = (
        Column("Prior"),
        Column("Prior mean", is_number=True),
        Column("Worth, patients", is_number=True, below="ELIR; moment in brackets"),
        Column("Posterior mean", is_number=True),
        Column("95% credible", is_number=True),
        Column(f"P(p > {plain(p0)})", is_number=True),
        Column("P(next has an event)", is_number=True),
        Column("Prior–data conflict", is_number=True, below="P(as improbable)"),
    )
    table = Table(f"Posterior after {events} of {n}", columns, rows, compact=True)
    return [table, *blocks]


def historical(evidence: Evidence, tau_scale: float, mu_sd: float) -> FittedMixture:
    """The meta-analytic-predictive prior of the cohorts, as a beta mixture."""
    counts = tuple(
        (each.events, each.n_at_risk)
        for each in evidence.cohorts
        if each.events is not None and each.n_at_risk is not None
    )
    return _historical(counts, tau_scale, mu_sd)


@lru_cache(maxsize=8)
def _historical(counts: tuple[tuple[int, int], ...], tau_scale: float, mu_sd: float) -> FittedMixture:
    events, n = [each[0] for each in counts], [each[1] for each in counts]
    return fit_beta_mixture(meta_analytic_prior(events, n, tau_scale, mu_sd))


def _posterior_row(label: str, prior: BetaMixture, n: int, events: int, p0: float) -> Row:
    after = prior.given(n, events)
    low, high = after.interval()
    elir = prior.ess_elir()
    worth = f"{'not computable' if elir is None else rounded(elir, 1)} ({rounded(prior.ess_moment(), 1)})"
    texts = (
        rounded(prior.mean, 3),
        worth,
        rounded(after.mean, 3),
        f"{percent(low)} to {percent(high)}",
        rounded(after.probability_above(p0), 3),
        rounded(float(after.predictive(1)[1]), 3),
        rounded(prior.surprise(events, n), 3),
    )
    return Row((Cell(label), *(Cell(each) for each in texts)))


def _cohorts(evidence: Evidence) -> list[Block]:
    """The historical cohorts, what they counted, and who was left out."""
    rows: Sequence[Row] = [
        Row(
            (
                Cell(each.study_id, below=each.citation),
                Cell(f"{each.events} of {each.n_at_risk}"),
                Cell(each.definition),
            )
        )
        for each in evidence.cohorts
    ]
    left = [
        Row((Cell(each.study_id, below=each.citation), Cell("left out", tone="quiet"), Cell(why)))
        for each, why in evidence.left_out
    ]
    if not rows and not left:
        return [Note("No historical cohort of this stratum has this event type.", "missing")]
    columns = (
        Column("Cohort", wide=True),
        Column("Events", is_number=True),
        Column("What was counted", wide=True),
    )
    told: list[Block] = [Table("Historical evidence", columns, (*rows, *left), compact=True)]
    if not rows:
        told.append(Note("No cohort is left for a prior from history.", "missing"))
    if len(evidence.definitions) > 1:
        told.append(Note("The cohorts did not count the same thing: their definitions differ.", "alert"))
    return told
