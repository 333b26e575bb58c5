"""The states that a gate's chain moves between, and arrays over them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from narrows.core import GateState

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

STATES: tuple[GateState, ...] = (
    GateState.OPEN,
    GateState.CONDITIONAL,
    GateState.DISCRETIONARY,
    GateState.SHUT,
)
"""From widest to narrowest. ``unknown`` is a belief over these four, never a state of the chain."""

STATE_INDEX = {state: index for index, state in enumerate(STATES)}
DAYS_PER_YEAR = 365.25
YEARS_PER_QUARTER = 0.25
