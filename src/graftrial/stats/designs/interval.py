"""The model-free interval designs beside BOIN: mTPI-2, keyboard, i3+3. Ends of intervals are compared as rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isclose
from typing import ClassVar

from graftrial.stats.designs.table_design import TableDesign
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True)
class IntervalDesign(TableDesign):
    """below, above: how far the interval of acceptable toxicity goes below and above the target."""

    below: float = 0.05
    above: float = 0.05

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (0 < self.below < self.target and 0 < self.above < 1 - self.target):
            raise WrongDesign(
                "GT-DSGN-001", "below", expected="above 0, so that the interval lies within 0 to 1"
            )

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        """Ends of the acceptable interval as written: 0.33 - 0.03 is 3/10."""
        target = Fraction(repr(self.target))
        return target - Fraction(repr(self.below)), target + Fraction(repr(self.above))

    def _keys(self) -> tuple[list[tuple[Fraction, Fraction]], list[tuple[Fraction, Fraction]]]:
        """Intervals of one width below and above the acceptable one, outward; the last may be cut off by 0 or 1."""
        low, high = self.interval
        width = high - low
        lower, upper = [], []
        while low > 0:
            lower.append((max(low - width, Fraction(0)), low))
            low -= width
        while high < 1:
            upper.append((high, min(high + width, Fraction(1))))
            high += width
        return lower, upper

    def _mass(self, n: int, y: int, key: tuple[Fraction, Fraction]) -> float:
        from scipy.special import betainc

        a, b = 1 + y, 1 + n - y
        return float(betainc(a, b, float(key[1])) - betainc(a, b, float(key[0])))

    def _heaviest(self, n: int, y: int, is_per_width: bool) -> str:
        """The side of the key with the largest posterior mass; per width, keys that are cut off compete too."""
        lower, upper = self._keys()
        width = self.interval[1] - self.interval[0]
        best, side = -1.0, "S"
        for letter, keys in (("S", [self.interval]), ("E", lower), ("D", upper)):
            for key in keys:
                if key[1] - key[0] == width or is_per_width:
                    mass = self._mass(n, y, key) / (float(key[1] - key[0]) if is_per_width else 1.0)
                    if mass > best and not isclose(mass, best, rel_tol=1e-12):
                        best, side = mass, letter
        return side


@dataclass(frozen=True)
class Mtpi2(IntervalDesign):
    """The interval with the largest posterior probability per width decides. Elimination from the first patient on.

    >>> Mtpi2(0.3, 5).letters(3)
    ('E', 'S', 'D', 'DU')
    """

    id: ClassVar[str] = "mtpi2"
    title: ClassVar[str] = "mTPI-2"
    reference: ClassVar[str] = "Guo W, Wang SJ, Yang S, Lynn H, Ji Y. Contemp Clin Trials 2017;58:23-33"
    eliminates_from_n: ClassVar[int] = 1

    def letter(self, n: int, y: int) -> str:
        """E, S or D."""
        return self._heaviest(n, y, is_per_width=True)


@dataclass(frozen=True)
class Keyboard(IntervalDesign):
    """The full-width key with the largest posterior probability decides. Elimination from three patients on."""

    id: ClassVar[str] = "keyboard"
    title: ClassVar[str] = "Keyboard"
    reference: ClassVar[str] = "Yan F, Mandrekar SJ, Yuan Y. Clin Cancer Res 2017;23:3994-4003"

    def letter(self, n: int, y: int) -> str:
        """E, S or D."""
        return self._heaviest(n, y, is_per_width=False)


@dataclass(frozen=True)
class I3Plus3(IntervalDesign):
    """Below the interval E, within it (ends included) S; above it D, but S where one event less would lie below it.

    >>> I3Plus3(0.33, 5, below=0.03, above=0.03).letter(10, 3)
    'S'
    """

    id: ClassVar[str] = "i3+3"
    title: ClassVar[str] = "i3+3"
    reference: ClassVar[str] = "Liu M, Wang SJ, Ji Y. J Biopharm Stat 2020;30:294-304"

    def letter(self, n: int, y: int) -> str:
        """E, S or D."""
        low, high = self.interval
        if Fraction(y, n) < low:
            return "E"
        if Fraction(y, n) <= high or Fraction(y - 1, n) < low:
            return "S"
        return "D"
