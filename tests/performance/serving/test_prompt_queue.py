from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from narrows.performance.serving.arrays import array
from narrows.performance.serving.prefill_queue import Desks, prompts_done
from narrows.performance.serving.prompt_queue import Blocks, filled, longest_wait_s, wait_s
from narrows.performance.serving.requests import poisson_requests


def _blocks(lanes, *, plain_s=0.0, most=None, each_s=None, servers=1):
    """A block of one second."""
    return Blocks(
        one_s=array(1.0),
        each_s=array(1 / lanes if each_s is None else each_s),
        plain_s=array(plain_s),
        lanes=array(lanes),
        most=array(lanes if most is None else most),
        servers=array(servers),
    )


def _chain(rate, lanes, plain_s):
    """Prompts a block, busy share and wait from the exact chain of queues at the start of a block.

    An empty queue brings an iteration of ``plain_s``, any other a block of one second.
    """
    states = int(max(60, 6 * lanes, lanes + 40 / (1 - rate / lanes)))
    queue = np.arange(states)
    step = np.zeros((states, states))
    for waiting in queue:
        left = max(waiting - lanes, 0)
        step[waiting, left:] = poisson.pmf(
            queue[: states - left], rate * (1.0 if waiting else plain_s)
        )
        step[waiting, -1] += 1 - step[waiting].sum()
    held = step.T - np.eye(states)
    held[-1] = 1.0
    chance = np.linalg.solve(held, np.eye(states)[-1])
    blocks = 1 - chance[0]
    mean_s = blocks + chance[0] * plain_s
    behind = np.maximum(queue - lanes, 0)[1:] + rate / 2
    waiting = (chance[1:] @ behind + chance[0] * rate * plain_s**2 / 2) / mean_s
    return np.minimum(queue, lanes) @ chance / blocks, blocks / mean_s, waiting / rate


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 32])
@pytest.mark.parametrize("plain_s", [0.02, 0.2, 0.5])
def test_blocks_and_their_wait_equal_the_exact_chain(lanes, plain_s):
    for asked in (0.1, 0.3, 0.5, 0.7, 0.9, 0.95):
        rate = asked * lanes
        prompts, busy, wait = _chain(rate, lanes, plain_s)
        blocks = _blocks(lanes, plain_s=plain_s)
        now = filled(blocks, array(rate))
        assert now.prompts == pytest.approx(prompts, rel=0.01)
        assert now.busy == pytest.approx(busy, rel=0.01)
        assert wait_s(blocks, array(rate)) == pytest.approx(wait, rel=0.07)


@pytest.mark.parametrize("asked", [0.1, 0.5, 0.9])
def test_one_lane_is_the_queue_of_pollaczek_and_khinchine(asked):
    expected = asked / (2 * (1 - asked))
    assert wait_s(_blocks(1), array(asked)) == pytest.approx(expected, rel=1e-3)


def _measured_wait(desks, rate, lone_s=0.0):
    coming = poisson_requests(rate, 1.0, streams=40, each=4000, seed=7)
    done = prompts_done(coming.arrived_s, desks)
    return float(np.mean((done - coming.arrived_s)[:, 400:-400])) - desks.done_s - lone_s


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8, 0.9])
@pytest.mark.parametrize("servers", [1, 3])
def test_prompts_of_one_lane_wait_as_their_events_say(asked, servers):
    desks = Desks(servers=servers, lanes=1, most=1, one_s=1.0, done_s=1.0, more_s=1.0)
    expected = wait_s(_blocks(1, servers=servers), array(asked * servers))
    assert float(expected) == pytest.approx(
        _measured_wait(desks, asked * servers), rel=0.12, abs=0.01
    )


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8, 0.9])
@pytest.mark.parametrize("lanes", [4, 8])
def test_prompts_of_replicas_wait_for_their_common_block(asked, lanes):
    desks = Desks(servers=1, lanes=lanes, most=lanes, one_s=1.0, done_s=1.0, more_s=1.0)
    expected = wait_s(_blocks(lanes), array(asked * lanes))
    assert float(expected) == pytest.approx(_measured_wait(desks, asked * lanes), rel=0.06)


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8, 0.9])
@pytest.mark.parametrize(("lanes", "shared"), [(1, 16), (1, 4), (4, 8)])
def test_short_prompts_share_the_chunks_of_a_block(asked, lanes, shared):
    """A block takes 0.4 s and 0.6 s for each turn of its lanes."""
    desks = Desks(servers=1, lanes=lanes, most=lanes * shared, one_s=1.0, done_s=1.0, more_s=0.6)
    blocks = _blocks(lanes, most=lanes * shared, each_s=0.6 / lanes)
    rate = asked * lanes * shared / (0.4 + 0.6 * shared)
    expected = wait_s(blocks, array(rate))
    assert float(expected) == pytest.approx(_measured_wait(desks, rate), rel=0.3)


def test_no_client_waits_for_more_than_all_others():
    one, eight = _blocks(1), _blocks(8)
    assert longest_wait_s(one, array(1.0)) == 0.0
    assert longest_wait_s(one, array(5.0)) == pytest.approx(2.0)
    assert longest_wait_s(eight, array(3.0)) == pytest.approx(0.5)
    assert longest_wait_s(eight, array(33.0)) == pytest.approx(2.0)
