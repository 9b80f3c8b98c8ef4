"""The listing of adverse events: everything that was recorded, one event a row."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Row, Table, Tone, cell
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, days, spoken, words, yes_no

PRODUCTS = {"cells": "cells", "standard_therapy": "standard therapy", "procedure": "procedure"}


def listing(material: Material) -> list[Block]:
    """The listing, serious events first where the page has to cut it."""
    rows = list(material.frame("adverse_events").iter_rows(named=True))
    if len(rows) > LISTING_ROWS:
        rows.sort(key=lambda each: not each["is_serious"])
    shown = rows[:LISTING_ROWS]
    columns = (
        Column("Subject"),
        Column("Event", wide=True),
        Column("Onset and end"),
        Column("Grade"),
        Column("Serious"),
        Column("Treatment-emergent"),
        Column("Relation", wide=True),
        Column("Outcome, action"),
    )
    notes = material.cut_note(len(shown), len(rows), "derived/adverse_events.csv")
    if notes:
        notes = (f"{notes[0]} Serious events stand first.",)
    body = tuple(_event(each) for each in shown)
    return [Table("Adverse events, every one", columns, body, notes, compact=True)]


def _event(row: Record) -> Row:
    return Row(
        (
            Cell(row["subject_id"], below=f"no. {row['ae_id']}"),
            _what(row),
            _when(row),
            _grade(row),
            _serious(row),
            Cell(yes_no(row["is_treatment_emergent"]), below="onset imputed" if row.get("is_onset_imputed") else "")
            if row["is_treatment_emergent"] is not None
            else Cell(NOT_ASSESSABLE, tone="missing"),
            _relation(row),
            Cell(
                spoken(words(row["outcome"])),
                below="; ".join(_remarks(row)),
                tone="missing" if row["outcome"] is None else "alert" if row["outcome"] == "fatal" else "",
            ),
        )
    )


def _what(row: Record) -> Cell:
    verbatim = row.get("term")
    pt = row["pt"]
    below = [row["soc"] or ""]
    if verbatim and verbatim != pt:
        below.append(f"as recorded: {verbatim}")
    if row.get("note"):
        below.append(str(row["note"]))
    if row.get("source"):
        below.append(str(row["source"]))
    return Cell(pt or verbatim or NOT_REPORTED, below="; ".join(each for each in below if each), tone="strong")


def _when(row: Record) -> Cell:
    onset = days(row["onset_day_low"], row["onset_day_high"], row.get("start_text") or row.get("start"))
    if row.get("ongoing"):
        end = "ongoing"
    else:
        end_day = row["end_day"]
        end = f"end {days(end_day, end_day, row.get('end_text') or row.get('end'))}"
    return cell(onset, below=end)


def _grade(row: Record) -> Cell:
    if row["grade"] is None:
        return cell(NOT_REPORTED)
    return Cell(str(row["grade"]), below=f"CTCAE {row['ctcae_edition']}" if row["ctcae_edition"] else "edition not reported")


def _serious(row: Record) -> Cell:
    tone: Tone = "alert" if row["is_serious"] else ""
    return cell(yes_no(row["is_serious"]), tone=tone, below=row["seriousness"] or "")


def _relation(row: Record) -> Cell:
    told = []
    for product, title in PRODUCTS.items():
        judged = {judge: row.get(f"related_{product}_{judge}") for judge in ("investigator", "sponsor")}
        spoken_judgements = [f"{spoken(verdict)} ({judge})" for judge, verdict in judged.items() if verdict]
        if spoken_judgements:
            told.append(f"{title}: {', '.join(spoken_judgements)}")
    return cell("; ".join(told) or NOT_REPORTED)


def _remarks(row: Record) -> list[str]:
    remarks = []
    if row.get("action"):
        remarks.append(f"action: {row['action']}")
    if row.get("expected") is not None:
        remarks.append("expected" if row["expected"] else "unexpected")
    return remarks
