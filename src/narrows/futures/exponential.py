"""The exponential of a stack of small matrices.

SciPy's ``expm`` loops over a stack and asks its linear algebra library for threads at each 4 by 4
matrix; a backtest takes tens of thousands of them. Scaling and squaring of a Taylor polynomial is
enough here: intensities of a year or so make the norm small (Moler and Van Loan 2003, section 3).
"""

from __future__ import annotations

import math

import numpy as np

from narrows.futures.states import FloatArray

NORM_MAX = 0.5
TERMS = 13
"""The remainder is below ``0.5**14 / 14!``, about 1e-15."""


def exponential(matrices: FloatArray) -> FloatArray:
    """Return ``exp(A)`` of each matrix, shape ``(..., n, n)``."""
    norm = float(np.abs(matrices).sum(axis=-1).max(initial=0.0))
    halvings = max(0, math.ceil(math.log2(norm / NORM_MAX))) if norm > 0 else 0
    scaled = matrices / 2.0**halvings
    identity = np.broadcast_to(np.eye(matrices.shape[-1]), matrices.shape)
    result = identity + scaled / TERMS
    for term in range(TERMS - 1, 0, -1):
        result = identity + scaled @ result / term
    for _ in range(halvings):
        result = result @ result
    return result
