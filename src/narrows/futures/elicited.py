"""An uncertain number as a person states it: a law and an interval.

Written ``lognormal 90% 20000 to 30000``, ``normal 80% -2 to 4``, ``uniform 0 to 1``,
``triangular 1 to 2 to 5`` (low, likeliest, high) or a plain number. Without a law, ``a to b`` is
lognormal where both are above zero and normal elsewhere; without a share it is a 90 % interval.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from narrows.core import Estimate, InputError, Obtained
from narrows.futures.states import FloatArray


class Law(StrEnum):
    """The laws that a person may name."""

    CONSTANT = "constant"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"
    UNIFORM = "uniform"
    TRIANGULAR = "triangular"


_NUMBER = r"[-+]?\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?"
_PATTERN = re.compile(
    rf"^(?:(?P<law>[a-z]+)\s+)?(?:(?P<share>\d+(?:\.\d+)?)%\s+)?"
    rf"(?P<numbers>{_NUMBER}(?:\s+to\s+{_NUMBER})*)$"
)
DEFAULT_SHARE = 0.9
_MEND = "write for instance `lognormal 90% 20000 to 30000`"
_COUNTS = {Law.CONSTANT: 1, Law.TRIANGULAR: 3}


@dataclass(frozen=True, slots=True)
class Elicited:
    """An uncertain number.

    Attributes
    ----------
    low, high
        Ends of the central interval that holds ``share`` of the probability; the ends themselves
        for a uniform or triangular law.
    likeliest
        Peak of a triangular law.
    """

    law: Law
    low: float
    high: float
    share: float = DEFAULT_SHARE
    likeliest: float | None = None

    def quantile(self, chance: FloatArray | float) -> FloatArray:
        """Return the quantiles at some chances in (0, 1), same shape."""
        at = np.asarray(chance, dtype=np.float64)
        if self.law is Law.CONSTANT:
            return np.full_like(at, self.low)
        if self.law is Law.UNIFORM:
            return np.asarray(self.low + (self.high - self.low) * at)
        if self.law is Law.TRIANGULAR:
            return self._triangular(at)
        reach = float(ndtri(0.5 + self.share / 2))
        z = np.asarray(ndtri(at)) / reach
        if self.law is Law.NORMAL:
            return np.asarray((self.low + self.high) / 2 + (self.high - self.low) / 2 * z)
        middle = (math.log(self.low) + math.log(self.high)) / 2
        return np.asarray(np.exp(middle + (math.log(self.high) - middle) * z))

    def _triangular(self, at: FloatArray) -> FloatArray:
        peak = self.low if self.likeliest is None else self.likeliest
        width = self.high - self.low
        turn = (peak - self.low) / width
        rising = self.low + np.sqrt(at * width * (peak - self.low))
        falling = self.high - np.sqrt((1 - at) * width * (self.high - peak))
        return np.where(at < turn, rising, falling)

    def draw(self, draws: int, *, seed: int) -> FloatArray:
        """Return draws, shape ``(draws,)``."""
        return self.quantile(np.random.default_rng(seed).random(draws))

    def estimate(self, unit: str) -> Estimate:
        """Return the 5th, 50th and 95th percentile, marked as assumed."""
        p05, p50, p95 = (float(q) for q in self.quantile(np.array([0.05, 0.5, 0.95])))
        return Estimate(p05, p50, p95, unit, Obtained.ASSUMED)


def parse_elicited(text: str | float) -> Elicited:
    """Read an uncertain number.

    Raises
    ------
    InputError
        The text has another form, its numbers are out of order, or a lognormal reaches zero.
    """
    if isinstance(text, (int, float)):
        return _checked(Elicited(Law.CONSTANT, float(text), float(text)), text)
    found = _PATTERN.match(" ".join(text.split()))
    if found is None:
        raise InputError("not an uncertain number", _MEND, value=text)
    numbers = [float(part.replace("_", "")) for part in found["numbers"].split(" to ")]
    share = DEFAULT_SHARE if found["share"] is None else float(found["share"]) / 100
    return elicit(found["law"], numbers, share=share, text=text)


def elicit(
    law_named: str | None, numbers: Sequence[float], *, share: float = DEFAULT_SHARE, text: str
) -> Elicited:
    """Return an uncertain number from its parts; ``text`` is what the person wrote.

    Raises
    ------
    InputError
        See :func:`parse_elicited`.
    """
    law = _law(law_named, numbers, text)
    if len(numbers) != _COUNTS.get(law, 2):
        raise InputError(f"{law} takes {_COUNTS.get(law, 2)} numbers", _MEND, value=text)
    likeliest = numbers[1] if law is Law.TRIANGULAR else None
    return _checked(Elicited(law, numbers[0], numbers[-1], share, likeliest), text)


def _law(word: str | None, numbers: Sequence[float], text: str) -> Law:
    if word is None and len(numbers) == 1:
        return Law.CONSTANT
    if word is None:
        return Law.LOGNORMAL if min(numbers) > 0 else Law.NORMAL
    if word not in set(Law):
        raise InputError(f"unknown law {word}; laws are {', '.join(Law)}", _MEND, value=text)
    return Law(word)


def _checked(one: Elicited, text: str | float) -> Elicited:
    if not all(math.isfinite(end) for end in (one.low, one.high)):
        raise InputError("not a finite number", _MEND, value=text)
    if not 0 < one.share < 1:
        raise InputError("an interval holds between 0 and 100 %", _MEND, value=text)
    if one.law is Law.LOGNORMAL and one.low <= 0:
        raise InputError("a lognormal lies above zero", "raise its lower end", value=text)
    if one.law is not Law.CONSTANT and not one.low < one.high:
        raise InputError("the interval ends before it starts", "swap its ends", value=text)
    if one.likeliest is not None and not one.low <= one.likeliest <= one.high:
        raise InputError("the likeliest value lies outside the ends", _MEND, value=text)
    return one
