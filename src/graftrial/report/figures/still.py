"""The still picture of a figure, as SVG text, where the optional renderer is installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, Queue
from typing import Self, TypeAlias

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import CONFIG, STATIC_WIDTH

Process: TypeAlias = "subprocess.Popen[str]"
WORKERS = 2
AXIS = 70  # px that an axis of numbers takes beside the plot
VEGA_LITE = "6.4"
HOW_TO_GET = (
    "Still pictures (SVG) were not written because the optional renderer is not installed; "
    "`pip install 'graftrial[figures]'` adds it. The specifications (.vl.json) open in any Vega editor."
)


def is_available() -> bool:
    """Whether still pictures can be made on this machine."""
    return find_spec("vl_convert") is not None


class Stills:
    """Draws still pictures in processes of their own, which warm up while the data are read.

    Use it as a context; without the optional renderer it draws nothing.
    """

    def __init__(self, workers: int = WORKERS) -> None:
        self._wanted = workers if is_available() else 0
        self._workers: list[Process] = []
        self._beside = ThreadPoolExecutor(1)

    def start(self) -> None:
        """Starts the processes, so that they are warm when they are needed; `begin` does where nobody did."""
        command = [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))]
        while len(self._workers) < self._wanted:
            worker = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
            _send(worker, "")
            self._workers.append(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
            worker.communicate()
        self._beside.shutdown()

    def begin(self, specs: Mapping[str, Spec]) -> Future[Mapping[str, str]]:
        """SVG of each specification, by name, as it will be; empty without the renderer."""
        self.start()
        return self._beside.submit(self._draw, specs)

    def _draw(self, specs: Mapping[str, Spec]) -> Mapping[str, str]:
        if not self._workers:
            return {}
        waiting: Queue[str] = Queue()
        for name in specs:
            waiting.put(name)
        drawn: dict[str, str] = {}
        with ThreadPoolExecutor(len(self._workers)) as threads:
            for each in [
                threads.submit(self._work, worker, waiting, specs, drawn) for worker in self._workers
            ]:
                each.result()
        return {name: drawn[name] for name in specs}

    def _work(
        self, worker: Process, waiting: Queue[str], specs: Mapping[str, Spec], drawn: dict[str, str]
    ) -> None:
        _receive(worker)  # the answer to the warm-up
        while True:
            try:
                name = waiting.get_nowait()
            except Empty:
                break
            _send(worker, _at_fixed_width(specs[name]))
            drawn[name] = _receive(worker)
        _send(worker, "")  # so that a later call finds an answer to the warm-up again


def still(spec: Spec) -> str:
    """One figure as SVG, by a process started for it alone; empty without the renderer."""
    with Stills(workers=1) as stills:
        return stills.begin({"figure": spec}).result().get("figure", "")


def _at_fixed_width(spec: Spec) -> str:
    """The specification as JSON, at the fixed width of print."""
    fixed = dict(spec)
    if fixed.get("width") == "container":
        is_fitted = _has_names_aside(
            spec
        )  # fitting lays every text out twice, a third of the time of a picture
        fixed["width"] = STATIC_WIDTH if is_fitted else STATIC_WIDTH - AXIS
        if not is_fitted:
            fixed.pop("autosize", None)
    return json.dumps(fixed, ensure_ascii=False, allow_nan=False)


def _has_names_aside(part: SpecValue) -> bool:
    """Whether names of any length stand beside the plot: a vertical axis that is not of numbers."""
    if isinstance(part, dict):
        y = part.get("y")
        is_named = isinstance(y, dict) and y.get("type") in ("nominal", "ordinal")
        return is_named or any(_has_names_aside(each) for name, each in part.items() if name != "data")
    return isinstance(part, list) and any(_has_names_aside(each) for each in part)


def _send(worker: Process, spec: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(json.dumps({"spec": spec, "version": VEGA_LITE, "config": CONFIG}) + "\n")
    worker.stdin.flush()


def _receive(worker: Process) -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("the process that draws has ended")
    return str(json.loads(line)["svg"])


def inline(svg: str, prefix: str) -> str:
    """The same SVG to stand in a page: ids made unique, fluid width, and the words left to the figure's caption."""
    svg = re.sub(r'\bid="([\w.-]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([\w.-]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'(xlink:href|href)="#([\w.-]+)"', rf'\1="#{prefix}-\2"', svg)
    return svg[svg.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
