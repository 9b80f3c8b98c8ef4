"""The study file as JSON Schema (draft 2020-12), for editors that complete and check while one types."""

from __future__ import annotations

import json
from pathlib import Path

from graftrial.study.model import Study

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, object]:
    """JSON Schema of `study.toml`."""
    plain = _plain(Study.model_json_schema())
    assert isinstance(plain, dict)
    return {"$schema": DRAFT, "title": "graftrial study file", **plain}


def schema_text() -> str:
    """The schema as it is written into files: indented, one line end at the end."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the schema into a file."""
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


def _plain(node: object) -> object:
    """Without what TOML cannot say (null) and without the titles that only repeat the names."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _plain(each) for name, each in value.items()}
        if key in ("properties", "$defs")
        else _plain(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
    alternatives = kept.get("anyOf")
    if isinstance(alternatives, list):
        told = [each for each in alternatives if each != {"type": "null"}]
        del kept["anyOf"]
        kept = {**told[0], **kept} if len(told) == 1 else {"anyOf": told, **kept}
    return kept
