"""What the protocol says: the study file, read, checked and frozen. Knows no data."""

from graftrial.study.facts import check_facts
from graftrial.study.load import check_pins, load
from graftrial.study.model import Study
from graftrial.study.schema import schema, schema_text

__all__ = ["Study", "check_facts", "check_pins", "load", "schema", "schema_text"]
