"""The error catalogue: one page a code, from the catalogues inside the package and the executed examples of errors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from graftrial.findings import Kind, catalogue
from writers.markdown import code as as_code
from writers.markdown import fence, page, table

EXAMPLES = Path(__file__).parents[1] / "error_examples.toml"
ENDS = {
    1: "1, our bug",
    2: "2, wrong usage, unreadable input or unwritable output",
    3: "3, the study file is wrong",
}
WITHHELD = {
    "nothing": "nothing",
    "cell": "the cell; it counts as not known",
    "row": "the row; the balance of the table counts it",
    "table": "the table",
    "result": "the results that it touches; the row stays",
}
Entry = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Markdown by path below docs/: errors/CODE.md, and errors/index.md with all of them."""
    examples = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    raised = errors()
    rows = [
        (f"[{code}]({code}.md)", kind.title, kind.severity, "yes" if kind.blocking else "no", kind.withholds)
        for code, kind in sorted(catalogue().items())
    ]
    ends = [(f"[{code}]({code}.md)", body["title"], body["exit"]) for code, body in sorted(raised.items())]
    intro = (
        "Every message carries a code. *Findings* are problems in the data: counted, located, never repaired by us. "
        "*Errors* end a run before anything is written. Every example on these pages is executed by a test."
    )
    index = page(
        "# Findings and errors",
        intro,
        "## Findings",
        table(("code", "what", "severity", "blocking", "withholds"), rows),
        "## Errors that end a run",
        table(("code", "what", "exit code"), ends),
    )
    return (
        {"errors/index.md": index}
        | {f"errors/{code}.md": _finding(kind) for code, kind in catalogue().items()}
        | {f"errors/{code}.md": _error(code, body, examples.get(code, {})) for code, body in raised.items()}
    )


def errors() -> dict[str, Entry]:
    """Every code that ends a run, from the catalogues `errors_*.toml`."""
    found: dict[str, Entry] = {}
    folder = files("graftrial").joinpath("catalogue")
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.startswith("errors_") and path.name.endswith(".toml"):
            found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def _finding(kind: Kind) -> str:
    facts = [
        ("severity", kind.severity),
        ("blocking", "yes: the run ends with exit code 4" if kind.blocking else "no"),
        ("withholds", WITHHELD[kind.withholds]),
        ("why", _open(kind.why)),
        ("fix", _open(kind.fix)),
    ]
    return page(
        f"# {kind.code}",
        f"**{_open(kind.title)}**",
        table(("", ""), facts),
        _tables("Shows it", kind.example),
        _tables("Put right", kind.corrected),
    )


def _tables(heading: str, given: Mapping[str, str]) -> str:
    blocks = []
    for name, text in given.items():
        if name in ("encoding", "skip"):
            continue
        language, title = ("toml", "study.toml") if name == "study" else ("csv", f"tables/{name}.csv")
        blocks.append(fence(text, language, title))
    encoding = f"Written in {given['encoding']}." if "encoding" in given else ""
    return page(f"## {heading}", *blocks, encoding) if blocks else ""


def _error(code: str, body: Entry, shown: Entry) -> str:
    facts = [("exit code", ENDS[body["exit"]]), ("why", _open(body["why"])), ("fix", _open(body["fix"]))]
    parts = [f"# {code}", f"**{_open(body['title'])}**", table(("", ""), facts)]
    for heading, key in (("Shows it", "example"), ("Put right", "corrected")):
        if key in body:
            parts.append(page(f"## {heading}", fence(body[key], "toml", "study.toml")))
        elif key in shown:
            parts.append(page(f"## {heading}", *_files(shown[key])))
    return page(*parts)


def _files(given: Entry) -> list[str]:
    blocks = []
    for name, content in given.get("files", {}).items():
        if content is False:
            blocks.append(f"`{name}` is not there.")
        elif name.endswith("/"):
            blocks.append(f"`{name}` is a folder.")
        elif isinstance(content, Mapping) and "bytes" in content:
            blocks.append(f"`{name}` begins with the bytes {as_code(content['bytes'])}.")
        elif isinstance(content, Mapping):
            blocks.append(fence(content["text"].replace("{long}", "… 1,100,000 letters …"), "csv", name))
        elif content == "":
            blocks.append(f"`{name}` has no bytes.")
        else:
            blocks.append(fence(content, "toml" if name.endswith(".toml") else "csv", name))
    return [*blocks, fence(given["command"], "console")]


def _open(sentence: str) -> str:
    """A sentence of the catalogue; the words that a message fills in stand in italics."""
    return sentence.replace("{", "*").replace("}", "*")
