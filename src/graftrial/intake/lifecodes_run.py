"""The run file of a LIFECODES single-antigen assay: the CSV that xPONENT writes. Read by block names, not by lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graftrial.intake.lifecodes_lot import us_date

LOT = re.compile(r"(\d+)[_ ](\d+)-(SA[12])")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
COMMA_NUMBER = re.compile(r"[+-]?\d+,\d{1,2}", re.ASCII)  # three digits behind a comma may be thousands
BLOCK, BEAD_ROW, TOTAL, SAMPLE, LOCATION = "DataType:", "BeadID:", "Total Events", "Sample", "Location"
CRC = "-- CRC --"
NEEDED = ("Median", "Count", "Per Bead Count")


class NotARun(ValueError):
    """The file is no run of a LIFECODES single-antigen assay, with the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a block with its line in the file, cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A run.

    lot_id: lot that the protocol names, with an underscore between its numbers.
    beads: bead columns of the block of medians, in their order.
    blocks: rows by the name of their block.
    warnings: messages of the instrument with their line.
    """

    lot_id: str
    run_date: date | None
    beads: tuple[str, ...]
    blocks: Mapping[str, tuple[Row, ...]]
    warnings: tuple[Row, ...]


def read_run(path: Path) -> Run:
    """A run file.

    Raises: NotARun.
    """
    raw = path.read_bytes()
    if b"\0" in raw:
        raise NotARun("it is not a text file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("windows-1250", errors="replace")
    records = list(_records(text))
    header = _header(records)
    lot = LOT.search(header.get("ProtocolName", ""))
    if header.get("Program") != "xPONENT" or not lot:
        raise NotARun("it has no line Program xPONENT, or its ProtocolName names no SA1 or SA2 lot")
    blocks = _blocks(records)
    missing = [each for each in NEEDED if each not in blocks]
    if missing:
        raise NotARun(f"it has no block {missing[0]}")
    columns = tuple(blocks["Median"][0].cells) if blocks["Median"] else ()
    return Run(
        lot_id=f"{lot.group(1)}_{lot.group(2)}-{lot.group(3)}",
        run_date=us_date(header.get("Date", "")),
        beads=tuple(each for each in columns if each not in (LOCATION, SAMPLE, TOTAL)),
        blocks=blocks,
        warnings=blocks.get("Warnings/Errors", ()),
    )


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for record in reader:
            cells = [each.strip() for each in record]
            if cells and cells[0].startswith(CRC):
                return
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise NotARun(f"a line cannot be split into cells ({error})") from None


def _header(records: list[tuple[int, list[str]]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for _, cells in records:
        if cells[0] == BLOCK:
            break
        found.setdefault(cells[0], cells[1] if len(cells) > 1 else "")
    return found


def _blocks(records: list[tuple[int, list[str]]]) -> Mapping[str, tuple[Row, ...]]:
    blocks: dict[str, list[Row]] = {}
    name, columns = "", list[str]()
    for line, cells in records:
        if cells[0] == BLOCK:
            name, columns = (cells[1] if len(cells) > 1 else ""), []
            blocks.setdefault(name, [])
        elif not name or cells[0] == BEAD_ROW:
            continue
        elif not columns:
            columns = cells
        else:
            blocks[name].append(Row(line, dict(zip(columns, cells, strict=False))))
    return {block: tuple(rows) for block, rows in blocks.items()}


def number(text: str) -> float | None:
    """A number with a decimal point or a decimal comma; None where it can be read in two ways or not at all."""
    if NUMBER.fullmatch(text):
        return float(text)
    return float(text.replace(",", ".")) if COMMA_NUMBER.fullmatch(text) else None
