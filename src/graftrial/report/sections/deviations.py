"""Departures from the protocol."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Section, Table, cell, folded
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import days, plural, spoken, words, yes_no


def section(material: Material) -> Section:
    """One departure a row."""
    title = "Protocol deviations"
    rows = list(material.frame("deviations").iter_rows(named=True))
    if not rows:
        given = material.is_given("deviations")
        text = (
            "The table of deviations was given and holds none."
            if given
            else "Deviations were not reported. That is not the same as none."
        )
        return Section("deviations", title, (Note(text, "note" if given else "missing"),), "Deviations")
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                cell(days(each["day"], each["day"], each["date_text"])),
                cell(spoken(words(each["category"]))),
                cell(words(each["description"])),
                cell(yes_no(each["important"]), tone="alert" if each["important"] else ""),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        Column("When"),
        Column("Category"),
        Column("What happened", wide=True),
        Column("Important"),
    )
    notes = material.cut_note(len(body), len(rows), "derived/deviations.csv")
    blocks: tuple[Block, ...] = (
        folded(
            Table("Departures from the protocol", columns, body, notes),
            f"All {plural(len(rows), 'departure')}",
        ),
    )
    return Section("deviations", title, blocks, "Deviations")
