"""Why nothing is invented: the problems of `catalogue/errors_simulate.toml`."""

from __future__ import annotations

from graftrial.errors import OutputUnwritable, UsageError


def refusal(code: str, where: str, **words: object) -> UsageError:
    """The error of that code, to be raised."""
    return UsageError.of(code, where, **words)


def unwritable(where: str, reason: OSError) -> OutputUnwritable:
    """GT-SIM-005."""
    return OutputUnwritable.of("GT-SIM-005", where, reason=reason.strerror or "the system refused")
