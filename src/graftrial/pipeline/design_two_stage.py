"""The answer of `graftrial design two-stage`: the designs found, with their exact operating characteristics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graftrial.errors import UsageError
from graftrial.pipeline.design_request import located
from graftrial.stats.design import Design
from graftrial.stats.designs import (
    BryantDay,
    BryantDayRates,
    Responses,
    Simon,
    SingleStage,
    bop2,
    bryant_day,
    simon,
    single_stage,
)

METHODS = ("simon", "bryant-day", "bop2", "single")
CONVENTION = {
    "simon": "stop for futility if responses among n1 are at most r1; reject the treatment if among n at most r",
    "bryant-day": "go on from r1 responses and s1 patients without toxicity on; accept at n from r and s on",
    "bop2": "stop as futile if responses are at most the number of the look; effective above it at the last",
    "single": "reject the treatment if responses among n are at most r",
}
GRID = tuple(each / 50 for each in range(1, 50))


@dataclass(frozen=True, slots=True)
class TwoStageQuestion:
    """What was asked. p0, p1: poor and good response probability; toxicity_*: of bryant-day; looks: of bop2."""

    method: str
    p0: float
    p1: float
    alpha: float
    beta: float | None
    toxicity_bad: float | None = None
    toxicity_good: float | None = None
    alpha_toxicity: float | None = None
    looks: tuple[int, ...] = ()
    n_max: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One design by its name (optimal, minimax, …), the numbers told of it, and P(accepted) along p for the picture."""

    name: str
    numbers: dict[str, Any]
    design: Design[Responses, tuple[int, ...], Any, Any]
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TwoStageAnswer:
    """The question and the designs, the best first."""

    question: TwoStageQuestion
    found: tuple[Found, ...]
    n_searched: int | None

    @property
    def title(self) -> str:
        """The method in words."""
        return self.found[0].design.title

    @property
    def citation(self) -> str:
        """Where the method is published."""
        return self.found[0].design.reference


def answer(question: TwoStageQuestion, where: str = "graftrial design two-stage") -> TwoStageAnswer:
    """Searches the designs; the largest power that alpha allows is taken where the method has no beta.

    Raises: UsageError with a code of GT-DSGN.
    """
    _check_options(question, where)
    with located(where):
        if question.method == "simon":
            return _simon(question)
        if question.method == "bryant-day":
            return _bryant_day(question)
        if question.method == "bop2":
            return _bop2(question)
        several = single_stage(question.p0, question.p1, question.alpha, _beta(question))
        found = tuple(
            Found(
                f"single stage {k}", {"r": each.r, "n": each.n, **_errors(each, question)}, each, _curve(each)
            )
            for k, each in enumerate(several, 1)
        )
        return TwoStageAnswer(question, found, None)


def as_json(given: TwoStageAnswer) -> dict[str, Any]:
    """The object that `--json` prints; the names are a contract."""
    asked = given.question
    told: dict[str, Any] = {
        "method": asked.method,
        "title": given.title,
        "p0": asked.p0,
        "p1": asked.p1,
        "alpha": asked.alpha,
        "beta": asked.beta,
        "convention": CONVENTION[asked.method],
        "n_searched": given.n_searched,
        "citation": given.citation,
    }
    if asked.method == "single":
        return told | {"designs": [each.numbers for each in given.found]}
    named = {each.name: each.numbers for each in given.found if not each.name.startswith("admissible")}
    between = [each.numbers for each in given.found if each.name.startswith("admissible")]
    return told | named | ({"admissible_between": between} if asked.method == "simon" else {})


def sentences(given: TwoStageAnswer) -> tuple[str, ...]:
    """One sentence for every boundary of the designs."""
    told = []
    for each in given.found:
        if isinstance(each.design, BryantDay):
            for row in each.design.table():
                told.append(
                    f"{each.name}: after {row[0]} patients go on or accept only with at least {row[1]} responses and "
                    f"at least {row[2]} patients without toxicity."
                )
            continue
        for n, most, *_ in each.design.table():
            gives_up = (
                f"give the treatment up if responses are at most {most}"
                if most >= 0
                else "the rule cannot stop"
            )
            told.append(f"{each.name}: after {n} patients {gives_up}.")
    return tuple(told)


def _check_options(question: TwoStageQuestion, where: str) -> None:
    if question.method not in METHODS:
        raise UsageError.of(
            "GT-DSGN-008", where, method=question.method or "without a name", suggestion="Give --method.",
            known=", ".join(METHODS),
        )  # fmt: skip
    if question.beta is None and question.method != "bop2":
        raise UsageError.of("GT-DSGN-009", where, method=question.method, name="--beta")
    if question.beta is not None and question.method == "bop2":
        raise UsageError.of(
            "GT-DSGN-002", where, design="bop2", name="--beta", takes="p0, p1, alpha and looks"
        )
    toxicity = ("toxicity_bad", "toxicity_good", "alpha_toxicity")
    wanted = {"bryant-day": toxicity, "bop2": ("looks",)}.get(question.method, ())
    for name in (*toxicity, "looks"):
        value = getattr(question, name)
        option = f"--{name.replace('_', '-')}"
        if value in (None, ()) and name in wanted and name != "alpha_toxicity":
            raise UsageError.of("GT-DSGN-009", where, method=question.method, name=option)
        if value not in (None, ()) and name not in wanted:
            raise UsageError.of(
                "GT-DSGN-002", where, design=question.method, name=option, takes="p0, p1, alpha, beta"
            )


def _simon(question: TwoStageQuestion) -> TwoStageAnswer:
    search = simon(question.p0, question.p1, question.alpha, _beta(question), question.n_max)
    names = {search.optimal: "optimal", search.minimax: "minimax"}
    if search.optimal == search.minimax:
        names = {search.optimal: "optimal"}
    found = []
    for each in search.admissible:
        numbers = {
            "r1": each.design.r1, "n1": each.design.n1, "r": each.design.r, "n": each.design.n,
            "expected_n": each.expected_n, "pet": each.pet, **_errors(each.design, question),
            "q_low": each.q_low, "q_high": each.q_high,
        }  # fmt: skip
        name = names.get(each.design, f"admissible, n {each.design.n}")
        found.append(Found(name, numbers, each.design, _curve(each.design)))
    found.sort(key=lambda each: (each.name != "optimal", each.name != "minimax"))
    if search.optimal == search.minimax:
        found.insert(1, Found("minimax", found[0].numbers, found[0].design, found[0].curve))
    return TwoStageAnswer(question, tuple(found), search.n_searched)


def _bryant_day(question: TwoStageQuestion) -> TwoStageAnswer:
    assert question.toxicity_bad is not None
    assert question.toxicity_good is not None
    rates = BryantDayRates(
        question.p0, question.p1, question.toxicity_bad, question.toxicity_good, question.alpha,
        question.alpha if question.alpha_toxicity is None else question.alpha_toxicity, 1 - _beta(question),
    )  # fmt: skip
    search = bryant_day(rates, question.n_max or 64)
    found = []
    for name, each in (("optimal", search.optimal), ("minimax", search.minimax)):
        errors = each.errors(rates)
        numbers = {
            "r1": each.r1, "s1": each.s1, "n1": each.n1, "r": each.r, "s": each.s, "n": each.n,
            "expected_n": errors.max_null_en, "pet": 1 - (errors.max_null_en - each.n1) / (each.n - each.n1),
            "alpha_response": errors.alpha_response, "alpha_toxicity": errors.alpha_toxicity, "power": errors.power,
        }  # fmt: skip
        curve = tuple((p, each.accept(p, rates.toxicity_good)) for p in GRID)
        found.append(Found(name, numbers, each, curve))
    return TwoStageAnswer(question, tuple(found), search.n_searched)


def _bop2(question: TwoStageQuestion) -> TwoStageAnswer:
    search = bop2(question.p0, question.p1, question.alpha, question.looks)
    poor, good = search.design.operating_characteristics([question.p0, question.p1])
    numbers = {
        "n_at_look": list(search.design.n_at_look), "stop_if_at_most": list(search.design.stop_if_at_most),
        **{name: value for name, value in search.design.parameters if name in ("lambda", "gamma")},
        "expected_n": poor.e_n, "pet": poor.p_stop_before_last_look, "size": poor.p_effective,
        "power": good.p_effective, "distinct_boundaries": search.distinct,
    }  # fmt: skip
    curve = tuple((each.p, each.p_effective) for each in search.design.operating_characteristics(GRID))
    return TwoStageAnswer(question, (Found("optimal", numbers, search.design, curve),), None)


def _beta(question: TwoStageQuestion) -> float:
    assert question.beta is not None, "_check_options has refused it"
    return question.beta


def _errors(design: Simon | SingleStage, question: TwoStageQuestion) -> dict[str, float]:
    poor, good = design.operating_characteristics([question.p0, question.p1])
    return {"size": poor.p_accept, "power": good.p_accept}


def _curve(design: Simon | SingleStage, p: Sequence[float] = GRID) -> tuple[tuple[float, float], ...]:
    return tuple((each.p, each.p_accept) for each in design.operating_characteristics(p))
