"""What every part of a study file has in common, and the kinds of value in it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
    StringConstraints,
)

from graftrial.dates import NotAMoment, read_moment

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _without_quotes(given: object) -> object:
    """TOML reads 2024-01-31 without quotes as a date of its own kind; both spellings mean the same."""
    return given.isoformat() if type(given) is date else given


def _exists(given: str) -> str:
    try:
        read_moment(given)
    except NotAMoment as refused:
        raise ValueError(f"'{given}' is no day of the calendar") from refused
    return given


def _known_encoding(given: str) -> str:
    try:
        "".encode(given)
    except LookupError as refused:
        raise ValueError(
            f"'{given}' is no known encoding; usual ones are utf-8, windows-1250, windows-1252"
        ) from refused
    return given


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
PartialDate = Annotated[
    str, StringConstraints(pattern=DATE_PATTERN), BeforeValidator(_without_quotes), AfterValidator(_exists)
]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
YesNo = Annotated[bool, Strict()]
Name = Annotated[str, StringConstraints(min_length=1)]
Encoding = Annotated[str, AfterValidator(_known_encoding)]
Scalar = str | Number | Whole | YesNo


class Part(BaseModel):
    """Every part of a study file: no unknown keys, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
