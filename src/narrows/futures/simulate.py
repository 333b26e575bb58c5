"""A million futures in a second: joint gate states, supply, price and demand by quarter.

Speed comes from three choices, each bounded. Random bits are 16-bit words. A transition reads one
of 4 096 cells a row, so probabilities are multiples of 1/4096. A normal shock is one of 65 536
equally likely midpoint quantiles, so it never passes 4.4 standard deviations. Paths run in blocks
that fit the cache, and each block has one posterior draw of the chain, in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from narrows.core import Gate
from narrows.futures.joint import JointChain
from narrows.futures.path_model import PathModel
from narrows.futures.states import STATES, FloatArray

Float32Array: TypeAlias = npt.NDArray[np.float32]
CellArray: TypeAlias = npt.NDArray[np.uint8]
WordArray: TypeAlias = npt.NDArray[np.uint16]

CELL_BITS = 12
CELLS = 1 << CELL_BITS
"""Cells of a transition row; elicited probabilities are not known to 1/4096."""
BLOCK_PATHS = 20_000
"""A block's working arrays then stay within a megabyte."""
BLOCK_PATHS_MIN = 500
"""Below this the fixed work of a block outweighs its paths."""
JOINT_STATES_MAX = 256
"""Joint states are kept as bytes."""


@dataclass(frozen=True, slots=True)
class Futures:
    """Simulated paths; arrays ``(quarters, paths)``, quarter 0 being the as-known day.

    Attributes
    ----------
    joint
        Index of the joint state.
    supply, price, demand
        Factors on the central paths, 1 on the as-known day.
    duty_paid
        Share of the price that the buyer pays as duty, ``(paths,)``.
    """

    gates: tuple[Gate, ...]
    joint: CellArray = field(repr=False)
    supply: Float32Array = field(repr=False)
    price: Float32Array = field(repr=False)
    demand: Float32Array = field(repr=False)
    duty_paid: Float32Array = field(repr=False)

    def states(self, gate: Gate) -> CellArray:
        """Return the state index of one gate, shape ``(quarters, paths)``."""
        place = self.gates.index(gate)
        below = len(STATES) ** (len(self.gates) - 1 - place)
        digit: CellArray = (self.joint // below % len(STATES)).astype(np.uint8)
        return digit


def simulate(
    chain: JointChain, model: PathModel, *, paths: int, quarters: int, duty_rate: float, seed: int
) -> Futures:
    """Simulate futures over ``quarters`` steps after the as-known day.

    Parameters
    ----------
    duty_rate
        Duty in force as a share of the price; the law of it is not this room's.

    Raises
    ------
    ValueError
        The chain has more than 256 joint states, or a count is below one.
    """
    if len(chain.start) > JOINT_STATES_MAX:
        msg = f"at most {JOINT_STATES_MAX} joint states: {len(chain.start)}"
        raise ValueError(msg)
    if min(paths, quarters) < 1:
        msg = f"paths and quarters must be at least 1: {paths}, {quarters}"
        raise ValueError(msg)
    shape = (quarters + 1, paths)
    futures = Futures(
        chain.gates,
        np.empty(shape, np.uint8),
        np.empty(shape, np.float32),
        np.empty(shape, np.float32),
        np.empty(shape, np.float32),
        np.empty(paths, np.float32),
    )
    bits = np.random.SFC64(seed)
    size = _block_size(paths, len(chain.matrices))
    for block, first in enumerate(range(0, paths, size)):
        last = min(first + size, paths)
        _walk_gates(chain, block, bits, futures.joint[:, first:last])
        logs = (
            futures.supply[:, first:last],
            futures.price[:, first:last],
            futures.demand[:, first:last],
        )
        _walk_logs(model, bits, logs)
        _draw_duty(model, bits, duty_rate, futures.duty_paid[first:last])
    return futures


def _block_size(paths: int, draws: int) -> int:
    """Return a block small enough that every posterior draw gets its turn."""
    return min(BLOCK_PATHS, max(BLOCK_PATHS_MIN, -(-paths // draws)))


def _words(bits: np.random.SFC64, count: int) -> WordArray:
    """Return 16-bit random words, shape ``(count,)``."""
    raw: npt.NDArray[np.uint64] = bits.random_raw(-(-count // 4))
    return raw.view(np.uint16)[:count]


def _walk_gates(chain: JointChain, block: int, bits: np.random.SFC64, out: CellArray) -> None:
    table = transition_cells(chain.matrices[block % len(chain.matrices)]).ravel()
    steps, paths = out.shape
    opening = transition_cells(chain.start[None])[0]
    state = opening[_words(bits, paths) >> 4]
    out[0] = state
    index = np.empty(paths, np.intp)
    for step in range(1, steps):
        np.left_shift(state, CELL_BITS, out=index, dtype=np.intp)
        index |= _words(bits, paths) >> 4
        state = np.take(table, index, mode="clip")
        out[step] = state


def transition_cells(rows: FloatArray) -> CellArray:
    """Return the next state for each of 4 096 equal cells of a row, shape ``(rows, 4096)``.

    Cumulative probabilities are rounded to the cell, so each probability is off by under 1/4096.
    """
    edges = np.rint(np.cumsum(rows, axis=1) * CELLS).astype(np.int64)
    edges[:, -1] = CELLS
    widths = np.diff(np.minimum(edges, CELLS), axis=1, prepend=0)
    states = np.tile(np.arange(rows.shape[1], dtype=np.uint8), len(rows))
    return np.repeat(states, widths.ravel()).reshape(len(rows), CELLS)


_QUANTILES = ndtri((np.arange(1 << 16) + 0.5) / (1 << 16)).astype(np.float32)


def _walk_logs(
    model: PathModel,
    bits: np.random.SFC64,
    out: tuple[Float32Array, Float32Array, Float32Array],
) -> None:
    supply, price, demand = out
    steps, paths = supply.shape
    shocks = (model.supply.shock, model.price.shock, model.demand.shock)
    mixing = (model.mixing * np.array(shocks)[:, None]).astype(np.float32)
    persistence = np.float32(model.supply.persistence)
    drifts = np.float32(model.price.drift), np.float32(model.demand.drift)
    logs = np.zeros((3, paths), np.float32)
    for step in range(steps):
        if step:
            z = _QUANTILES[_words(bits, 3 * paths)].reshape(3, paths)
            logs[0] *= persistence
            logs[1] += drifts[0]
            logs[2] += drifts[1]
            logs += mixing @ z
        np.exp(logs[0], out=supply[step])
        np.exp(logs[1], out=price[step])
        np.exp(logs[2], out=demand[step])


def _draw_duty(
    model: PathModel, bits: np.random.SFC64, duty_rate: float, out: Float32Array
) -> None:
    share = model.duty_pass_through
    unit = (_words(bits, len(out)).astype(np.float32) + np.float32(0.5)) / np.float32(1 << 16)
    out[:] = duty_rate * (share.low + (share.high - share.low) * unit)
