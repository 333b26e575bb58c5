"""The one array namespace of this room.

Every formula calls ``xp`` and nothing else, so that the same source runs under NumPy (default) or
JAX. Branches are ``where``; loops over rows do not occur.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
"""Any shape that broadcasts: rows, strategies, parameter draws, or a zero-dimensional number."""

Mask: TypeAlias = npt.NDArray[np.bool_]

_MODULE: ContextVar[ModuleType] = ContextVar("array_module", default=np)


class Namespace:
    """The dozen array calls that the formulas need, on the module chosen by :func:`use`."""

    def array(self, value: float | Array) -> Array:
        """Return a floating-point array, zero-dimensional for a number."""
        return _MODULE.get().asarray(value, dtype=_MODULE.get().float64)  # type: ignore[no-any-return]

    def maximum(self, a: Array | float, b: Array | float) -> Array:
        """Return the larger of two, element by element."""
        return _MODULE.get().maximum(a, b)  # type: ignore[no-any-return]

    def minimum(self, a: Array | float, b: Array | float) -> Array:
        """Return the smaller of two, element by element."""
        return _MODULE.get().minimum(a, b)  # type: ignore[no-any-return]

    def where(self, test: Mask, a: Array | float, b: Array | float) -> Array:
        """Return ``a`` where the test holds, else ``b``."""
        return _MODULE.get().where(test, a, b)  # type: ignore[no-any-return]

    def ceil(self, a: Array) -> Array:
        """Round up."""
        return _MODULE.get().ceil(a)  # type: ignore[no-any-return]

    def sqrt(self, a: Array) -> Array:
        """Return the square root."""
        return _MODULE.get().sqrt(a)  # type: ignore[no-any-return]

    def log(self, a: Array) -> Array:
        """Return the natural logarithm."""
        return _MODULE.get().log(a)  # type: ignore[no-any-return]

    def exp(self, a: Array) -> Array:
        """Return the exponential."""
        return _MODULE.get().exp(a)  # type: ignore[no-any-return]

    def power(self, a: Array | float, b: Array | float) -> Array:
        """Return ``a`` to the power ``b``."""
        return _MODULE.get().power(a, b)  # type: ignore[no-any-return]


xp = Namespace()


@contextmanager
def use(module: ModuleType) -> Iterator[None]:
    """Run the formulas on another array module (for instance ``jax.numpy``) within a block."""
    token = _MODULE.set(module)
    try:
        yield
    finally:
        _MODULE.reset(token)
