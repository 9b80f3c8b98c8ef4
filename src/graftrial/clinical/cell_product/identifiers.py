"""Donation numbers: opaque text, of which only the public check character is computed (ISO/IEC 7064 mod 37-2)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SYMBOLS = ALPHABET + "*"
RADIX, MODULUS = 2, 37
LENGTH = 13  # of a donation identification number, without its two flag characters


def check_character(number: str) -> str | None:
    """Check character of a number in upper-case letters and digits; None where it holds anything else.

    >>> check_character("L4C1213383452")
    'Y'
    """
    if not number or any(each not in ALPHABET for each in number):
        return None
    remainder = 0
    for each in number:
        remainder = (remainder + ALPHABET.index(each)) * RADIX % MODULUS
    return SYMBOLS[(MODULUS + 1 - remainder) % MODULUS]


def is_check_character_right(number: str, character: str) -> bool | None:
    """Whether a number and its check character belong together; None where no check character can be computed."""
    expected = check_character(number)
    return None if expected is None else expected == character
