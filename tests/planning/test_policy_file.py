"""A trained policy is data: it is pickled, kept and sent, and answers alike everywhere."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from narrows.core import InputError
from narrows.executors import Job, Processes, Serial
from narrows.planning import (
    TrainOptions,
    fingerprint,
    first_orders,
    load_policy,
    packaged_graph,
    replay,
    sample_futures,
    save_policy,
    train,
)

GRAPH = packaged_graph(quarters=4, regimes=3, shocks=2)
POLICY = train(GRAPH, TrainOptions(iterations=25))
FUTURES = sample_futures(GRAPH, 60, seed=5)


def _bits(replayed):
    return tuple(array.tobytes() for array in (replayed.cost, replayed.orders, replayed.unmet))


BITS = _bits(replay(POLICY, FUTURES))


def bits_of(policy, futures):
    """What a worker is asked for."""
    return _bits(replay(policy, futures))


def test_a_pickled_policy_replays_to_the_bit():
    again = pickle.loads(pickle.dumps(POLICY))  # noqa: S301
    assert _bits(replay(again, FUTURES)) == BITS
    np.testing.assert_array_equal(first_orders(again), first_orders(POLICY))


def test_asking_twice_gives_the_same():
    assert _bits(replay(POLICY, FUTURES)) == BITS


@pytest.mark.parametrize("executor", [Serial(), Processes(workers=1)], ids=["serial", "process"])
def test_a_policy_replays_to_the_bit_elsewhere(executor):
    job = Job(key="replay", work=bits_of, arguments=(POLICY, FUTURES))
    assert executor.run([job]).values() == (BITS,)


def test_a_saved_policy_replays_to_the_bit(tmp_path):
    save_policy(POLICY, tmp_path / "policy.npz")
    again = load_policy(tmp_path / "policy.npz", packaged_graph(quarters=4, regimes=3, shocks=2))
    assert again.bound == POLICY.bound
    assert _bits(replay(again, FUTURES)) == BITS


def test_a_fingerprint_sees_every_number_and_name():
    price = GRAPH.offers.price.copy()
    price[-1, -1] = np.nextafter(price[-1, -1], np.inf)
    dearer = replace(GRAPH, offers=replace(GRAPH.offers, price=price))
    renamed = replace(GRAPH, regimes=("a", "b", "c"))
    same = packaged_graph(quarters=4, regimes=3, shocks=2)
    assert fingerprint(same) == fingerprint(GRAPH)
    assert len({fingerprint(one) for one in (GRAPH, dearer, renamed)}) == 3


def test_a_policy_of_another_graph_is_refused(tmp_path):
    save_policy(POLICY, tmp_path / "policy.npz")
    with pytest.raises(InputError, match="another graph") as caught:
        load_policy(tmp_path / "policy.npz", packaged_graph(quarters=4, regimes=3, shocks=3))
    assert caught.value.file == tmp_path / "policy.npz"


def test_another_layout_is_refused(tmp_path):
    head = {"kind": "narrows policy", "version": 99, "graph": fingerprint(GRAPH)}
    np.savez(tmp_path / "new.npz", head=np.array(json.dumps(head)))
    with pytest.raises(InputError, match=r"another layout.*99"):
        load_policy(tmp_path / "new.npz", GRAPH)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04broken", pickle.dumps([1])])
def test_what_is_no_policy_file_is_refused(tmp_path, content):
    (tmp_path / "other.npz").write_bytes(content)
    with pytest.raises(InputError, match="no policy file"):
        load_policy(tmp_path / "other.npz", GRAPH)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_policy(tmp_path / "absent.npz", GRAPH)
    with pytest.raises(InputError, match="cannot be written"):
        save_policy(POLICY, tmp_path / "no" / "folder.npz")


@pytest.mark.parametrize("lost", ["opening", "bounds", "slope_1_0"])
def test_a_policy_file_that_lacks_an_array_is_refused(tmp_path, lost):
    save_policy(POLICY, tmp_path / "whole.npz")
    with np.load(tmp_path / "whole.npz") as archive:
        kept = {name: archive[name] for name in archive.files if name != lost}
    np.savez(tmp_path / "damaged.npz", **kept)
    with pytest.raises(InputError, match="damaged"):
        load_policy(tmp_path / "damaged.npz", GRAPH)
