"""From the text of a cell to a number, without a guess: what can be read in two ways is not read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from graftrial.intake.declaration import Column
from graftrial.intake.reading import Notation, Reading, refused

LARGEST_INTEGER = 2**31 - 1
PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
ONE_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[,.]\d{3}", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:[,.'’\s]\d{3})+(?:[.,]\d+)?|\s\d+)", re.ASCII)
CENSORED = re.compile(r"(?:[<>≤≥]=?|less than|more than|under|over)\s*[+-]?[\d.,]+", re.ASCII | re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)


def number_reader(column: Column, notation: Notation) -> Callable[[str], Reading]:
    """A reader of numbers in the plausible range; under a decimal comma it is 1.234 that has two meanings."""
    other, used = (".", ",") if notation.decimal_comma else (",", ".")
    is_suspicious = other == "," or not notation.has_typed_numbers

    def read(text: str) -> Reading:
        plain = text.replace("\u2212", "-")
        if is_suspicious and other in plain and MAYBE_THOUSANDS.fullmatch(plain):
            whole, decimal = plain.replace(other, ""), plain.replace(other, used)
            return refused("GT-IN-030", value=text, thousands=whole, decimal=decimal)
        if PLAIN.fullmatch(plain):
            return _in_range(column, float(plain), text)
        if ONE_COMMA.fullmatch(plain):
            remark = "" if notation.decimal_comma else "GT-IN-029"
            return _in_range(column, float(plain.replace(",", ".")), text, remark)
        return refused(_why_not(plain), value=text, expected=column.expected())

    return read


def _why_not(text: str) -> str:
    for code, shape in (("GT-IN-033", NOT_FINITE), ("GT-IN-031", CENSORED), ("GT-IN-032", GROUPED)):
        if shape.fullmatch(text):
            return code
    return "GT-IN-022"


def _in_range(column: Column, number: float, text: str, remark: str = "") -> Reading:
    if not math.isfinite(number):
        return refused("GT-IN-033", value=text)
    if column.kind == "integer" and (not number.is_integer() or abs(number) > LARGEST_INTEGER):
        return refused("GT-IN-026", value=text, expected=column.expected())
    if (column.low is not None and number < column.low) or (column.high is not None and number > column.high):
        return refused("GT-IN-025", value=text, expected=column.expected())
    value = int(number) if column.kind == "integer" else number
    return Reading(value, remark, {"value": text} if remark else {})
