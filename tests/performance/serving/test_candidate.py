"""Candidates computed together give what each gives alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from narrows.performance.serving import Candidate, Deployment, Limits, Load, layout, setting
from narrows.performance.serving.candidate import alike, caps, state, states
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.supplied import all_supplied

LOAD = Load(input_tokens=4000, output_tokens=1000, drafts=1)
ONE_POOL = [
    Candidate(layout=layout(tp=8, ep=8), instances=4, sequences=64.0),
    Candidate(layout=layout(tp=2, dp=8, ep=16), instances=2, sequences=300.0),
    Candidate(layout=layout(tp=4, pp=2, dp=2), instances=1, sequences=7.0),
]
DECODING = [replace(each, decode_only=True) for each in ONE_POOL]
TWO_POOLS = [
    Candidate(
        layout=layout(dp=16, ep=16), instances=1, sequences=sequences,
        prefill_layout=front, prefill_instances=count,
    )
    for sequences, front, count in [
        (2048.0, layout(dp=8, ep=8), 1),
        (8.0, layout(tp=8, ep=8), 2),
        (700.0, layout(tp=2, pp=2, dp=2), 1),
    ]
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(catalog):
    return setting(
        catalog.models["deepseek-v3"],
        catalog.chips["nv-h200-sxm"],
        system=catalog.systems["dgx-h200"],
        deployment=Deployment(),
    )


@pytest.mark.parametrize("found", [ONE_POOL, DECODING, TWO_POOLS])
@pytest.mark.parametrize("constants", ["central", "spread"])
def test_many_at_once_are_each_alone(asked, found, constants):
    values = getattr(load_knowledge(), constants)(asked.member)
    many = states(asked, alike(found), LOAD, caps(asked, None), values)
    for place, one in enumerate(found):
        alone = state(asked, one, LOAD, caps(asked, None), values)
        for name in (field.name for field in fields(alone) if field.name != "step"):
            all_of_them = np.atleast_1d(getattr(many, name))[..., place]
            assert all_of_them == pytest.approx(getattr(alone, name)[..., 0], rel=1e-12), name
        for name, seconds in alone.step.parts().items():
            shape = np.broadcast_shapes(many.step.parts()[name].shape, many.sequences.shape)
            together = np.broadcast_to(many.step.parts()[name], shape)[..., place]
            assert together == pytest.approx(
                np.broadcast_to(seconds, (*shape[:-1], 1))[..., 0], rel=1e-12
            ), name


@pytest.mark.parametrize("limits", [Limits(), Limits(ttft_ms=900.0), Limits(ttft_ms=1500.0)])
def test_many_are_fed_or_left_out_at_once_as_each_alone(asked, limits):
    known, found = load_knowledge(), [*TWO_POOLS, *ONE_POOL, *TWO_POOLS[:1]]
    fed = all_supplied(asked, found, LOAD, limits, known)
    alone = [one for each in found for one in all_supplied(asked, [each], LOAD, limits, known)]
    assert [each.sequences for each in fed] == [
        pytest.approx(each.sequences, rel=1e-12) for each in alone
    ]
    assert any(each is found[1] for each in fed), "some are fed as they are"
    held_back = [each for each in fed if each.prefill_layout is not None and each not in found]
    assert held_back, "prefill holds others back"


def test_kinds_do_not_mix():
    with pytest.raises(ValueError, match="one kind"):
        alike([*ONE_POOL, *TWO_POOLS])
    with pytest.raises(ValueError, match="one kind"):
        alike([])


def test_what_clients_decide_is_not_stated():
    with pytest.raises(ValueError, match="clients"):
        alike([replace(ONE_POOL[0], sequences=None)]).stated  # noqa: B018
