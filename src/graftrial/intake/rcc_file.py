"""One nCounter lane: an RCC file, to counts by probe and the facts of sample and lane.

A file is never raised for what it says: what is wrong are findings with section and line, and a lane with a blocking
one has no counts to be scored. Owner and comments are dropped, and a sample id that looks like an accession number is
replaced, unless they are asked for. Not for: PlexSet files, whose code classes are others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from graftrial.clinical.transcripts.panel import HOUSEKEEPING, RLF, matched, probes
from graftrial.findings import Finding, finding

TABLE = "transcripts"
SECTIONS = ("Header", "Sample_Attributes", "Lane_Attributes", "Code_Summary")
PRIVATE = ("Owner", "Comments")
SPELLINGS = {
    each.lower(): each
    for each in (
        *PRIVATE, "ID", "Date", "GeneRLF", "FovCount", "FovCounted", "ScannerID", "BindingDensity", "CartridgeID",
        "CartridgeBarcode",
    )
}  # fmt: skip
REDACTED = "redacted"
LOOKS_LIKE_AN_ACCESSION = re.compile(
    r"\d{5,}|\b[A-Za-z]{1,4}[-_ ]?\d{2}[-_/ ]\d{2,}|\b\d{2,4}[-_/ ]?[A-Za-z]{1,4}[-_/ ]?\d{3,}"
)
COUNT = re.compile(r"\d+(\.0*)?")
LISTED = 5  # names that a finding lists
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as it was read.

    file: name in the run. sample_id: as in the file, or `redacted-…`. lane: number on the cartridge.
    attributes: every other fact of header, sample and lane, by `Section.Name`.
    counts: by the exact probe name of the panel; empty where the counts cannot be used.
    sha256: of the bytes of the file.
    """

    file: str
    sample_id: str
    attributes: Mapping[str, str]
    counts: Mapping[str, int]
    sha256: str
    findings: tuple[Finding, ...] = ()
    stated_id: str = field(default="", repr=False)  # for the comparison of files; never written

    @property
    def lane(self) -> str:
        """Lane number, as written."""
        return self.attributes.get("Lane_Attributes.ID", "")

    @property
    def cartridge(self) -> str:
        """Bar code of the cartridge, or its id where there is no bar code."""
        name = self.attributes.get("Lane_Attributes.CartridgeBarcode", "")
        return name or self.attributes.get("Lane_Attributes.CartridgeID", "")

    @property
    def is_blocked(self) -> bool:
        """Whether nothing of this lane may be scored."""
        return any(each.blocking for each in self.findings)

    def number(self, name: str) -> float | None:
        """A number among the lane attributes; null where there is none."""
        return _number(self.attributes.get(f"Lane_Attributes.{name}", ""))


def read_rcc(path: Path, file: str = "", show_identifiers: bool = False) -> Lane:
    """A lane with its findings (GT-TX-001 to -009, -016, -018).

    file: the name by which the run knows it; the file's own name if empty.
    """
    file = file or path.name
    try:
        content = path.read_bytes()
    except OSError:
        return Lane(file, "", {}, {}, "", (_found("GT-TX-001", file, reason="it cannot be opened"),))
    return lane_of(content, file, show_identifiers)


def lane_of(content: bytes, file: str, show_identifiers: bool = False) -> Lane:
    """The lane in these bytes."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\x00" in text or ("<code_summary>" not in text.lower() and "<header>" not in text.lower()):
        return Lane(
            file, "", {}, {}, digest, (_found("GT-TX-001", file, reason="it has no section of an RCC file"),)
        )
    sections, found = _sections(text, file)
    attributes = {
        f"{name}.{_spelled(row[0])}": row[1].strip() if len(row) > 1 else ""
        for name in SECTIONS[:3]
        for _, row in sections.get(name, [])
    }
    counts = _counts(sections.get("Code_Summary", []), file, found)
    stated = attributes.get("Sample_Attributes.ID", "")
    found += _facts(attributes, sections, counts, file)
    shown = stated if show_identifiers else _redacted(attributes, stated, digest)
    usable = {} if any(each.blocking for each in found) else counts
    return Lane(file, shown, attributes, usable, digest, tuple(found), stated)


def _sections(text: str, file: str) -> tuple[dict[str, Rows], list[Finding]]:
    """Rows by section, with the line of each; a section that is not closed is a truncated file."""
    known = {each.lower(): each for each in (*SECTIONS, "Messages")}
    found: list[Finding] = []
    sections: dict[str, Rows] = {}
    inside = ""
    last = 0
    for line, written in enumerate(text.splitlines(), 1):
        row = written.strip()
        if not row:
            continue
        last = line
        if row.startswith("</"):
            inside = ""
        elif row.startswith("<") and row.endswith(">"):
            if inside:
                found.append(_found("GT-TX-003", file, line, inside, section=inside))
            inside = known.get(row[1:-1].strip().lower(), row[1:-1].strip())
            sections.setdefault(inside, [])
        elif inside:
            sections[inside].append((line, row.split(",", 3 if inside == "Code_Summary" else 1)))
    if inside:
        found.append(_found("GT-TX-003", file, last, inside, section=inside))
    missing = [each for each in SECTIONS if each not in sections]
    found += [_found("GT-TX-002", file, last, each, section=each) for each in missing]
    return sections, found


def _counts(rows: Rows, file: str, found: list[Finding]) -> dict[str, int]:
    """Counts by probe of the panel, whatever the order of rows."""
    counts: dict[str, int] = {}
    extra: list[str] = []
    respelled: list[str] = []
    exact = _exact()
    for line, row in rows:
        if len(row) == 4 and row[3].isdecimal() and row[1] in exact and row[1] not in counts:
            counts[row[1]] = int(row[3])  # as the instrument writes it; everything else is looked at below
            continue
        if row[0].strip().lower() == "codeclass":
            continue
        name = row[1].strip() if len(row) > 1 else ""
        count = row[3].strip().rstrip(",").strip() if len(row) > 3 else ""
        if not count.isdecimal() and not COUNT.fullmatch(count):
            found.append(_found("GT-TX-005", file, line, "Code_Summary", probe=name or "not named"))
            continue
        probe = matched(name)
        if probe is None:
            extra.append(name)
        elif probe in counts:
            found.append(_found("GT-TX-006", file, line, "Code_Summary", probe=name))
        else:
            counts[probe] = int(count.split(".")[0])
            if probe != name:
                respelled.append(name)
    found += _names(counts, extra, respelled, file)
    return counts


@cache
def _exact() -> frozenset[str]:
    """The names of the panel as the instrument writes them."""
    return frozenset(each.name for each in probes())


def _names(counts: Mapping[str, int], extra: list[str], respelled: list[str], file: str) -> Iterator[Finding]:
    missing = [each.name for each in probes() if each.name not in counts]
    for code, names in (("GT-TX-007", missing), ("GT-TX-008", extra), ("GT-TX-017", respelled)):
        if names:
            shown = ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")
            yield _found(code, file, 0, "Code_Summary", n=len(names), names=shown)


def _facts(
    attributes: Mapping[str, str], sections: Mapping[str, Rows], counts: Mapping[str, int], file: str
) -> Iterator[Finding]:
    """What header, sample and lane say, and whether the lane holds any signal."""
    rlf = attributes.get("Sample_Attributes.GeneRLF", "")
    if "Sample_Attributes" in sections and rlf.lower() != RLF.lower():
        yield _found(
            "GT-TX-004", file, _line(sections, "Sample_Attributes", "GeneRLF"), "GeneRLF", rlf=rlf or "none"
        )
    if "Sample_Attributes" in sections and not attributes.get("Sample_Attributes.ID"):
        yield _found("GT-TX-018", file, 0, "Sample_Attributes")
    for name in ("FovCount", "FovCounted", "BindingDensity"):
        if "Lane_Attributes" in sections and _number(attributes.get(f"Lane_Attributes.{name}", "")) is None:
            line = _line(sections, "Lane_Attributes", name)
            yield _found("GT-TX-016", file, line, name, name=name)
    housekeeping = [each.name for each in probes() if each.code_class == HOUSEKEEPING]
    if counts and (not any(counts.values()) or not any(counts.get(name, 0) for name in housekeeping)):
        yield _found("GT-TX-009", file, 0, "Code_Summary")


def _line(sections: Mapping[str, Rows], section: str, name: str) -> int:
    return next((line for line, row in sections.get(section, []) if _spelled(row[0]) == name), 0)


def _spelled(name: str) -> str:
    """The name of an attribute as the instrument writes it, whatever its case in this file."""
    return SPELLINGS.get(name.strip().lower(), name.strip())


def _redacted(attributes: dict[str, str], stated: str, digest: str) -> str:
    """The id that may be shown; drops owner and comments from the attributes."""
    for name in PRIVATE:
        attributes.pop(f"Sample_Attributes.{name}", None)
    if not LOOKS_LIKE_AN_ACCESSION.search(stated):
        return stated
    attributes["Sample_Attributes.ID"] = REDACTED
    return f"{REDACTED}-{digest[:8]}"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _found(code: str, file: str, line: int = 0, column: str = "", **words: str | int) -> Finding:
    return finding(code, TABLE, line, column, "", file, **words)
