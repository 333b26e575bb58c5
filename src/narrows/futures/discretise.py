"""A persistent disturbance as a few Markov states, for planners that branch on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.futures.path_model import Autoregression
from narrows.futures.states import FloatArray


@dataclass(frozen=True, slots=True)
class MarkovLevels:
    """Levels, ``(n,)``, as factors on the central path, and their quarter matrix, ``(n, n)``."""

    levels: FloatArray
    matrix: FloatArray


def markov_levels(law: Autoregression, *, states: int) -> MarkovLevels:
    """Return the Rouwenhorst chain of an autoregression.

    It keeps the persistence, the variance and the stationary binomial law exactly for any number
    of states (Kopecky and Suen 2010).

    Raises
    ------
    ValueError
        Fewer than two states.
    """
    if states < 2:
        msg = f"at least two states: {states}"
        raise ValueError(msg)
    stay = (1.0 + law.persistence) / 2.0
    matrix = np.array([[stay, 1.0 - stay], [1.0 - stay, stay]])
    for size in range(3, states + 1):
        matrix = _grown(matrix, stay, size)
    spread = law.shock / np.sqrt(1.0 - law.persistence**2)
    reach = spread * np.sqrt(states - 1)
    return MarkovLevels(np.exp(np.linspace(-reach, reach, states)), matrix)


def _grown(matrix: FloatArray, stay: float, size: int) -> FloatArray:
    grown = np.zeros((size, size))
    grown[:-1, :-1] += stay * matrix
    grown[:-1, 1:] += (1.0 - stay) * matrix
    grown[1:, :-1] += (1.0 - stay) * matrix
    grown[1:, 1:] += stay * matrix
    grown[1:-1] /= 2.0
    return grown
