"""What is believed of a gate before it is seen to move, read from data with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.core import STRICT, Grade, InputError, read_record
from narrows.futures.lines import DATA
from narrows.futures.states import STATES, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPrior:
    """Gamma prior of the jump intensities and the error rates of reports.

    ``jumps`` is the weight of the prior in observed jumps out of each state, ``dwell_years`` the
    prior mean stay.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    jumps: float
    dwell_years: float
    because: str
    unreported_share: float
    report_is_right: Mapping[Grade, float]

    @property
    def shape(self) -> FloatArray:
        """Gamma shapes ``a_ij``, shape ``(n, n)``, zero on the diagonal."""
        n = len(STATES)
        shape = np.full((n, n), self.jumps / (n - 1))
        np.fill_diagonal(shape, 0.0)
        return shape

    @property
    def rate_years(self) -> float:
        """Gamma rate ``b`` in years."""
        return self.jumps * self.dwell_years


def load_chain_prior(path: Path = DATA / "chain_prior.yaml") -> ChainPrior:
    """Read the prior.

    Raises
    ------
    InputError
        A weight is not positive, a share lies outside [0, 1], or a grade has no error rate.
    """
    prior = read_record(path, ChainPrior)
    if prior.jumps <= 0 or prior.dwell_years <= 0:
        raise InputError("jumps and dwell_years must be positive", "raise them", file=path)
    shares = (prior.unreported_share, *prior.report_is_right.values())
    if not all(0.0 <= share <= 1.0 for share in shares):
        raise InputError("a share lies outside 0 to 1", "write a fraction", file=path)
    if set(prior.report_is_right) != set(Grade):
        raise InputError("report_is_right must name every grade", "add A, B, C and D", file=path)
    return prior
