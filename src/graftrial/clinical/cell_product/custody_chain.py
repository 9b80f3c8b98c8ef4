"""The hash chain of custody events: each hash covers the hash before it and the event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HASH = "hash"
Event = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: position of the event from 0, and why."""

    position: int
    reason: str


def event_hash(previous: str, event: Event) -> str:
    """SHA-256 in hexadecimal of the previous hash followed by the event as canonical JSON, its own hash left out.

    Canonical JSON: keys sorted, no spaces, UTF-8, no escapes beyond those JSON demands.
    """
    content = {name: value for name, value in event.items() if name != HASH}
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256((previous + written).encode("utf-8")).hexdigest()


def chained(events: Iterable[Event]) -> list[dict[str, str | int | float | bool | None]]:
    """The events in their order, each with its hash; the first follows the empty text."""
    written: list[dict[str, str | int | float | bool | None]] = []
    previous = ""
    for event in events:
        previous = event_hash(previous, event)
        written.append({**event, HASH: previous})
    return written


def breaks(events: Iterable[Event]) -> tuple[Break, ...]:
    """Where the chain is broken; empty where every event carries the hash that it should.

    Behind a break the chain goes on from the hash that stands there, so that each change is reported once.
    """
    found: list[Break] = []
    previous = ""
    for position, event in enumerate(events):
        recorded = event.get(HASH)
        expected = event_hash(previous, event)
        if not isinstance(recorded, str) or not recorded:
            found.append(Break(position, "the event carries no hash"))
            previous = expected
            continue
        if recorded.lower() != expected:
            found.append(Break(position, "the event, or one before it, was changed, left out or moved"))
        previous = recorded.lower()
    return tuple(found)
