"""The tables of a study as a REDCap data dictionary, ready for Project Setup > Data Dictionary > Upload.

A REDCap record is a subject, so the tables about subjects become instruments: `subjects` once a record, every
other one repeating. The dictionary cannot switch repeating on; the first field of the instrument asks for it.
Tables about the whole trial (sites, amendments, decisions, reported) have no record to lie in and stay files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl

from graftrial.exports.dictionary import limit
from graftrial.intake.declaration import Column, TableDeclaration, tables

HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
RECORD_ID = "subject_id"
LONGEST_NAME = 26  # REDCap warns above 26 characters: statistics packages may cut the name

PREFIXES: Mapping[str, str] = {
    "subjects": "",
    "deviations": "dev",
    "disposition": "ds",
    "treatments": "tx",
    "products": "prod",
    "product_tests": "ptest",
    "custody": "cust",
    "infusions": "inf",
    "adverse_events": "ae",
    "labs": "lb",
    "hla": "hla",
    "antibodies": "ab",
    "biopsies": "bx",
    "transcripts": "tr",
}
SHORT_WORDS: Mapping[str, str] = {
    "serious": "ser",
    "related": "rel",
    "standard_therapy": "std",
    "investigator": "inv",
    "sponsor": "spo",
}
FIELD_TYPES: Mapping[str, str] = {"category": "dropdown", "yes_no": "yesno", "free_text": "notes"}
VALIDATIONS: Mapping[str, str] = {"integer": "integer", "number": "number", "age": "number"}
IDENTIFYING = (
    "moment",
    "free_text",
)  # what the report for outsiders leaves out, a REDCap export may leave out too


def redcap_dictionary() -> pl.DataFrame:
    """One row for every REDCap field, under REDCap's own 18 headings; the first field is the record id."""
    rows = [[field.get(name, "") for name in HEADER] for field in _fields()]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String), orient="row")


@cache
def variable_names() -> Mapping[tuple[str, str], str]:
    """REDCap variable of every (table, column); the record id stands for `subject_id` everywhere."""
    names: dict[tuple[str, str], str] = {}
    for table, prefix in PREFIXES.items():
        for column in tables()[table].columns:
            names[table, column] = RECORD_ID if column == RECORD_ID else _variable(prefix, column)
    return names


def _variable(prefix: str, column: str) -> str:
    name = column
    if prefix and not column.startswith(f"{prefix}_"):
        name = f"{prefix}_{column}"
    for word, short in SHORT_WORDS.items():
        if len(name) <= LONGEST_NAME:
            break
        name = name.replace(word, short)
    return name


def _fields() -> Iterator[dict[str, str]]:
    for table in PREFIXES:
        declaration = tables()[table]
        own = [each for each in declaration.columns.values() if table == "subjects" or each.name != RECORD_ID]
        for position, column in enumerate(own):
            yield _field(declaration, column, is_first=position == 0)


def _field(table: TableDeclaration, column: Column, *, is_first: bool) -> dict[str, str]:
    is_record_id = column.name == RECORD_ID
    has_limits = column.kind in VALIDATIONS
    is_identifier = column.personal or column.kind in IDENTIFYING
    return {
        "Variable / Field Name": variable_names()[table.name, column.name],
        "Form Name": table.name,
        "Section Header": _section(table) if is_first and not is_record_id else "",
        "Field Type": FIELD_TYPES.get(column.kind, "text"),
        "Field Label": column.means[0].upper() + column.means[1:],
        "Choices, Calculations, OR Slider Labels": " | ".join(
            f"{each}, {each.replace('_', ' ')}" for each in column.choices
        ),
        "Field Note": _note(column),
        "Text Validation Type OR Show Slider Number": VALIDATIONS.get(column.kind, ""),
        "Text Validation Min": limit(column.low) if has_limits else "",
        "Text Validation Max": limit(column.high) if has_limits else "",
        "Identifier?": "y" if is_identifier else "",
        "Required Field?": "y" if column.required and not is_record_id else "",
        "Field Annotation": f"graftrial: {table.name}.{column.name}",
    }


def _section(table: TableDeclaration) -> str:
    return f"{table.title}. Repeating instrument: one instance is {table.row}"


def _note(column: Column) -> str:
    # REDCap's own date validation refuses partial dates, which this field has to keep
    if column.kind == "moment":
        return "2019-03-11, or 2019-03 or 2019 where only that is known, or a study day such as D28"
    return column.unit
