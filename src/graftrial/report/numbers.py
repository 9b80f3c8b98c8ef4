"""The only rounding of the house, and the words that stand where no number does."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

NOT_REPORTED = "not reported"
NOT_ASSESSABLE = "not assessable"
WITHHELD = "date withheld"
LEFT_OUT = "left out for outsiders"
MINUS = "−"
SMALL_GROUP = 20
NAMES = {
    "egfr_ml_per_min_1_73m2": "eGFR",
    "upcr_mg_per_g": "urinary protein-creatinine ratio",
    "molecular_amr_score": "molecular AMR score",
    "bmi_kg_per_m2": "body mass index",
    "n_troughs": "number of troughs",
    "immunodominant_dsa_mfi": "MFI of the strongest donor-specific antibody",
    "donor_creatinine_mg_per_dl": "creatinine of the donor",
    "reference_linear_predictor": "the index at baseline",
    "has_hypertension": "hypertension, yes or no,",
    "has_diabetes": "diabetes, yes or no,",
}
INPUT = re.compile(r"\b([a-z][a-z0-9_]*) (?=is missing|is [^,;]+, expected)")
ABBREVIATIONS = {
    "amr": "AMR",
    "tcmr": "TCMR",
    "tma": "TMA",
    "gn": "glomerulonephritis",
    "ifta": "IFTA",
    "egfr": "eGFR",
    "msc": "MSC",
}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def rounded(number: float, digits: int = 0) -> str:
    """The number with that many decimals, halves away from zero, with a true minus sign and never `-0`.

    >>> rounded(-3.86, 1)
    '−3.9'
    """
    written = repr(float(number))
    after = written.partition(".")[2]
    if "e" in written or (len(after) == digits + 1 and after.endswith("5")) or not after.isdecimal():
        step = Decimal(1).scaleb(-digits)
        text = f"{Decimal(written).quantize(step, rounding=ROUND_HALF_UP):,f}"
    else:  # no tie, so that halves away from zero and halves to even agree
        text = f"{float(number):,.{digits}f}"
    text = text.replace(",", "\u202f")
    if not text.startswith("-"):
        return text
    return f"{MINUS}{text[1:]}" if text.strip("-0.\u202f") else text[1:]


def signed(number: float, digits: int = 0) -> str:
    """As `rounded`, with a plus sign before a rise."""
    text = rounded(number, digits)
    return f"+{text}" if number > 0 and text.strip("0.") else text


def plain(number: float, digits: int = 2) -> str:
    """At most that many decimals, without trailing zeros.

    >>> plain(100.0), plain(1.250)
    ('100', '1.25')
    """
    text = rounded(number, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def probability(number: float) -> str:
    """Two decimals, and never a certainty that the rounding alone would make.

    >>> probability(0.9987), probability(0.5), probability(0.0002)
    ('>\xa00.99', '0.50', '<\xa00.01')
    """
    text = rounded(number, 2)
    return {"1.00": ">\u00a00.99", "0.00": "<\u00a00.01"}.get(text, text)


def significant(number: float, digits: int = 3) -> str:
    """That many significant digits, in full."""
    if number == 0:
        return "0"
    return plain(number, max(0, digits - 1 - Decimal(repr(abs(float(number)))).adjusted()))


def power_of_ten(number: float, digits: int = 2) -> str:
    """A large count as mantissa and power.

    >>> power_of_ten(3.0e6)
    '3.00\xa0×\xa010⁶'
    """
    if abs(number) < 10_000:
        return plain(number)
    exponent = Decimal(repr(float(number))).adjusted()
    mantissa = rounded(number / 10**exponent, digits)
    if mantissa.startswith("10"):
        exponent += 1
        mantissa = rounded(number / 10**exponent, digits)
    return f"{mantissa}\u00a0×\u00a010{str(exponent).translate(SUPERSCRIPTS)}"


def percent(proportion: float, digits: int = 1) -> str:
    """A proportion between 0 and 1 in percent."""
    if proportion in (0, 1):
        return f"{rounded(100 * proportion)}%"
    return f"{rounded(100 * proportion, digits)}%"


def interval(lower: float, upper: float) -> str:
    """The exact 95% interval of a proportion, in words."""
    return f"95% CI {percent(lower)} to {percent(upper)}"


def counted(n: int, denominator: int | None, is_open: bool = False) -> str:
    """`1 of 3`; a percentage follows only where the group is large enough to carry one and the count is settled.

    >>> counted(1, 3), counted(30, 120)
    ('1 of 3', '30 of 120 (25.0%)')
    """
    if denominator is None:
        return rounded(n)
    words = f"{rounded(n)} of {rounded(denominator)}"
    return words if is_open or denominator < SMALL_GROUP else f"{words} ({percent(n / denominator)})"


def ordinal(number: int) -> str:
    """`2nd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def bounds(low: float | None, high: float | None) -> str:
    """`4`, or `0 to 3` while the number is not decided."""
    if low is None or high is None:
        return NOT_ASSESSABLE
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"


def day(number: int | None) -> str:
    """A study day in words: `day 28`, `day −3`."""
    return NOT_REPORTED if number is None else f"day {rounded(number)}"


def days(low: int | None, high: int | None, text: str | None = None) -> str:
    """A study day, or the range that a partial date leaves open, with the date as recorded where there is no day."""
    recorded = text or ""
    if low is None or high is None:
        return recorded.replace("D", "day ") if recorded.startswith("D") else recorded or NOT_REPORTED
    if low == high:
        return day(low)
    return f"day {rounded(low)} to {rounded(high)}"


def yes_no(value: bool | None) -> str:
    """Yes, no or not reported."""
    return NOT_REPORTED if value is None else "yes" if value else "no"


def words(value: object) -> str:
    """A cell as text; empty is not reported."""
    if value is None or value == "":
        return NOT_REPORTED
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, float):
        return plain(value)
    return str(value)


def spoken(code: str) -> str:
    """A category of the data as words: `recovered_with_sequelae` becomes `recovered with sequelae`."""
    for name, words_of_the_field in NAMES.items():
        code = code.replace(name, words_of_the_field)
    return " ".join(
        ABBREVIATIONS.get(each, each) for each in code.replace("_", " ").replace(";", " ;").split(" ")
    ).replace(" ;", ";")


def reason_words(reason: str) -> str:
    """A reason of a rule with its inputs as words.

    >>> reason_words("ifta is missing; donor_creatinine_mg_per_dl is missing")
    'IFTA is missing; creatinine of the donor is missing'
    """
    return INPUT.sub(lambda found: f"{spoken(found[1])} ", reason)


def unit_words(unit: str) -> str:
    """The unit as it is printed.

    >>> unit_words("10^9/L"), unit_words("umol/L")
    ('10⁹/L', 'µmol/L')
    """
    powers = re.sub(r"\^(-?\d+)", lambda found: found[1].translate(SUPERSCRIPTS), unit)
    return powers.replace("m2", "m²").replace("log2", "log₂").replace("umol", "µmol")


def value_words(recorded: str) -> str:
    """A recorded fact: a number with three significant digits, words as words.

    >>> value_words("38.044362102134556"), value_words("recurrent_gn")
    ('38', 'recurrent glomerulonephritis')
    """
    try:
        number = float(recorded)
    except ValueError:
        return spoken(recorded)
    return significant(number)


def plural(n: int, one: str, many: str = "") -> str:
    """`1 event`, `3 events`."""
    return f"{rounded(n)} {one if n == 1 else many or one + 's'}"
