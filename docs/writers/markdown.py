"""Markdown as the pages need it: cells, tables, fences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """Text that cannot break a table: pipes, line ends and angle brackets are taken as letters."""
    plain = "" if text is None else str(text)
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ").strip()


def code(text: object) -> str:
    """Text as code; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; without rows a sentence that says so."""
    lines = ["| " + " | ".join(cell(each) for each in row) + " |" for row in rows]
    if not lines:
        return "None.\n"
    rule = "|" + "---|" * len(head)
    return "\n".join(["| " + " | ".join(head) + " |", rule, *lines]) + "\n"


def fence(text: str, language: str = "", title: str = "") -> str:
    """A block of code with its file name above it."""
    heading = f' title="{title}"' if title else ""
    return f"```{language or 'text'}{heading}\n{text.strip(chr(10))}\n```\n"


def page(*parts: str) -> str:
    """Parts with an empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"
