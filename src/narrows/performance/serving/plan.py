"""The layouts that a case may have been run on, and the one that answers for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.core import RefusalError
from narrows.performance.serving.agreement import agreed, devices_of
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.cases import Case
from narrows.performance.serving.cells import Degrees
from narrows.performance.serving.layout import Layout, candidates, joined
from narrows.performance.serving.memory import sequences_that_fit, weight_bytes
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Layouts to compute for a case, one entry a candidate.

    ``instances`` of ``layout`` decode (or do both phases); ``prefill_instances`` of
    ``prefill_layout`` prefill, where pools are apart.
    """

    layout: Layout
    instances: Array
    prefill_layout: Layout | None = None
    prefill_instances: Array | None = None

    def __len__(self) -> int:
        return len(self.layout)

    @property
    def searched(self) -> bool:
        """Whether the source leaves more than one layout open."""
        return len(self) > 1

    def only(self, index: int) -> Plan:
        """Return the plan with one candidate."""
        pick = np.array([index])
        return Plan(
            layout=self.layout.at(pick),
            instances=self.instances[pick],
            prefill_layout=None if self.prefill_layout is None else self.prefill_layout.at(pick),
            prefill_instances=(
                None if self.prefill_instances is None else self.prefill_instances[pick]
            ),
        )


def plan_case(case: Case) -> Plan:
    """Return the layouts that the published degrees leave open and that fit in memory.

    Raises
    ------
    RefusalError
        The weights fit on none of them, or the degrees contradict model or devices.
    """
    told = agreed(case)
    if case.phase is Phase.APART:
        return _pools(case, *told)
    (told_once,) = told
    degrees, repeats = _counted_once(case, told_once)
    devices = case.devices // repeats
    layout = _fitting(case, _layouts(case, degrees, devices))
    return Plan(layout=layout, instances=_instances(devices, layout))


def _counted_once(case: Case, told: Degrees) -> tuple[Degrees, int]:
    """Return degrees that count no device twice, and how often the source counted each.

    No engine cuts an expert over tensor ranks of several scale-up domains. A source whose
    expert and expert-tensor degrees multiply to such a stage took both from the same devices.
    """
    ep, expert_tp = told.ep or 1, told.expert_tp or 1
    stage = (told.tp or 1) * (told.dp or 1)
    if ep == 1 or expert_tp % ep != 0 or ep * expert_tp != stage or stage <= case.device.domain:
        return told, 1
    if (told.tp or 1) % ep == 0:
        return replace(told, tp=(told.tp or 1) // ep, expert_tp=expert_tp // ep), ep
    return replace(told, dp=(told.dp or 1) // ep, expert_tp=expert_tp // ep), ep


def _pools(case: Case, front: Degrees, back: Degrees) -> Plan:
    known = _known_pools(case, front, back)
    if known is not None:
        return known
    cuts = _cuts(case.devices)
    plans = [plan for cut in cuts if (plan := _split(case, front, back, cut)) is not None]
    if not plans:
        raise _too_small(case)
    return _joined(plans)


def _cuts(devices: int) -> range:
    """Return the sizes of a prefill pool that are tried, in steps of a power of two."""
    step = 2 ** int(np.log2(max(devices / 3, 1)))
    return range(step, devices, step)


def _known_pools(case: Case, front: Degrees, back: Degrees) -> Plan | None:
    """Return the pools of a source that gives workers and degrees of both roles."""
    if front.workers is None or back.workers is None:
        return None
    if back.tp is None and back.dp is None:
        return None
    return _paired(
        _fitting(case, _layouts(case, front, devices_of(front))),
        _fitting(case, _layouts(case, back, devices_of(back))),
        front.workers,
        back.workers,
    )


def _split(case: Case, front: Degrees, back: Degrees, prefill_devices: int) -> Plan | None:
    """Return the plans in which ``prefill_devices`` prefill and the rest decode."""
    decode_devices = case.devices - prefill_devices
    if decode_devices < devices_of(back) or prefill_devices < devices_of(front):
        return None
    try:
        prefill = _fitting(case, _layouts(case, front, prefill_devices))
        decode = _fitting(case, _layouts(case, back, decode_devices))
    except RefusalError:
        return None
    return _paired(
        prefill,
        decode,
        _instances(prefill_devices, prefill),
        _instances(decode_devices, decode),
    )


def _paired(front: Layout, back: Layout, front_count: Array | int, back_count: Array | int) -> Plan:
    i, j = (index.ravel() for index in np.indices((len(front), len(back))))
    return Plan(
        layout=back.at(j),
        instances=np.broadcast_to(array(back_count), (len(back),))[j],
        prefill_layout=front.at(i),
        prefill_instances=np.broadcast_to(array(front_count), (len(front),))[i],
    )


def _joined(plans: list[Plan]) -> Plan:
    return Plan(
        layout=joined([plan.layout for plan in plans]),
        instances=np.concatenate([plan.instances for plan in plans]),
        prefill_layout=joined([p.prefill_layout for p in plans if p.prefill_layout is not None]),
        prefill_instances=np.concatenate(
            [p.prefill_instances for p in plans if p.prefill_instances is not None]
        ),
    )


def _layouts(case: Case, degrees: Degrees, devices: int) -> Layout:
    """Return the layouts that the published degrees leave open on ``devices`` devices."""
    if degrees.tp is None and degrees.dp is None:
        return _open_layouts(case, degrees, devices)
    tp = 1 if degrees.tp is None else degrees.tp
    pp = 1 if degrees.pp is None else degrees.pp
    dp = 1 if degrees.dp is None else degrees.dp
    if case.shape.heads % tp != 0:
        # attention cannot be sharded so: the degree counts its replicas
        tp, dp = 1, tp * dp
    told = (degrees.ep or 1) * (degrees.expert_tp or 1)
    if degrees.expert_tp is not None and told > tp * dp and told % dp == 0:
        # experts over more devices than attention is told of: attention is sharded over them too
        tp = told // dp
    stage = tp * dp
    rows = [(tp, pp, dp, ep) for ep in _expert_degrees(case.shape, degrees, stage)]
    if _may_replicate(case, degrees) and stage > 1:
        rows += [(1, pp, stage, stage if degrees.ep is None else rows[0][3])]
    columns = (array(column) for column in zip(*rows, strict=True))
    return Layout(*columns)


def _open_layouts(case: Case, degrees: Degrees, devices: int) -> Layout:
    """Return layouts where attention is untold: one stage unless told, experts spread where told.

    Engines run one stage unless they are asked for more. What a source tells of stages and
    experts gives way only where no such layout holds the weights.
    """
    every = candidates(case.shape, devices, domain=case.device.domain)
    staged = every.pp == (1 if degrees.pp is None else degrees.pp)
    spread = every.ep == every.tp * every.dp if degrees.spread_experts else staged
    told = [every.at(wanted) for wanted in (staged & spread, staged)]
    return next((found for found in told if np.any(_room(case, found) >= 1)), every)


def _may_replicate(case: Case, degrees: Degrees) -> bool:
    """Whether a tensor degree may hide replicated attention, where no replicas are told of.

    Some engines give the devices of a stage as its tensor degree and replicate the attention of
    a mixture of experts over them by a switch of its own.
    """
    silent = degrees.dp is None and not degrees.spread_experts
    return silent and case.engine.replicates_within_tp and case.shape.moe_layers > 0


def _expert_degrees(shape: Shape, degrees: Degrees, stage: int) -> tuple[float, ...]:
    """Return the expert degrees that a row leaves open; a lone 1 beside replicas tells nothing."""
    if shape.moe_layers == 0 or stage == 1:
        return (1.0,)
    if degrees.spread_experts:
        return (float(stage),)
    if _splits_experts(shape, degrees.expert_tp, stage):
        return (stage / (degrees.expert_tp or 1),)
    told = degrees.ep
    if degrees.expert_tp is not None and told == 1:
        return (float(stage),)
    if told is not None and stage % told == 0 and not (told == 1 and (degrees.dp or 1) > 1):
        return (float(told),)
    return (1.0, float(stage))


def _splits_experts(shape: Shape, expert_tp: int | None, stage: int) -> bool:
    """Whether an expert-tensor degree divides both the devices and the experts' width."""
    if expert_tp is None:
        return False
    return stage % expert_tp == 0 and shape.expert_width % expert_tp == 0


def _instances(devices: int, layout: Layout) -> Array:
    """Return whole instances on the devices; degrees outrank a device count that they exceed."""
    return np.maximum(np.floor(devices / layout.devices), 1.0)


def _room(case: Case, layout: Layout) -> Array:
    """Return the sequences that each candidate keeps."""
    context = array(case.input_tokens + case.output_tokens / 2)
    return sequences_that_fit(
        case.device, case.engine, case.shape, case.scheme, layout, context, case.drafts
    )


def _fitting(case: Case, layout: Layout) -> Layout:
    fit = _room(case, layout)
    if not np.any(fit >= 1):
        raise _too_small(case, layout)
    return layout.at(fit >= 1)


def _too_small(case: Case, layout: Layout | None = None) -> RefusalError:
    need = "" if layout is None else f" ({_least_gb(case, layout):.0f} GB of weights a device)"
    return RefusalError(
        f"{case.shape.name} with one sequence does not fit on {case.devices} x "
        f"{case.device.name}{need}",
        ("n_chips", "tp"),
    )


def _least_gb(case: Case, layout: Layout) -> float:
    return float(np.min(weight_bytes(case.shape, case.scheme, layout, case.drafts))) / 1e9
