from __future__ import annotations

import numpy as np
import pytest

from narrows.core import InputError
from narrows.performance.serving.prefill_queue import Desks, prompts_done
from narrows.performance.serving.requests import dealt, logged_requests, poisson_requests


def written(tmp_path, text: str):
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_log_is_put_in_order_and_begins_at_nought(tmp_path):
    path = written(tmp_path, "arrived_s,output_tokens\n107.5,20\n100,\n103,5\n")
    found = logged_requests(path, output_tokens=300.0)
    assert found.arrived_s.tolist() == [[0.0, 3.0, 7.5]]
    assert found.output_tokens.tolist() == [[300.0, 5.0, 20.0]]
    assert found.requests_per_s == pytest.approx(2 / 7.5)
    assert found.edge_share == 0.0


def test_lengths_may_be_left_out(tmp_path):
    found = logged_requests(written(tmp_path, "arrived_s\n1\n1\n"), output_tokens=9.0)
    assert found.output_tokens.tolist() == [[9.0, 9.0]]
    assert found.requests_per_s == float("inf")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "file is empty"),
        ("arrived_s,prompt\n1,2\n", "other columns"),
        ("arrived_s\n", "holds no request"),
        ("arrived_s\n1\nsoon\n", r"log\.csv:3.*arrived_s.*soon"),
        ("arrived_s\n-1\n", "arrived_s"),
        ("arrived_s,output_tokens\n1,0\n", "output_tokens"),
        ("arrived_s,output_tokens\n1,inf\n", "output_tokens"),
        ('arrived_s\n"1\n', "not valid CSV"),
    ],
)
def test_a_faulty_log_is_told_by_line_and_field(tmp_path, text, complaint):
    with pytest.raises(InputError, match=complaint):
        logged_requests(written(tmp_path, text), output_tokens=1.0)


def test_a_missing_log_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        logged_requests(tmp_path / "nowhere.csv", output_tokens=1.0)
    with pytest.raises(InputError, match="cannot be read"):
        logged_requests(tmp_path, output_tokens=1.0)


def test_poisson_streams_have_their_rate_and_repeat():
    once, again = (poisson_requests(4.0, 7.0, streams=20, each=2000, seed=3) for _ in range(2))
    assert np.array_equal(once.arrived_s, again.arrived_s)
    assert once.requests_per_s == pytest.approx(4.0, rel=0.02)
    gaps = np.diff(once.arrived_s, axis=1)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.03)


def test_requests_are_dealt_in_turn():
    found = dealt(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    assert found.tolist() == [[1.0, 3.0, 5.0], [2.0, 4.0, np.inf]]
    both = dealt(np.array([[1.0, 2.0], [3.0, 4.0]]), 2)
    assert both.tolist() == [[1.0], [2.0], [3.0], [4.0]]


@pytest.mark.parametrize("servers", [1, 2, 5])
@pytest.mark.parametrize(("lanes", "most"), [(1, 1), (4, 4), (2, 6)])
def test_the_prefill_queue_equals_one_kept_by_hand(servers, lanes, most):
    arrived = np.cumsum(np.random.default_rng(5).exponential(0.1, (3, 200)), axis=1)
    desks = Desks(servers=servers, lanes=lanes, most=most, one_s=0.7, done_s=0.9, more_s=0.2)
    found = prompts_done(arrived, desks)
    for stream, row in enumerate(arrived):
        free, at = [0.0] * servers, 0
        while at < len(row):
            first = min(range(servers), key=free.__getitem__)
            start = max(row[at], free[first])
            block = [came for came in row[at : at + most] if came <= start]
            for place in range(len(block)):
                done = start + 0.9 + place // lanes * 0.2
                assert found[stream, at + place] == pytest.approx(done)
            free[first] = start + 0.7 + (len(block) - 1) // lanes * 0.2
            at += len(block)


def test_streams_of_other_lengths_end_by_themselves():
    desks = Desks(servers=1, lanes=1, most=1, one_s=1.0, done_s=1.0, more_s=1.0)
    found = prompts_done(np.array([[0.0, 0.5, 9.0], [4.0, np.inf, np.inf]]), desks)
    assert found.tolist() == [[1.0, 2.0, 10.0], [5.0, np.inf, np.inf]]
