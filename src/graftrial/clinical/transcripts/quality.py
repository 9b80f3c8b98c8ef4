"""Quality checks of one nCounter lane: their limits, their sources, and the verdict of a value.

A check that cannot be computed is not assessable and never passes. A limit that no source confirms gives no verdict:
the value is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graftrial.clinical.card import Source

PASS, WARN, FAIL, REPORTED, NOT_ASSESSABLE = "pass", "warn", "fail", "reported", "not assessable"
NCOUNTER = "nCounter gene expression, data analysis guidelines of the maker (NanoString MAN-C0011)"
HISTOMX = "HistoMx, Paris Transplant Group, quality check of the lane"
INSTRUMENTS = {"max": 2.25, "flex": 2.25, "sprint": 1.8}  # highest binding density


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is computed, between which bounds it passes, what it is outside them, and where that is written.

    low, high: bounds, included unless `low_excluded`; null where there is none.
    outside: verdict outside the bounds; `reported` where no bound is confirmed.
    """

    id: str
    title: str
    unit: str
    threshold: str
    source: Source
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    outside: str = FAIL

    def verdict(self, value: float | None) -> str:
        """pass, warn, fail, reported, or not assessable where there is no value.

        >>> CHECKS["imaging"].verdict(0.8), CHECKS["imaging"].verdict(None)
        ('pass', 'not assessable')
        """
        if value is None:
            return NOT_ASSESSABLE
        if self.low is None and self.high is None:
            return REPORTED
        too_low = self.low is not None and (value < self.low or (self.low_excluded and value == self.low))
        too_high = self.high is not None and value > self.high
        return self.outside if too_low or too_high else PASS


def _guideline(locator: str) -> Source:
    return Source(NCOUNTER, locator)


_ALL = (
    Check(
        "imaging", "fields of view counted, as a share of those asked for", "", "at least 0.75",
        _guideline("imaging quality: counted / attempted fields of view"), low=0.75,
    ),
    Check(
        "binding_density", "optical features per square micrometre", "per µm²",
        "0.1 to 2.25 (MAX, FLEX); 0.1 to 1.8 (SPRINT)",
        _guideline("binding density, by instrument"), low=0.1, high=2.25,
    ),
    Check(
        "positive_linearity", "R² of log10 count on log10 concentration, POS_A to POS_E", "", "at least 0.95",
        _guideline("positive control linearity"), low=0.95,
    ),
    Check(
        "limit_of_detection", "limit of detection, mean + 2 SD (n − 1) of the eight negative controls", "count",
        "below the count of POS_E", _guideline("limit of detection: POS_E above mean + 2 SD of the negatives"),
    ),
    Check(
        "positive_factor", "geometric mean of POS_A to POS_F: mean of the lanes of this run / this lane", "",
        "0.3 to 3; changes with the lanes of the run", _guideline("positive control normalisation factor"),
        low=0.3, high=3.0, outside=WARN,
    ),
    Check(
        "hk_factor", "housekeeping geometric mean: mean of the 537 reference biopsies / this lane", "",
        "none confirmed (0.1 to 10 is often quoted)", _guideline("content normalisation factor; limit unconfirmed"),
    ),
    Check(
        "hk_below_lod", "housekeeping genes of twelve below the limit of detection", "genes", "0",
        Source(HISTOMX, "housekeeping genes under the limit of detection"), high=0.0, outside=WARN,
    ),
    Check(
        "hk_over_lod", "geometric mean (+1) of twelve housekeeping genes / limit of detection", "", "none; reported",
        Source(HISTOMX, "housekeeping level over the limit of detection"),
    ),
    Check(
        "detection_percent", "endogenous genes above the limit of detection", "%", "none; reported",
        Source(HISTOMX, "share of endogenous genes above the limit of detection"),
    ),
)  # fmt: skip
CHECKS = {each.id: each for each in _ALL}


def density_check(instrument: str = "") -> Check:
    """The check of binding density for that instrument: max, flex or sprint.

    An RCC file does not state the instrument in words; without it, a density that only one of them allows is a warning.
    """
    check = CHECKS["binding_density"]
    if not instrument:
        return check
    high = INSTRUMENTS[instrument]
    return replace(check, high=high, threshold=f"0.1 to {high:g} ({instrument.upper()})")


def density_verdict(value: float | None, instrument: str = "") -> str:
    """The verdict; a density that only some instruments allow is a warning while the instrument is not named."""
    verdict = density_check(instrument).verdict(value)
    is_between = value is not None and value > min(INSTRUMENTS.values())
    return WARN if verdict == PASS and is_between and not instrument else verdict


def whole(verdicts: list[str]) -> str:
    """The verdict of the lane: the worst of its checks; not assessable where none could be computed."""
    for worst in (FAIL, WARN, PASS):
        if worst in verdicts:
            return worst
    return NOT_ASSESSABLE
