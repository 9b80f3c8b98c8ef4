"""`python -m benchmarks` prints one table; `python -m benchmarks NAME …` runs those alone.

Ends with 0 whether or not a limit is kept: these are measurements, not tests. A command that fails ends it with 1.
"""

from __future__ import annotations

import importlib
import os
import sys
from importlib.util import find_spec

from benchmarks.measure import CommandFailed, Line, on_two_cores

NAMES = (
    "start_up", "reports", "egfr", "banff", "antibodies", "statistics", "stopping", "designs",
    "transcripts", "training",
)  # fmt: skip
HEAD = f"{'what':<44}{'measured':>12}  {'limit':>12}{'ratio':>8}  within"


def main(chosen: list[str]) -> int:
    """Runs the chosen benchmarks, all of them if none is named."""
    known = [name for name in NAMES if find_spec(f"benchmarks.{name}")]
    if unknown := [name for name in chosen if name not in known]:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    on_two_cores()
    print(f"{min(os.cpu_count() or 1, 2)} cores, Python {sys.version.split()[0]}\n{HEAD}", flush=True)
    for name in chosen or known:
        try:
            for line in importlib.import_module(f"benchmarks.{name}").run():
                print(_shown(line), flush=True)
        except CommandFailed as failed:
            print(failed, file=sys.stderr)
            return 1
    return 0


def _shown(line: Line) -> str:
    measured = (
        f"{line.measured:,.3g} {line.unit}" if line.measured < 1000 else f"{line.measured:,.0f} {line.unit}"
    )
    if line.limit is None or line.ratio is None:
        return f"{line.name:<44}{measured:>12}"
    limit = f"{line.limit:,.0f} {line.unit}"
    return (
        f"{line.name:<44}{measured:>12}  {limit:>12}{line.ratio:>8.2f}  {'yes' if line.ratio <= 1 else 'no'}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
