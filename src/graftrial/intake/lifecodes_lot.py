"""The lot file (`.eds`) of a LIFECODES single-antigen kit: beads, their antigens, cut-offs and control limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

SPACE = "{http://www.immucor.com}"
ROOTS = (f"{SPACE}ev2SA1", f"{SPACE}ev2SA2")
US_DATE = "%m/%d/%Y"
LARGEST = 50_000_000  # bytes; a lot file has some hundred kilobytes


class NotALotFile(ValueError):
    """The file is no LIFECODES lot file, with the reason."""


@dataclass(frozen=True, slots=True)
class LotBead:
    """One bead region of a lot. group: locus group whose lowest bead is the background; None for NC."""

    antigen_id: str
    antigens: tuple[str, ...]
    cutoff: float | None
    rad: float | None
    background_mfi: float | None
    group: int | None
    serology: str


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of beads.

    con1, pc: limits of the negative and of the positive control as the file writes them: lower, upper.
    """

    lot_id: str
    hla_class: str
    expires: date | None
    con1: tuple[float, float]
    pc: tuple[float, float]
    threshold_mfi: float
    beads: tuple[LotBead, ...]


def read_lot(path: Path) -> Lot:
    """A lot file.

    Raises: NotALotFile.
    """
    if path.stat().st_size > LARGEST:
        raise NotALotFile("it is larger than any lot file")
    text = path.read_bytes()
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise NotALotFile("it declares a document type, which no lot file does")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise NotALotFile(f"it is not well-formed XML ({error})") from None
    if root.tag not in ROOTS:
        raise NotALotFile("its root is neither ev2SA1 nor ev2SA2 of Immucor")
    try:
        return _lot(root)
    except ValueError as error:
        raise NotALotFile(f"a field is missing or no number ({error})") from None


def _lot(root: ElementTree.Element) -> Lot:
    return Lot(
        lot_id=_text(root, "LotID"),
        hla_class="I" if root.tag.endswith("SA1") else "II",
        expires=us_date(_text(root, "ExpirationDate")),
        con1=(float(_text(root, "Con1Lower")), float(_text(root, "Con1Upper"))),
        pc=(float(_text(root, "PCLower")), float(_text(root, "PCUpper"))),
        threshold_mfi=float(_text(root, "MFIThreshold")),
        beads=tuple(_bead(each) for each in root.iter(f"{SPACE}AntigenID")),
    )


def _bead(entry: ElementTree.Element) -> LotBead:
    group = _text(entry, "LRA")
    antigens = (each.text.strip() for each in entry.iter(f"{SPACE}Antigen") if each.text)
    return LotBead(
        antigen_id=entry.attrib.get("ID", ""),
        antigens=tuple(each for each in antigens if each),
        cutoff=_number(entry, "Cutoff"),
        rad=_number(entry, "RAD"),
        background_mfi=_number(entry, "BackgroundMFI"),
        group=int(group) if group else None,
        serology=_text(entry, "Serology"),
    )


def _text(parent: ElementTree.Element, name: str) -> str:
    return (parent.findtext(f"{SPACE}{name}") or "").strip()


def _number(parent: ElementTree.Element, name: str) -> float | None:
    text = _text(parent, name)
    return float(text) if text else None


def us_date(text: str) -> date | None:
    """A date written month/day/year; None where it is not one."""
    try:
        return datetime.strptime(text.strip(), US_DATE).date()  # noqa: DTZ007 (a calendar day has no zone)
    except ValueError:
        return None
