"""One lane to its page, and a thousand lanes to tables and pages, from the command line."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import GRAFTRIAL, Line, spent

LANES = 1_000
SECONDS_OF_ONE, SECONDS_OF_ALL = 1.0, 20.0


def run() -> Iterator[Line]:
    """The time of one lane is that of the command less that of its start, libraries included."""
    with tempfile.TemporaryDirectory() as folder:
        _write_lanes(Path(folder), LANES)
        one = spent([*GRAFTRIAL, "transcripts", f"{folder}/lane0000.RCC", "--out", f"{folder}/one"])
        two = spent([*GRAFTRIAL, "transcripts", f"{folder}/lane000[01].RCC", "--out", f"{folder}/two"])
        all_of_them = spent([*GRAFTRIAL, "transcripts", folder, "--out", f"{folder}/all"])
    yield Line("one RCC to its page, with start and import", one.seconds, "s")
    yield Line("one RCC more", max(two.seconds - one.seconds, 0.001), "s", SECONDS_OF_ONE)
    yield Line(f"{LANES:,} RCC to tables and pages", all_of_them.seconds, "s", SECONDS_OF_ALL)
    yield Line("the same, processor time", all_of_them.processor_seconds, "s")
    yield Line("the same, peak memory", all_of_them.megabytes, "MB")


def _write_lanes(folder: Path, lanes: int) -> None:
    """Invented counts on the real panel."""
    from graftrial.clinical.transcripts.panel import probes

    draw = random.Random(20260101)
    for lane in range(lanes):
        rows = "".join(
            f"{each.code_class},{each.name},NM_1,{_count(each.name, each.code_class, draw)}\n"
            for each in probes()
        )
        text = (
            "<Header>\nFileVersion,1.7\n</Header>\n<Sample_Attributes>\n"
            f"ID,B{lane}\nGeneRLF,NS_Hs_Transplant_v1.0\n</Sample_Attributes>\n<Lane_Attributes>\nID,{lane % 12 + 1}\n"
            f"FovCount,280\nFovCounted,280\nBindingDensity,0.4\nCartridgeBarcode,C{lane // 12}\n</Lane_Attributes>\n"
            f"<Code_Summary>\nCodeClass,Name,Accession,Count\n{rows}</Code_Summary>\n<Messages>\n</Messages>\n"
        )
        (folder / f"lane{lane:04}.RCC").write_text(text, encoding="utf-8")


def _count(name: str, code_class: str, draw: random.Random) -> int:
    if code_class == "Positive":
        return round(150 * float(name.split("(")[1].rstrip(")"))) + draw.randint(1, 9)
    if code_class == "Negative":
        return draw.randint(0, 6)
    return round(draw.lognormvariate(4.5, 1.5))
