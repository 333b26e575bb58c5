"""An uncertain quantity in one line: ``30 to 60 MW``, ``lognormal 80% 2 to 3 bn CNY``.

The laws are those of :mod:`narrows.futures.elicited`, the numbers are quantities: the last one
must carry a unit, earlier ones without a unit of their own share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import FieldValueError, InputError
from narrows.futures import Elicited, Law, elicit
from narrows.futures.elicited import DEFAULT_SHARE
from narrows.study.quantity import parse_quantity

FloatArray = npt.NDArray[np.float64]

INTERVAL_MAX_CHARS = 160
"""Three quantities and a law; it bounds what the pattern has to look at."""
IMPOSSIBLE_MAX = 1e-3
"""Share of a law's draws that may be impossible (a negative price) and are moved to the nearest
possible value; with more the law is the wrong one."""

_SIGN = re.compile(r"\sto\s")
_HEAD = re.compile(r"^\s*(?:([a-z]+)\s+)?(?:(\d+(?:\.\d+)?)%\s+(?=[-+\d]))?(.*)$")
_BARE = re.compile(r"^[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?$")
_WORDS = re.compile(r"^\s*[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An uncertain quantity within what is possible.

    Attributes
    ----------
    text
        As it was written.
    minimum, maximum
        What the quantity can be at all.
    """

    law: Elicited
    text: str
    minimum: float
    maximum: float | None

    def quantile(self, chance: FloatArray) -> FloatArray:
        """Return the quantiles at some chances in (0, 1), same shape."""
        top = np.inf if self.maximum is None else self.maximum
        return np.clip(self.law.quantile(chance), self.minimum, top)

    def ends(self) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile."""
        low, middle, high = (float(q) for q in self.quantile(np.array([0.05, 0.5, 0.95])))
        return low, middle, high


def is_interval(raw: object) -> bool:
    """Return whether a text means an uncertain quantity."""
    return isinstance(raw, str) and _SIGN.search(raw[:INTERVAL_MAX_CHARS]) is not None


def parse_interval(text: str, *, unit: str, minimum: float, maximum: float | None) -> Interval:
    """Return the uncertain quantity of a text, in ``unit``.

    Raises
    ------
    FieldValueError
        The text has another form, a number has another unit, or the law says the impossible.
    """
    if len(text) > INTERVAL_MAX_CHARS:
        mend = f"write it in {INTERVAL_MAX_CHARS} characters"
        raise FieldValueError("an interval is too long to be one", mend)
    found = _HEAD.match(" ".join(text.split()))
    if found is None:
        raise FieldValueError("not an interval", f"write for instance `2 to 3 {unit}`")
    parts = [part.strip() for part in found[3].split(" to ")]
    words = _WORDS.sub("", parts[-1], count=1)
    numbers = [
        parse_quantity(f"{part}{words}" if _BARE.match(part) else part, unit=unit) for part in parts
    ]
    share = DEFAULT_SHARE if found[2] is None else float(found[2]) / 100
    try:
        law = elicit(found[1], numbers, share=share, text=text)
    except InputError as error:
        raise FieldValueError(error.problem, error.mend) from error
    interval = Interval(law=law, text=text, minimum=minimum, maximum=maximum)
    _check_possible(interval, unit)
    return interval


def _check_possible(interval: Interval, unit: str) -> None:
    tails = np.array([IMPOSSIBLE_MAX, 1.0 - IMPOSSIBLE_MAX])
    low, high = (float(q) for q in interval.law.quantile(tails))
    mend = f"take a law that stays within, such as {Law.UNIFORM} or {Law.TRIANGULAR}"
    if low < interval.minimum:
        raise FieldValueError(f"the law reaches below {interval.minimum:g} {unit}", mend)
    if interval.maximum is not None and high > interval.maximum:
        raise FieldValueError(f"the law reaches above {interval.maximum:g} {unit}", mend)
