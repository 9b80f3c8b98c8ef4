"""What the protocol says: the study file, read, checked and frozen. Knows no data."""

from graftrial.study.borrowed import check_borrowed_names
from graftrial.study.load import check_pins, load
from graftrial.study.model import Study
from graftrial.study.schema import schema, schema_text

__all__ = ["Study", "check_borrowed_names", "check_pins", "load", "schema", "schema_text"]
