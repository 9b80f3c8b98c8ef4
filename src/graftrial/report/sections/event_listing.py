"""The listing of adverse events: everything that was recorded, one event a row."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Row, Table, Tone, cell
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import (
    LEFT_OUT,
    NOT_ASSESSABLE,
    NOT_REPORTED,
    days,
    plural,
    spoken,
    words,
    yes_no,
)

FILE = "derived/adverse_events.csv"
OPEN_ROWS = 15  # a longer listing is folded on the screen; print shows it
PRODUCTS = {"cells": "cells", "standard_therapy": "standard therapy", "procedure": "procedure"}


def listing(material: Material) -> list[Block]:
    """The listing, serious events first where the page has to cut it."""
    rows: list[Record] = list(material.frame("adverse_events").iter_rows(named=True))
    if len(rows) > LISTING_ROWS:
        rows.sort(key=lambda each: not each["is_serious"])
    shown = rows[:LISTING_ROWS]
    same = {name: _only(rows, name) for name in ("source", "ctcae_edition")}
    judged = [each for each in PRODUCTS if any(_judgements(row, each) != (None, None) for row in rows)]
    columns = (
        Column("Subject"),
        Column("Event", wide=True),
        Column("Onset"),
        Column("Grade"),
        Column("Serious"),
        Column("Treatment-emergent"),
        *(Column(f"Related to {PRODUCTS[each]}") for each in judged),
        Column("Outcome"),
    )
    notes = [f"{each} Serious events stand first." for each in material.cut_note(len(shown), len(rows), FILE)]
    if same["ctcae_edition"]:
        notes.append(f"Grades: CTCAE {same['ctcae_edition']}.")
    if same["source"]:
        notes.append(f"Source of every row: {same['source']}.")
    if silent := [title for each, title in PRODUCTS.items() if each not in judged]:
        notes.append(f"Relation to {', '.join(silent)}: not reported for any event.")
    body = tuple(_event(each, same, judged) for each in shown)
    table = Table("Adverse events, every one", columns, body, tuple(notes), compact=True)
    return (
        [table]
        if len(rows) <= OPEN_ROWS
        else [Fold(f"Listing of all {plural(len(rows), 'event')}", (table,))]
    )


def _only(rows: list[Record], name: str) -> str:
    """What every row says in this column, where all say the same."""
    told = {row.get(name) for row in rows}
    return str(told.pop()) if len(told) == 1 and None not in told else ""


def _event(row: Record, same: dict[str, str], judged: list[str]) -> Row:
    emergent = row["is_treatment_emergent"]
    return Row(
        (
            Cell(row["subject_id"], below=f"no. {row['ae_id']}"),
            _what(row),
            _when(row),
            _grade(row, same),
            _serious(row),
            Cell(yes_no(emergent), below="onset imputed" if row.get("is_onset_imputed") else "")
            if emergent is not None
            else Cell(NOT_ASSESSABLE, tone="missing"),
            *(_relation(row, product) for product in judged),
            cell(
                spoken(words(row["outcome"])),
                below="; ".join(_remarks(row)),
                tone="alert" if row["outcome"] == "fatal" else "",
            ),
        ),
        remark=" ".join(
            each for each in (row.get("note"), None if same["source"] else row.get("source")) if each
        ),
    )


def _what(row: Record) -> Cell:
    verbatim, pt = row.get("term"), row["pt"] or row.get("term") or NOT_REPORTED
    below = [row["soc"] or ""]
    if verbatim and verbatim != LEFT_OUT and verbatim.casefold() != pt.casefold():
        below.append(f"recorded as “{verbatim}”")
    return Cell(pt, below="; ".join(each for each in below if each), tone="strong")


def _when(row: Record) -> Cell:
    onset = days(row["onset_day_low"], row["onset_day_high"], row.get("start_text") or row.get("start"))
    if row.get("ongoing"):
        end = "ongoing"
    else:
        end_day = row["end_day"]
        when = days(end_day, end_day, row.get("end_text") or row.get("end"))
        end = "end not reported" if when == NOT_REPORTED else f"to {when}"
    return cell(onset, below=end)


def _grade(row: Record, same: dict[str, str]) -> Cell:
    if row["grade"] is None:
        return cell(NOT_REPORTED)
    edition = f"CTCAE {row['ctcae_edition']}" if row["ctcae_edition"] else "edition not reported"
    return Cell(str(row["grade"]), below="" if same["ctcae_edition"] else edition)


def _serious(row: Record) -> Cell:
    tone: Tone = "alert" if row["is_serious"] else ""
    below = row["seriousness"] or ("criterion not reported" if row["is_serious"] else "")
    return cell(yes_no(row["is_serious"]), tone=tone, below=below)


def _judgements(row: Record, product: str) -> tuple[str | None, str | None]:
    """Causality in the judgement of the investigator and of the sponsor."""
    return row.get(f"related_{product}_investigator"), row.get(f"related_{product}_sponsor")


def _relation(row: Record, product: str) -> Cell:
    investigator, sponsor = _judgements(row, product)
    if investigator is None and sponsor is None:
        return cell(NOT_REPORTED)
    if investigator is None:
        return Cell(f"{spoken(str(sponsor))} (sponsor)", below="investigator: not reported")
    if sponsor is None or sponsor == investigator:
        return Cell(spoken(investigator), below="" if sponsor else "sponsor: not reported")
    return Cell(spoken(investigator), below=f"sponsor: {spoken(sponsor)}")


def _remarks(row: Record) -> list[str]:
    remarks = []
    if row.get("action") and row["action"] != "none":
        remarks.append(f"action: {row['action']}")
    if row.get("expected") is not None:
        remarks.append("expected" if row["expected"] else "unexpected")
    return remarks
