"""Chips side by side for the two phases of serving, each against a reference chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.catalog import Catalog, Model
from narrows.core import Estimate
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import Candidate, caps, machine, state
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.place import place_named
from narrows.performance.serving.predict import layout_text, log_interval, setting_doubts
from narrows.performance.serving.question import Deployment, Limits, Load, Setting, setting
from narrows.performance.serving.rank import fastest_front, rank_decode
from narrows.performance.serving.traffic import traffic
from narrows.performance.serving.two_pools import Pool, prefill_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRates:
    """Tokens a second of one package when pools are apart, and the same over the reference's.

    ``decode`` counts generated tokens under the limit on time per token, ``prefill`` prompt
    tokens. Ratios share the constants' draws, so what both chips have in common cancels.
    """

    system: str
    chip: str
    engine: str
    chips: int
    decode: Estimate
    decode_layout: str
    decode_ratio: Estimate
    prefill: Estimate
    prefill_layout: str
    prefill_ratio: Estimate


@dataclass(frozen=True, slots=True)
class _Phase:
    middle: float
    draws: Array
    residual: float
    layout: str


def compare_phases(
    catalog: Catalog,
    model: Model,
    systems: Sequence[str],
    *,
    chips: int,
    load: Load,
    limits: Limits,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
) -> tuple[PhaseRates, ...]:
    """Return decode and prefill rates of each system's chip; the last is the reference.

    A system or a lone chip may be named with its engine after a colon (``cloudmatrix384:cann``);
    else it runs the deployment's, or the one usual on its chip.

    Raises
    ------
    RefusalError
        The model does not fit on ``chips`` packages of one of them, or the limit cannot be met.
    """
    known = load_knowledge() if knowledge is None else knowledge
    chosen = Deployment() if deployment is None else deployment
    asked = [_setting(catalog, model, name, chosen) for name in systems]
    decodes = [_decode(one, chips, load, limits, known) for one in asked]
    prefills = [_prefill(one, chips, load, known) for one in asked]
    return tuple(
        PhaseRates(
            system=name,
            chip=one.chip,
            engine=one.engine.id,
            chips=chips,
            decode=_interval(decode, known),
            decode_layout=decode.layout,
            decode_ratio=_ratio(decode, decodes[-1], known),
            prefill=_interval(prefill, known),
            prefill_layout=prefill.layout,
            prefill_ratio=_ratio(prefill, prefills[-1], known),
        )
        for name, one, decode, prefill in zip(systems, asked, decodes, prefills, strict=True)
    )


def _setting(catalog: Catalog, model: Model, name: str, chosen: Deployment) -> Setting:
    place = place_named(catalog, name)
    deployed = place.deployed(chosen)
    return setting(model, place.chip, system=place.system, deployment=deployed)


def _decode(asked: Setting, chips: int, load: Load, limits: Limits, known: Knowledge) -> _Phase:
    devices = chips * asked.device.per_chip
    found = rank_decode(asked, load, devices, limits, known)
    bounds = caps(asked, None)
    middle = state(asked, found, load, bounds, known.central(asked.member))
    drawn = state(asked, found, load, bounds, known.spread(asked.member))
    return _Phase(
        middle=float(middle.output_rate.item()) / chips,
        draws=np.ravel(drawn.output_rate) / chips,
        residual=_residual(asked, load, known),
        layout=layout_text(found),
    )


def _prefill(asked: Setting, chips: int, load: Load, known: Knowledge) -> _Phase:
    devices = chips * asked.device.per_chip
    layout = fastest_front(asked, load, devices, known)
    count = devices // int(layout.devices[0])

    def rate(constants: Constants) -> Array:
        pool = Pool(
            machine=machine(asked, layout, constants),
            instances=array(float(count)),
            caps=caps(asked, None),
        )
        asks = traffic(load.input_tokens, load.output_tokens, cached=load.cached_tokens)
        return np.ravel(prefill_rate(pool, asks)) * load.input_tokens / chips

    return _Phase(
        middle=float(rate(known.central(asked.member))[0]),
        draws=rate(known.spread(asked.member)),
        residual=_residual(asked, load, known),
        layout=layout_text(_front(layout, count)),
    )


def _front(layout: Layout, count: int) -> Candidate:
    return Candidate(layout=layout, instances=count)


def _residual(asked: Setting, load: Load, known: Knowledge) -> float:
    return known.residual(asked.member, setting_doubts(asked, load))


def _interval(phase: _Phase, known: Knowledge) -> Estimate:
    return log_interval(phase.middle, phase.draws, phase.residual, "token/s", known.obtained)


def _ratio(phase: _Phase, reference: _Phase, known: Knowledge) -> Estimate:
    own = 0.0 if phase is reference else float(np.hypot(phase.residual, reference.residual))
    return log_interval(
        phase.middle / reference.middle,
        phase.draws / reference.draws,
        own,
        "1",
        known.obtained,
    )
