"""A later data cut never changes an earlier safety state, where the day of entry is recorded."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from graftrial import pipeline
from graftrial.pipeline.monitor import as_json, monitor

SYNTHETIC = Path(__file__).parents[2] / "examples/late-amr-synthetic"
CUTS = [date(2023, 3, 1) + timedelta(days=days) for days in (0, 60, 130, 147, 149, 152, 158, 240, 420)]
DAY_OF = {"adverse_events": "entered_date", "infusions": "start", "disposition": "date", "decisions": "date"}


def as_it_was(folder: Path, cut: date) -> Path:
    """The study folder as it lay there on that day: later rows had not been entered."""
    shutil.copytree(SYNTHETIC, folder)
    for table, column in DAY_OF.items():
        path = folder / "tables" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as given:
            reader = csv.DictReader(given)
            rows = [row for row in reader if row[column] <= cut.isoformat()]
        with path.open("w", encoding="utf-8", newline="") as written:
            writer = csv.DictWriter(written, reader.fieldnames or (), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    shutil.rmtree(folder / "worked_patients")
    return folder


@pytest.mark.parametrize("cut", CUTS, ids=lambda each: f"cut-{CUTS.index(each)}")
def test_replay_gives_the_state_of_the_day(tmp_path, cut):
    then = as_json(monitor(pipeline.run(as_it_was(tmp_path / "then", cut), cut.isoformat())))
    now = as_json(monitor(pipeline.run(SYNTHETIC, cut.isoformat())))
    assert now == then | {"exit_code": now["exit_code"]}
