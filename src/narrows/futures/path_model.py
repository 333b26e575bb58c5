"""Assumed disturbances of supply, price, duty and demand, read from data with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.core import STRICT, InputError, read_record
from narrows.futures.conversion import ShareRange
from narrows.futures.lines import DATA
from narrows.futures.states import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoregression:
    """``x' = persistence * x + shock * z``, of a logarithm, from zero."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    persistence: float
    shock: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomWalk:
    """``x' = x + drift + shock * z``, of a logarithm, from zero."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    drift: float
    shock: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathModel:
    """Laws of the three disturbances, the correlation of their shocks, and the duty."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    supply: Autoregression
    price: RandomWalk
    demand: RandomWalk
    correlation: tuple[tuple[float, ...], ...]
    correlation_because: str
    duty_pass_through: ShareRange
    duty_because: str

    @property
    def mixing(self) -> FloatArray:
        """Lower Cholesky factor of the correlation, shape ``(3, 3)``."""
        return np.linalg.cholesky(np.array(self.correlation))


def load_path_model(path: Path = DATA / "paths.yaml") -> PathModel:
    """Read the model.

    Raises
    ------
    InputError
        The file is not valid, a persistence is not below one, or the matrix is no correlation.
    """
    model = read_record(path, PathModel)
    if not 0.0 <= model.supply.persistence < 1.0:
        raise InputError("persistence must lie in [0, 1)", "lower it", file=path)
    matrix = np.array(model.correlation)
    if matrix.shape != (3, 3) or not np.allclose(matrix, matrix.T):
        raise InputError("correlation must be 3 by 3 and symmetric", "correct it", file=path)
    if not np.allclose(np.diag(matrix), 1.0) or np.linalg.eigvalsh(matrix)[0] <= 0:
        raise InputError("correlation must be positive definite", "weaken it", file=path)
    return model
