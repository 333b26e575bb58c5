"""The one array type of this room: points along the last axis, parameter draws along the first."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]


def array(value: npt.ArrayLike) -> Array:
    """Return ``value`` as an array of floats."""
    return np.asarray(value, dtype=np.float64)
