"""Narratives beside the report: the generated texts, and the signed ones that they are held against.

A signed narrative is read and never written: generated texts go to a folder of another name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from graftrial.report.narratives import Narrative, as_text

GENERATED = "generated_narratives"
COLUMNS = ("name", "state", "differences")


def compare(signed: Mapping[str, str], narratives: Sequence[Narrative]) -> pl.DataFrame:
    """Each signed narrative against the one that the data give now: name, state, differences.

    state: `same`, `differs`, or `no such event` where the data have no narrative of that name.
    """
    generated = {_safe(each.name): as_text(each) for each in narratives}
    rows = []
    for name, text in signed.items():
        if name not in generated:
            rows.append((name, "no such event", ""))
            continue
        differences = _differences(text, generated[name])
        rows.append((name, "differs" if differences else "same", differences))
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _differences(signed: str, generated: str) -> str:
    """Paragraphs that only one of the two has; line breaks inside a paragraph do not count."""
    former, now = (_paragraphs(each) for each in (signed, generated))
    lines = list(difflib.unified_diff(former, now, lineterm="", n=0))[2:]
    return "\n".join(f"{'−' if each[0] == '-' else '+'} {each[1:]}" for each in lines if each[0] in "+-")


def _paragraphs(text: str) -> list[str]:
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(each.split()) for each in blocks if each.strip()]


def write_generated(narratives: Sequence[Narrative], aside: Path) -> None:
    """One text file a narrative, below `generated_narratives`, which is there also without any: no old one stays."""
    folder = aside / GENERATED
    folder.mkdir()
    for each in narratives:
        (folder / f"{_safe(each.name)}.txt").write_text(as_text(each), encoding="utf-8", newline="\n")


def _safe(name: str) -> str:
    """The name as a file can have it: no separator, no dots at its beginning."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "unnamed"
