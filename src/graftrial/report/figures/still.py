"""The still picture of a figure, as SVG text, where the optional renderer is installed."""

from __future__ import annotations

import copy
import json
import re
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from graftrial.report.blocks import Spec
from graftrial.report.figures.theme import CONFIG, STATIC_WIDTH

VEGA_LITE = "6.4"
HOW_TO_GET = (
    "Still pictures (SVG) were not written because the optional renderer is not installed; "
    "`pip install 'graftrial[figures]'` adds it. The specifications (.vl.json) open in any Vega editor."
)


class Renderer(Protocol):
    """The one function of vl-convert that is used."""

    def vegalite_to_svg(
        self, vl_spec: str, vl_version: str, config: Spec, allowed_base_urls: list[str]
    ) -> str:
        """SVG of a Vega-Lite specification."""


def is_available() -> bool:
    """Whether still pictures can be made on this machine."""
    return find_spec("vl_convert") is not None


def renderer() -> Renderer:
    """The renderer; the import is here because starting it takes longer than a whole page without pictures."""
    module: Renderer = import_module("vl_convert")
    return module


def still(spec: Spec) -> str:
    """The figure as SVG at the fixed width of print, without any link to the network."""
    fixed = copy.copy(spec)
    if fixed.get("width") == "container":
        fixed["width"] = STATIC_WIDTH
    text = json.dumps(fixed, ensure_ascii=False, allow_nan=False)
    return renderer().vegalite_to_svg(text, vl_version=VEGA_LITE, config=CONFIG, allowed_base_urls=[])


def inline(svg: str, prefix: str) -> str:
    """The same SVG to stand in a page: ids made unique, fluid width, and the words left to the figure's caption."""
    svg = re.sub(r'\bid="([\w.-]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([\w.-]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'(xlink:href|href)="#([\w.-]+)"', rf'\1="#{prefix}-\2"', svg)
    return svg[svg.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
