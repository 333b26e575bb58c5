"""Prompts that come at random and are computed in blocks: how large these are, and the wait.

All replicas and stages of an instance compute a prompt in the time of one, and short prompts share
a chunk; what waits when a block begins joins it, up to that number. Between blocks it decodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array, array

BUSY_MAX = 0.98
"""A queue is never computed closer to saturation than this: its mean has no limit there."""
TINY = 1e-12
"""Stands for no time at all, by which nothing can be divided."""
ROUNDS = 4
"""Of a block and the prompts that come during it: halves the error each, where short ones share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """How prompts are computed; seconds, and counts that need not be whole.

    ``lanes`` prompts take ``one_s`` together, and ``most`` of them are the largest block. Each
    prompt beyond those adds ``each_s``. ``plain_s`` is an iteration without prompts, 0 where
    nothing else is done. ``servers`` take blocks from the same queue.
    """

    one_s: Array
    each_s: Array
    plain_s: Array
    lanes: Array
    most: Array
    servers: Array

    @property
    def turn_s(self) -> Array:
        """What all lanes filled once more add to a block."""
        return self.lanes * self.each_s

    @property
    def full_s(self) -> Array:
        """The largest block."""
        return self.one_s + (self.most - self.lanes) * self.each_s

    @property
    def fixed_s(self) -> Array:
        """What a block takes beside its turns."""
        return np.maximum(self.one_s - self.turn_s, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Blocks as they are filled while ``come`` prompts come a second to each server.

    Their mean number of prompts, their turns, their length, and the probability that the next
    follows at once.
    """

    come: Array
    prompts: Array
    turns: Array
    block_s: Array
    again: Array
    busy: Array
    asked: Array


def filled(blocks: Blocks, rate: Array) -> Filled:
    """Return the mean block while ``rate`` prompts come a second.

    It holds those that came during the block before it, and at the start of a busy period those of
    the iteration that brought the first. After a block with a arrivals nobody waits with
    probability e^-a (1 - r^s), s = sqrt(pi (c + 1)) for c prompts a block and the share r of
    capacity: e^-a where all may join, 1 - a to 2 % where one may (M/D/1), nought at saturation, and
    within 1 % of the exact chain of queue lengths between. ``busy`` is the share of time in which a
    server computes prompts, ``asked`` the share of what it can compute.
    """
    each = rate / blocks.servers
    asked = each * blocks.full_s / blocks.most
    empty = 1 - np.minimum(asked, 1.0) ** np.sqrt(np.pi * (blocks.most + 1))
    between = each * blocks.plain_s
    first = np.where(between > TINY, between / -np.expm1(-np.maximum(between, TINY)), 1.0)
    whole = blocks.one_s
    for _ in range(ROUNDS if np.any(blocks.most > blocks.lanes) else 1):
        come = each * whole
        prompts = np.clip(come + np.exp(-come) * empty * first, 1.0, blocks.most)
        turns = turns_of(blocks, prompts)
        whole = np.maximum(blocks.fixed_s + turns * blocks.turn_s, blocks.one_s)
    return Filled(
        come=array(each),
        prompts=array(prompts),
        turns=array(turns),
        block_s=array(whole),
        again=array(1 - np.exp(-each * whole) * empty),
        busy=np.minimum(each / prompts * whole, 1.0),
        asked=array(asked),
    )


def turns_of(blocks: Blocks, prompts: Array) -> Array:
    """Return how often a block fills all lanes: once, unless short prompts share chunks.

    Further prompts are taken as geometric in number, so that n beyond the first fill c lanes again
    q^c / (1 - q^c) times, with q = n / (n + 1).
    """
    if not np.any(blocks.most > blocks.lanes):
        return np.ones_like(prompts)
    again = ((prompts - 1) / prompts) ** blocks.lanes
    return np.where(
        blocks.most > blocks.lanes, np.minimum(1 / (1 - again), blocks.most / blocks.lanes), 1.0
    )


def wait_s(blocks: Blocks, rate: Array) -> Array:
    """Return the mean wait of a prompt beside its own computation in a block for itself.

    Where nothing is computed, one waits for half of an iteration. Blocks that short prompts share
    are shorter than full ones, as the gated queue says, until it leaves out that one has an end.
    Several servers share the queue by Sakasegawa's exponent (1977).
    """
    return wait_in(blocks, filled(blocks, rate))


def wait_in(blocks: Blocks, now: Filled) -> Array:
    """Return the wait that :func:`wait_s` does, of blocks that are known."""
    shares = now.busy ** (np.sqrt(2 * (blocks.servers + 1)) - 2) / blocks.servers
    queued = _in_places_s(blocks, now, shares)
    shared = blocks.most > blocks.lanes
    if np.any(shared):
        gated = np.where(shared, _gated_s(blocks, now, shares), np.inf)
        queued = np.minimum(gated, queued)
    return array(queued + blocks.plain_s / 2 * (1 - now.busy * (1 - 1 / blocks.most**2)))


def _in_places_s(blocks: Blocks, now: Filled, shares: Array) -> Array:
    """Return the wait for one of c places of a full block, b D / 2 (1 + r^sqrt(c) / (c (1 - r))).

    D is the block, b the share of time they take and r that of capacity. For one place it is M/D/1
    (Pollaczek and Khinchine), for many half a block until nearly all capacity is asked for. Half
    of the further turns of its own block come before a prompt's.
    """
    asked = np.minimum(now.asked, BUSY_MAX)
    ahead = asked ** np.sqrt(blocks.most) / (blocks.most * (1 - asked))
    place_s = (now.turns - 1) / 2 * blocks.turn_s
    return array(shares * now.busy * blocks.full_s / 2 * (1 + ahead) + place_s)


def _gated_s(blocks: Blocks, now: Filled, shares: Array) -> Array:
    """Return the wait where a block takes all that came during the one before it.

    Blocks of F + e n for n prompts that follow one another have X = F / (2 (1 - r)) +
    e r / (2 (1 - r^2)) left on average, r = rate e; those ahead in the next take r X. F holds what
    lanes stand idle in the last turn of a block; it counts for the share of time that is busy.
    """
    asked = np.minimum(now.come * blocks.each_s, BUSY_MAX)
    fixed_s = np.maximum(now.block_s - now.prompts * blocks.each_s, 0.0)
    left_s = now.busy * fixed_s + blocks.each_s * asked / (1 + asked)
    return array((shares + asked) * left_s / (2 * (1 - asked)))


def longest_wait_s(blocks: Blocks, clients: Array) -> Array:
    """Return the mean wait if all other clients' prompts were there: half of their blocks.

    Where all of them fit in one block, one waits for half of a block under way at most.
    """
    others = np.maximum(clients - 1, 0.0)
    turns = np.maximum(others / blocks.most, np.minimum(others, 1.0))
    return array(turns * blocks.one_s / blocks.servers / 2)
