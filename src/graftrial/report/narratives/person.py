"""Who it was, with which graft and which rejection, and what cells were given."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.derive.narratives import Around
from graftrial.report.narratives.sentence import Row, Sentence, joined, listed, said, sentence, when
from graftrial.report.numbers import NOT_REPORTED, plain, plural, power_of_ten, spoken

SEX = {"F": "woman", "M": "man"}


def person(around: Around, product: str) -> Iterator[Sentence]:
    """The sentences before the event."""
    yield _who(around)
    yield _graft(around)
    yield _rejection(around)
    yield from _infusions(around, product)


def _who(around: Around) -> Sentence:
    subject = around.subject
    name = around.event["subject_id"]
    if subject is None:
        return sentence("who", f"Subject {name}: age and sex {NOT_REPORTED}.", around.event)
    age = subject.get("age_years")
    if age is not None:
        years = f"of {plain(age, 1)} years"
    elif subject.get("age_band"):
        years = f"in the age band {subject['age_band']} years"
    else:
        years = f"whose age is {NOT_REPORTED}"
    sex = SEX.get(subject.get("sex") or "")
    who = f"a {sex} {years}" if sex else f"a person {years}, sex {NOT_REPORTED}"
    disease = said(spoken(subject["primary_disease"]) if subject.get("primary_disease") else None)
    return sentence("who", f"Subject {name} is {who}; primary kidney disease: {disease}.", subject)


def _graft(around: Around) -> Sentence:
    subject = around.subject
    if subject is None:
        return sentence("graft", f"Transplantation: {NOT_REPORTED}.", around.event)
    donor = f"from a {subject['donor_type']} donor" if subject.get("donor_type") else f"donor {NOT_REPORTED}"
    years = subject.get("years_since_transplant")
    since = (
        f"{plain(years, 1)} years before the first infusion"
        if years is not None
        else f"at a time that is {NOT_REPORTED}"
    )
    status = said(subject.get("graft_status"))
    lost = ""
    if status == "lost":
        lost = f", {when({**subject, 'graft_loss_day_high': subject['graft_loss_day']}, 'graft_loss_')}"
    return sentence(
        "graft",
        f"The kidney, {donor}, was transplanted {since}; graft at the last report: {status}{lost}.",
        subject,
    )


def _rejection(around: Around) -> Sentence:
    biopsy = around.biopsy_before
    if biopsy is None:
        text = "Rejection before the cells: no biopsy that is proven to lie before the first infusion is recorded."
        return sentence("rejection", text, around.subject or around.event)
    return sentence(
        "rejection",
        f"The last biopsy before the first infusion, taken {when(biopsy)}, was {read_as(biopsy)}.",
        biopsy,
    )


def read_as(biopsy: Row) -> str:
    """How the pathologist read a biopsy, with the lesions scored."""
    diagnosis = biopsy.get("pathologist_diagnosis")
    edition = f" (Banff {biopsy['edition_used']})" if biopsy.get("edition_used") else ""
    read = f"read as {spoken(diagnosis)}{edition}" if diagnosis else f"taken, its diagnosis {NOT_REPORTED}"
    scores = joined(
        f"{name}{biopsy[name]}"
        for name in ("g", "ptc", "c4d", "cg", "v", "i", "t")
        if biopsy.get(name) is not None
    )
    tma = f"TMA {biopsy['tma']}" if biopsy.get("tma") else ""
    lesions = joined((scores, tma), "; ")
    return f"{read}: {lesions}" if lesions else f"{read}; lesion scores {NOT_REPORTED}"


def _infusions(around: Around, product: str) -> Iterator[Sentence]:
    before, after, undecided = around.given()
    name = product or "cells"
    if before:
        days_since = around.days_since_infusion()
        last = (
            f"; the event began {plural(days_since, 'day')} after the last of them"
            if days_since is not None
            else ""
        )
        text = f"Up to the onset {name} had been given {listed([_infusion(each) for each in before])}{last}."
        yield sentence("product", text, *before)
    elif not undecided:
        rows = after or (around.subject or around.event,)
        yield sentence("product", f"No infusion of {name} up to the onset is recorded.", *rows)
    if undecided:
        each = listed([_infusion(one) for one in undecided])
        yield sentence(
            "product",
            f"Whether before or after the onset is not known: {name} were given {each}.",
            *undecided,
        )
    if after:
        yield sentence(
            "product", f"After the onset {name} were given {listed([_infusion(e) for e in after])}.", *after
        )


def _infusion(row: Row) -> str:
    dose = row.get("given_cells_per_kg")
    size = f"{power_of_ten(dose)} viable cells per kg" if dose is not None else f"dose {NOT_REPORTED}"
    batch = f"product {row['product_id']}" if row.get("product_id") else ""
    return f"{when(row, 'start_')} ({joined((size, batch))})"
