"""How fast dose-finding designs are judged: CRM against the published simulation time, BOIN by all its paths."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.measure import ROOT, Line, environment

PEER_SECONDS = 3.8  # dfcrm crmsim, 1,000 trials of 24 patients
TIMES_FASTER = 20
TIMES = 5
TRUE = (0.05, 0.12, 0.25, 0.4, 0.55)


def run() -> Iterator[Line]:
    """A process of its own; seconds of its processors."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.designs"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )
    took = json.loads(told.stdout)
    yield Line(
        "CRM, 24 patients, exact: times faster than dfcrm",
        PEER_SECONDS / took["crm"],
        "x",
        TIMES_FASTER,
        True,
    )
    yield Line("BOIN, 30 patients, 5 doses, exact", took["boin"] * 1e3, "ms", 100)
    yield Line("Simon, optimal and minimax, .10 against .30", took["simon"] * 1e3, "ms", 200)


def _measure() -> dict[str, float]:
    import scipy.special  # noqa: F401 (loaded where it is used; here it is not counted)

    from graftrial.stats.designs import Boin, Crm, simon, skeleton

    crm = Crm(0.25, 5, 3, 24, skeleton=skeleton(0.05, 0.25, 3, 5))
    boin = Boin(0.3, 5)
    calls = {
        "crm": lambda: crm.operating_characteristics([TRUE]),
        "boin": lambda: boin.operating_characteristics([TRUE]),
        "simon": lambda: simon(0.1, 0.3, 0.05, 0.2),
    }
    took = {}
    for name, call in calls.items():
        began = time.process_time()
        for _ in range(TIMES):
            call()
        took[name] = (time.process_time() - began) / TIMES
    return took


if __name__ == "__main__":
    print(json.dumps(_measure()))
