"""A problem that is not well posed is refused with the name of the array."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import Counted, ProblemError, mean_path, packaged_instance, relax

PROBLEM = packaged_instance(quarters=4)


def _with(part, **fields):
    return replace(PROBLEM, **{part: replace(getattr(PROBLEM, part), **fields)})


@pytest.mark.parametrize(
    ("part", "name", "change"),
    [
        ("offers", "price", lambda a: a[:, :-1]),
        ("offers", "price", lambda a: a - 1e9),
        ("offers", "may_order", lambda a: a + 1.5),
        ("offers", "supply", lambda a: a * np.nan),
        ("offers", "lot", lambda a: a * 0.0),
        ("offers", "lead", lambda a: a * 0.5),
        ("sites", "power_kw", lambda a: -a),
        ("fleet", "availability", lambda a: a * 0.0),
        ("work", "demand", lambda a: a.T),
        ("work", "unmet_max", lambda a: a + 0.5),
        ("rental", "allowed", lambda a: a - 2.0),
        ("porting", "stack", lambda a: a + 50),
        ("porting", "quarters", lambda a: a - 9),
    ],
)
def test_fault_names_the_array(part, name, change):
    values = change(getattr(getattr(PROBLEM, part), name))
    with pytest.raises(ProblemError) as caught:
        _with(part, **{name: values})
    assert str(caught.value.fieldname).startswith(f"{part}.{name}")
    assert "\n" not in str(caught.value)


def test_fault_names_the_bank():
    cap, share = PROBLEM.caps[0], PROBLEM.shares[0]
    for changed, field in (
        ({"caps": (replace(cap, quota=cap.quota - 1e9),)}, "caps.import_cap.quota"),
        ({"caps": (replace(cap, carry=1.5),)}, "caps.import_cap.carry"),
        ({"caps": (replace(cap, counted=Counted.FLEET),)}, "caps.import_cap.counted"),
        ({"caps": (cap, cap)}, "caps"),
        ({"shares": (replace(share, share=share.share * 0 + 1),)}, "shares.domestic_share.share"),
        ({"shares": (replace(share, others=share.domestic),)}, "shares.domestic_share"),
        ({"here_and_now": 9}, "here_and_now"),
        ({"risk": replace(PROBLEM.risk, discount=0.0)}, "risk.discount"),
        ({"axes": replace(PROBLEM.axes, sites=("a", "a", "b"))}, "axes.sites"),
        ({"axes": replace(PROBLEM.axes, quarters=("a",))}, "axes.quarters"),
    ):
        with pytest.raises(ProblemError) as caught:
            replace(PROBLEM, **changed)
        assert str(caught.value.fieldname).startswith(field)


def test_mean_path_is_a_relaxation_of_nothing_but_a_plan_of_its_own():
    path = mean_path(PROBLEM)
    assert path.tree.n_nodes == path.tree.n_stages
    assert np.isfinite(relax(path).objective)
