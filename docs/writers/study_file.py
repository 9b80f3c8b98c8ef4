"""The reference of the study file, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graftrial.study.schema import schema
from writers.markdown import code, page, table

Node = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Markdown by path below docs/."""
    whole: Node = schema()
    parts = [_section(name, given, whole) for name, given in whole["properties"].items()]
    intro = (
        "Every key of `study.toml`. Keys that are not listed here are refused, with the line and a suggestion. "
        "`graftrial init` writes `study.schema.json`, the same facts for editors. "
        "How to fill it in: [the study file](../study-file.md)."
    )
    return {"reference/study-file.md": page("# Study file reference", intro, *parts)}


def _section(name: str, given: Node, whole: Node) -> str:
    part, many = _resolved(given, whole)
    title = f"[[{name}]]" if many else f"[{name}]"
    if "properties" not in part:
        return page(f"## `{title}` {{ #{name} }}", f"{given.get('description', '')}. {_kind(given, whole)}.")
    return page(f"## `{title}` {{ #{name} }}", _sentence(given), *_tables(name, part, whole))


def _tables(path: str, part: Node, whole: Node) -> Iterator[str]:
    """The keys of a part as a table, then the parts within it."""
    required = set(part.get("required", ()))
    rows = []
    inner: list[tuple[str, Node]] = []
    for key, given in part["properties"].items():
        below, many = _resolved(given, whole)
        if "properties" in below:
            inner.append((f"{path}.{key}", below))
        expected = (
            f"{'list of parts' if many else 'part'}, below" if "properties" in below else _kind(given, whole)
        )
        rows.append(
            (code(key), given.get("description", ""), expected, "yes" if key in required else _default(given))
        )
    yield table(("key", "means", "expected", "required or default"), rows)
    for name, below in inner:
        yield f"### `{name}`"
        yield from _tables(name, below, whole)


def _resolved(given: Node, whole: Node) -> tuple[Node, bool]:
    """The part that a key holds, and whether it is a list of them."""
    if given.get("type") == "array" and isinstance(given.get("items"), Mapping):
        return _resolved(given["items"], whole)[0], True
    if "$ref" in given:
        return whole["$defs"][given["$ref"].rsplit("/", 1)[1]], False
    return given, False


def _kind(given: Node, whole: Node) -> str:
    if "anyOf" in given:
        return " or ".join(_kind(each, whole) for each in given["anyOf"])
    if "enum" in given or "const" in given:
        return ", ".join(str(each) for each in given.get("enum", [given.get("const")]))
    named = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}
    kind = given.get("type")
    if kind == "array":
        return (
            f"list of {_kind(given['items'], whole)}" if isinstance(given.get("items"), Mapping) else "list"
        )
    if kind == "object":
        values = given.get("additionalProperties")
        return f"name = {_kind(values, whole)}" if isinstance(values, Mapping) else "names and values"
    words = named.get(str(kind), "text")
    for key, sign in (
        ("minimum", "≥"),
        ("exclusiveMinimum", ">"),
        ("maximum", "≤"),
        ("exclusiveMaximum", "<"),
    ):
        if key in given:
            words += f" {sign} {given[key]:g}"
    return words


def _default(given: Node) -> str:
    default = given.get("default")
    if default in (None, "", [], {}):
        return ""
    return code(str(default).lower() if isinstance(default, bool) else default)


def _sentence(given: Node) -> str:
    words = str(given.get("description", ""))
    return f"{words[:1].upper()}{words[1:]}." if words else ""
