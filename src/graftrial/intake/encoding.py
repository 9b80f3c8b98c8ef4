"""What the bytes of a CSV file are: text in which encoding, or something else under a wrong name."""

from __future__ import annotations

import codecs
from pathlib import Path

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.study.model import Intake

CHUNK = 1 << 20
HEAD = 1 << 16
FALLBACK = "windows-1250"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = (
    (b"PK\x03\x04", "an .xlsx workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook or a workbook with a password"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF document"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a Rich Text document"),
)
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1a")
MOST_CONTROLS = (8, 0.02)  # number and share of control bytes up to which the head of a file can be text


def text_encoding(path: Path, file: str, table: str, settings: Intake) -> tuple[str, list[Finding]]:
    """Encoding that decodes the whole file. A byte-order mark decides, then the study file, then UTF-8.

    Raises: GT-FILE-004 without bytes, -005 where it is no text, -009 where no encoding fits.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise InputUnreadable.of("GT-FILE-004", file)
    marked = next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), "")
    if not marked:
        _refuse_other_content(head, file)
    declared = settings.encoding if "encoding" in settings.model_fields_set else ""
    wanted = marked or declared or "utf-8"
    wrong_at = undecodable_row(path, wanted)
    if wrong_at is None:
        return wanted, []
    if marked or declared:
        raise InputUnreadable.of("GT-FILE-009", f"{file} row {wrong_at}", encoding=wanted, row=wrong_at)
    if (never_at := undecodable_row(path, FALLBACK)) is not None:
        raise InputUnreadable.of("GT-FILE-009", f"{file} row {never_at}", encoding="UTF-8", row=wrong_at)
    return FALLBACK, [finding("GT-IN-004", table, row=wrong_at, file=file)]


def undecodable_row(path: Path, encoding: str) -> int | None:
    """Row of the first byte that is not text in that encoding; None if all of it is. Reads piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return row + chunk[: error.start].count(b"\n")
            row += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return row
    return None


def _refuse_other_content(head: bytes, file: str) -> None:
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            raise InputUnreadable.of("GT-FILE-005", file, kind=kind)
    controls = len(head) - len(head.translate(None, CONTROLS))
    if controls > MOST_CONTROLS[0] and controls > MOST_CONTROLS[1] * len(head):
        raise InputUnreadable.of(
            "GT-FILE-005", file, kind="binary data, or UTF-16 text without a byte-order mark"
        )
