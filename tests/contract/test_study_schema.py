"""The schema that editors use is the schema of the code, and covers every key of the study file."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path

from graftrial.study.keys import SYNONYMS, keys
from graftrial.study.schema import schema, schema_text

COMMITTED = Path(__file__).parents[2] / "schemas" / "study.schema.json"


def test_the_committed_schema_is_that_of_the_code():
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), (
        "run: python -c 'from pathlib import Path; from graftrial.study.schema import write_schema; "
        'write_schema(Path("schemas/study.schema.json"))\''
    )


def test_every_key_is_described_for_who_types_it():
    parts = {"": schema(), **schema()["$defs"]}
    undescribed = [
        f"{part}.{name}"
        for part, body in parts.items()
        for name, field in body["properties"].items()
        if not field.get("description")
    ]
    assert not undescribed
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema()


def test_unknown_keys_are_refused_at_every_level():
    assert all(body["additionalProperties"] is False for body in (schema(), *schema()["$defs"].values()))


def test_nothing_that_toml_cannot_say_is_in_the_schema():
    assert "null" not in json.dumps(schema())


def test_the_template_of_init_uses_only_keys_of_the_schema():
    text = files("graftrial.exports").joinpath("template", "study.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ./study.schema.json\n")
    assert tomllib.loads(text).keys() <= schema()["properties"].keys()
    explained = text.replace("# [", "[").replace(".baseline]", "]").replace(".rules]", "]")
    assert all(f"[{name}" in explained for name in schema()["properties"])


def test_every_synonym_leads_to_a_key_that_exists():
    assert set(SYNONYMS.values()) <= keys().keys() | {"intake.units"}
    assert not SYNONYMS.keys() & {each for each in keys() if "." not in each}
