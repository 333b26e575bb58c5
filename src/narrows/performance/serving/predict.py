"""The face of the serving model: one prediction, with intervals, parts, memory and flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.catalog import Chip, Model, System
from narrows.core import Estimate, InputError, Message, Obtained, RefusalError, message
from narrows.performance.serving.arrays import Array
from narrows.performance.serving.candidate import Candidate, caps, state
from narrows.performance.serving.device import GIGA
from narrows.performance.serving.knowledge import Doubt, Doubts, Knowledge, load_knowledge
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.memory import sequence_bytes, weight_bytes
from narrows.performance.serving.question import CHIPS_MAX, Deployment, Load, Setting, setting
from narrows.performance.serving.speculation import acceptance_doubt
from narrows.performance.serving.steady import Steady

P95 = 1.6448536269514722
"""Normal quantile of 95 %."""
MILLI = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingPrediction:
    """What a deployment does under a load.

    Rates are generated tokens a second of one package; ``parts_ms`` splits an iteration without
    prefill. ``ttft_ms`` is the mean, without the queue of requests beyond what the engine takes.
    """

    model: str
    chip: str
    chips: float
    layout: str
    weights: str
    cache: str
    engine: str
    tpot_ms: Estimate
    ttft_ms: Estimate
    output_rate_per_chip: Estimate
    requests_per_s: float
    sequences: float
    prefill_share: float
    weights_gb: float
    cache_gb: float
    memory_gb: float
    parts_ms: dict[str, float]
    flags: tuple[Message, ...]
    obtained: Obtained
    candidate: Candidate


def predict(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    chips: int,
    system: System | None = None,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
) -> ServingPrediction:
    """Return latency and throughput of a stated layout on ``chips`` packages.

    Raises
    ------
    RefusalError
        A decisive figure is not public, or the model does not fit.
    InputError
        The layout is missing, or the model or the devices do not allow it.
    """
    chosen = Deployment() if deployment is None else deployment
    asked = setting(model, chip, system=system, deployment=chosen)
    if chosen.layout is None:
        raise InputError("no layout is given", "give one, or use search", fieldname="layout")
    found = _candidate(asked, chosen, chosen.layout, chips)
    known = load_knowledge() if knowledge is None else knowledge
    return describe(asked, found, load, known, max_seqs=chosen.max_seqs, searched=False)


def describe(
    asked: Setting,
    found: Candidate,
    load: Load,
    known: Knowledge,
    *,
    max_seqs: int | None = None,
    searched: bool,
) -> ServingPrediction:
    """Return the prediction of a candidate, with intervals from the constants' draws.

    Raises
    ------
    RefusalError
        Not one sequence fits in memory.
    """
    limits = caps(asked, max_seqs)
    middle = state(asked, found, load, limits, known.central(asked.member))
    if float(np.min(middle.room)) < 1:
        raise RefusalError(
            f"{asked.model} does not fit on {found.devices} devices of {asked.chip}",
            ("more chips, or a narrower weight format",),
        )
    drawn = state(asked, found, load, limits, known.spread(asked.member))
    layout = {Doubt.SEARCHED: float(searched)}
    residual = known.residual(asked.member, {**setting_doubts(asked, load), **layout})
    chips = found.devices / asked.device.per_chip
    held = _memory_gb(asked, found, load, middle)
    return ServingPrediction(
        model=asked.model,
        chip=asked.chip,
        chips=chips,
        layout=layout_text(found),
        weights=str(asked.scheme.experts.weights.element),
        cache=str(asked.scheme.cache),
        engine=asked.engine.id,
        tpot_ms=_interval(middle.tpot_s, drawn.tpot_s, residual, MILLI, "ms", known),
        ttft_ms=_interval(
            middle.ttft_s, drawn.ttft_s, known.residuals.first_token, MILLI, "ms", known
        ),
        output_rate_per_chip=_interval(
            middle.output_rate, drawn.output_rate, residual, 1 / chips, "token/s", known
        ),
        requests_per_s=float(middle.request_rate.item()),
        sequences=float(middle.sequences.item()),
        prefill_share=float(middle.prefill_share.item()),
        weights_gb=held[0],
        cache_gb=held[1],
        memory_gb=asked.device.memory_bytes / GIGA,
        parts_ms={name: float(part.item()) * MILLI for name, part in middle.step.parts().items()},
        flags=_flags(asked, load, known, searched=searched),
        obtained=known.obtained,
        candidate=found,
    )


def setting_doubts(asked: Setting, load: Load) -> Doubts:
    """Return what makes a setting under a load less certain than a dense model."""
    sizes = {
        Doubt.EXPERTS: float(asked.shape.moe_layers > 0),
        Doubt.DRAFTS: acceptance_doubt(load.drafts) if load.accept is None else 0.0,
        Doubt.CACHED: float(load.cached_tokens > 0),
        Doubt.STAND_IN: float(asked.stand_in),
    }
    return {doubt: size for doubt, size in sizes.items() if size > 0}


def log_interval(
    middle: float, draws: Array, residual: float, unit: str, obtained: Obtained
) -> Estimate:
    """Return a log-normal interval: spread of the draws and the model's own error together."""
    parameter = float(np.std(np.log(draws)))
    width = float(np.exp(P95 * np.hypot(parameter, residual)))
    return Estimate(middle / width, middle, middle * width, unit=unit, obtained=obtained)


def layout_text(found: Candidate) -> str:
    """Return a layout as engineers write it: ``2 x TP8`` or ``1 x TP4 + 2 x DP8 EP8``."""
    main = f"{found.instances} x {_degrees_text(found.layout)}"
    if found.prefill_layout is None:
        return main
    return f"prefill {found.prefill_instances} x {_degrees_text(found.prefill_layout)}, {main}"


def _degrees_text(layout: Layout) -> str:
    degrees = (("TP", layout.tp), ("PP", layout.pp), ("DP", layout.dp), ("EP", layout.ep))
    shown = [f"{name}{int(value[0])}" for name, value in degrees if value[0] > 1]
    return " ".join(shown) if shown else "TP1"


def _candidate(asked: Setting, chosen: Deployment, layout: Layout, chips: int) -> Candidate:
    if not 1 <= chips <= CHIPS_MAX:
        raise InputError(
            "out of range", f"give 1 to {CHIPS_MAX} chips", fieldname="chips", value=chips
        )
    devices = chips * asked.device.per_chip
    front = chosen.prefill_layout
    for spread in (layout,) if front is None else (layout, front):
        _check_layout(asked, spread)
    taken = 0 if front is None else int(front.devices[0])
    instances = (devices - taken) // int(layout.devices[0])
    if instances < 1:
        raise InputError(
            f"the layout needs {int(layout.devices[0]) + taken} devices, {devices} are there",
            "use fewer devices an instance, or more chips",
            fieldname="layout",
        )
    return Candidate(
        layout=layout,
        instances=instances,
        prefill_layout=front,
        prefill_instances=0 if front is None else 1,
    )


def _check_layout(asked: Setting, spread: Layout) -> None:
    """Refuse degrees that the model's heads or layers, or the devices of a stage, do not allow."""
    shape = asked.shape
    limits = (
        ("tp", spread.tp, shape.heads % spread.tp == 0, f"{shape.heads} heads"),
        ("pp", spread.pp, spread.pp <= shape.layers, f"{shape.layers} layers"),
        ("ep", spread.ep, spread.tp * spread.dp % spread.ep == 0, "devices of a stage"),
    )
    for name, degree, is_allowed, whole in limits:
        if not np.all(is_allowed):
            raise InputError(
                f"cannot split the {whole} of {asked.model}",
                "give a degree that they allow",
                fieldname=name,
                value=int(degree[0]),
            )


def _interval(
    middle: Array, drawn: Array, residual: float, scale: float, unit: str, known: Knowledge
) -> Estimate:
    value = float(middle.item()) * scale
    return log_interval(value, np.ravel(drawn), residual, unit, known.obtained)


def _memory_gb(asked: Setting, found: Candidate, load: Load, now: Steady) -> tuple[float, float]:
    weights = weight_bytes(asked.shape, asked.scheme, found.layout, load.drafts)
    context = np.asarray(load.input_tokens + load.output_tokens / 2)
    one = sequence_bytes(asked.shape, asked.scheme, found.layout, context, load.drafts)
    kept = now.sequences / found.instances / found.layout.dp * one
    return float(weights.item()) / GIGA, float(kept.item()) / GIGA


def _flags(asked: Setting, load: Load, known: Knowledge, *, searched: bool) -> tuple[Message, ...]:
    flags = [
        message("serving.device.assumed", chip=asked.chip, field=field)
        for field in asked.facts_assumed
    ]
    if known.obtained is Obtained.FIRST_GUESS:
        flags.append(message("serving.constants.first_guess", chip=asked.chip))
    if asked.member.family not in known.residuals.families:
        flags.append(message("serving.constants.by_specification", chip=asked.chip))
    if asked.stand_in:
        flags.append(message("serving.model.stand_in", model=asked.model))
    if load.drafts > 0 and not asked.shape.predictor.own:
        flags.append(message("serving.drafter.assumed", model=asked.model))
    if searched:
        flags.append(message("serving.layout.searched"))
    return tuple(flags)
