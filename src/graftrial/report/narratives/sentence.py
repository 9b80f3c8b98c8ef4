"""A sentence of a narrative and the words that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graftrial.report.numbers import LEFT_OUT, NOT_REPORTED, days

WHOLE_DATE = len("2024-01-31")
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: what it is about, its words, and the keys of the rows that it rests on."""

    kind: str
    text: str
    sources: tuple[str, ...]


def sentence(kind: str, text: str, *rows: Row | None) -> Sentence:
    """A sentence from its rows."""
    keys = dict.fromkeys(row["key"] for row in rows if row is not None and row.get("key"))
    return Sentence(kind, text, tuple(keys))


def when(row: Row, prefix: str = "") -> str:
    """`on day 12`, `between day 3 and day 20`, or the date as recorded where no study day is known."""
    text = row.get(f"{prefix}text") or row.get(f"{prefix.rstrip('_') or 'date'}")
    said = days(row[f"{prefix}day_low"], row[f"{prefix}day_high"], text)
    if said == NOT_REPORTED:
        return "on a day that is not reported"
    if " to " in said:
        low, high = said.removeprefix("day ").split(" to ", 1)
        return f"between day {low} and day {high}"
    is_partial = not said.startswith("day") and len(said) < WHOLE_DATE
    return f"in {said}" if is_partial else f"on {said}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def said(text: object) -> str:
    """Words of the data inside a sentence, without a full stop of their own."""
    return NOT_REPORTED if text in (None, "") else str(text).strip().rstrip(".")


def is_told(text: object) -> bool:
    """Whether the data hold words that this reader may see."""
    return text not in (None, "", LEFT_OUT)


def joined(parts: Iterable[str | None], separator: str = ", ") -> str:
    """The parts that there are."""
    return separator.join(each for each in parts if each)
