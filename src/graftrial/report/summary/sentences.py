"""The sentences of the page for patients: templates filled from result rows. No id, no date, no percentage."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graftrial.report.material import Material
from graftrial.report.numbers import rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.head import treated_as_reported
from graftrial.report.summary.tried import tried

LONGEST_REASON = 180  # characters of the words of a source
FEW = 30  # with fewer treated people a study cannot show a benefit
MOST_CLASSES = 3
STATUS = {
    "planned": "The study has not started yet.",
    "recruiting": "No. It is still going on. The results on this page can change.",
    "ongoing": "No. It is still going on. The results on this page can change.",
    "completed": "No. It ended as planned.",
    "published": "The study is over.",
}


@dataclass(frozen=True, slots=True)
class PlainSummary:
    """Questions with the sentences that answer them, in the order of the page."""

    title: str
    is_synthetic: bool
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def plain_summary(material: Material) -> PlainSummary:
    """What was tried, in how many, what happened to their kidneys, what harm, how it ended, what is not known."""
    parts = (
        ("What was tried?", tuple(tried(material))),
        ("How many people took part?", tuple(_people(material))),
        ("What happened to their kidneys?", tuple(_kidneys(material))),
        ("Was anybody harmed?", tuple(_harm(material))),
        ("Was the study stopped?", tuple(_end(material))),
        ("What is not known?", tuple(_unknown(material))),
    )
    return PlainSummary("The study in plain words", material.study.study.synthetic, parts)


def people(row: ResultRow | None) -> str | None:
    """`1 of 3 people`, `1 or 2 of 3 people` while facts are missing; None where nothing is known."""
    if row is None or not row.denominator:
        return None
    of_whom = f"of {rounded(row.denominator)} {'person' if row.denominator == 1 else 'people'}"
    if row.is_open and row.lower is not None and row.upper is not None and row.lower < row.upper:
        low, high = round(row.lower), round(row.upper)
        if low == 0 and high == row.denominator:
            return None
        return f"{rounded(low)} {'or' if high == low + 1 else 'to'} {rounded(high)} {of_whom}"
    return None if row.count is None else f"{rounded(row.count)} {of_whom}"


def _people(material: Material) -> Iterator[str]:
    infused, enrolled = (material.results.get(f"disposition.{each}") for each in ("infused", "enrolled"))
    n_rows = infused.count if infused is not None else None
    treated = treated_as_reported(material)
    if treated is not None and n_rows is not None and treated > n_rows:
        yield f"The doctors say that {_persons(treated)} got the cells."
        yield f"We have the details of {rounded(n_rows)} of them. The numbers below say whom they count."
        return
    if not n_rows and not material.is_given("infusions"):
        yield "It was not reported how many people got the cells."
        return
    n_rows = n_rows or 0
    if enrolled is not None and enrolled.count is not None and enrolled.count > n_rows:
        yield f"{_persons(enrolled.count)} joined the study. {rounded(n_rows)} of them got the cells."
    else:
        yield f"{_persons(n_rows)} got the cells."


def _persons(n: int) -> str:
    return f"{rounded(n)} {'person' if n == 1 else 'people'}"


def _kidneys(material: Material) -> Iterator[str]:
    results = material.results
    yield from _stated_losses(material)
    if told := people(results.get("outcome.graft_lost.subjects")):
        yield f"{_ours(material)}{told} lost the new kidney. It stopped working."
    elif not _stated(material, "grafts_lost"):
        yield "It was not reported whether anybody lost the new kidney."
    if told := people(results.get("kidney_cohort.egfr_decline_30.subjects")):
        yield (
            f"In {told} a blood test showed that "
            "the kidney lost almost a third of its strength or more, and it stayed low."
        )
    else:
        yield "Blood tests of how the kidney worked were not reported."
    tma = results.get("biopsy.new_tma.subjects")
    if tma is not None and tma.count and (told := people(tma)):
        yield f"In {told} a small sample of the kidney showed new damage: clots in its smallest blood vessels."
    improved = results.get("reported.amr_improved")
    if improved is not None and improved.count is not None and improved.denominator:
        none = "did not get better in any of them" if not improved.count else "got better in"
        count = "" if not improved.count else f" {people(improved)}"
        yield f"The doctors looked at {_persons(improved.denominator)}: the attack on the kidney {none}{count}."


def _stated(material: Material, statement: str) -> ResultRow | None:
    return material.results.get(f"reported.{statement}")


def _stated_losses(material: Material) -> Iterator[str]:
    """What the sources say of all, where rows cover only some."""
    row = _stated(material, "grafts_lost")
    if row is not None and row.value:
        told = people(row) or row.value
        yield f"Lost kidneys among all who got the cells: {told}."


def _ours(material: Material) -> str:
    """Words that say whom a count covers where the details of some are missing."""
    treated = treated_as_reported(material)
    is_part = treated is not None and treated > len(material.infused)
    return "Among those whose details we have: " if is_part else ""


def _harm(material: Material) -> Iterator[str]:
    results = material.results
    stated = _stated(material, "patients_with_serious_adverse_events")
    serious = results.get("ae.serious.subjects")
    told = people(stated) if stated is not None and _ours(material) else people(serious)
    if told:
        yield f"{told} had at least one serious health problem during the study."
        yield "Serious means for example a stay in hospital, danger to life, or lasting harm."
    else:
        yield "It was not reported whether anybody had a serious health problem."
    related = results.get("ae.related_cells_for_reporting.subjects")
    if related is not None and related.count and (told := people(related)):
        yield f"In {told} the cells may have caused a problem, or it is not yet judged."
    yield from _deaths(material)
    yield from _kinds(material)


def _deaths(material: Material) -> Iterator[str]:
    row = material.results.get("disposition.death")
    if row is None or row.count is None:
        yield "It was not reported whether anybody died."
    elif row.count == 0:
        yield "Nobody died."
    else:
        yield f"{_persons(row.count)} died. The report does not say by itself that the cells were the cause."


def _kinds(material: Material) -> Iterator[str]:
    known = [
        (row, class_words()[stem])
        for row in material.results.starting("ae.soc.")
        if row.key.endswith(".subjects")
        and row.count
        and (stem := row.key.removeprefix("ae.soc.").removesuffix(".subjects")) in class_words()
    ]
    most = sorted(known, key=lambda pair: (-(pair[0].count or 0), pair[1]))[:MOST_CLASSES]
    if most:
        told = "; ".join(f"{words} ({people(row)})" for row, words in most)
        yield f"The most common kinds of problems after the cells: {told}."


@cache
def class_words() -> dict[str, str]:
    """Short words for a class of events, by the class as result keys name it."""
    text = files("graftrial.report").joinpath("summary", "words.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["classes"])


def _end(material: Material) -> Iterator[str]:
    identity = material.study.study
    if identity.status == "terminated":
        yield "Yes. The study was stopped early."
        reason = identity.status_reason.strip().rstrip(".")
        if not reason:
            yield "The reason was not reported."
        elif any(word in reason.lower() for word in ("adverse", "safety", "harm")):
            yield "The reason was safety: people had health problems in the study."
        else:
            short = reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON].rstrip()} …"
            yield f"The reason given: “{short}”."
    else:
        yield STATUS.get(identity.status, "It was not reported whether the study was stopped.")
    paused = {"pause", "stop"} & {str(each) for each in _decisions(material)}
    if identity.status != "terminated" and paused:
        yield "The board that watches over safety had to pause it along the way."


def _decisions(material: Material) -> list[object]:
    frame = material.table("decisions")
    return frame.get_column("decision").to_list() if "decision" in frame.columns else []


def _unknown(material: Material) -> Iterator[str]:
    treated, n_rows = treated_as_reported(material), len(material.infused)
    if treated is not None and treated > n_rows:
        yield f"The details of {_persons(treated - n_rows)} are not public."
    few = max(treated or 0, n_rows) < FEW
    yield f"{'Too few people took part' if few else 'This study alone is not enough'} to say whether the cells help."
    compared = {each.id for each in material.study.cohorts if not each.treated}
    if compared and not any(each.get("cohort") in compared for each in material.subjects):
        yield "What happened to people without the cells was not reported."
    elif not compared:
        yield "Nobody without the cells was followed beside them. What would have happened without them is not known."
    loss = material.results.get("outcome.graft_lost.subjects")
    if loss is not None and loss.not_assessable and n_rows:
        yield f"For {_persons(loss.not_assessable)} it is not reported how the kidney is today."
    yield "What happens many years later is not known."
    yield "If you took part or think about it: ask your doctor. This page is no medical advice."
