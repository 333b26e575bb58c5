"""From a case to predicted figures, for one or many sets of constants at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.cases import Case
from narrows.performance.serving.cells import Degrees
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.iteration import iteration_s, lifetime, prefill_lanes
from narrows.performance.serving.knowledge import Doubt, Doubts
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.one_pool import drained_rate, together
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.plan import Plan
from narrows.performance.serving.settle import settle
from narrows.performance.serving.speculation import acceptance_doubt, tokens_per_step
from narrows.performance.serving.steady import Caps, Steady, sequence_limit
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import Traffic, shared, traffic
from narrows.performance.serving.two_pools import Pool, apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Predicted figures of a case over all its devices; ``None`` where a run has no such figure.

    Arrays have one entry a candidate along the last axis, and draws along the first.
    """

    tpot_s: Array | None = None
    ttft_s: Array | None = None
    output_rate: Array | None = None
    input_rate: Array | None = None

    @property
    def merit(self) -> Array:
        """Return what a layout is chosen by: tokens a second."""
        found = self.output_rate if self.output_rate is not None else self.input_rate
        if found is None:
            msg = "an answer has a rate"
            raise ValueError(msg)
        return found


def answer(case: Case, plan: Plan, constants: Constants) -> Answer:
    """Return the figures of every candidate of a plan."""
    return _PHASES[case.phase](case, plan, _accepting(case, constants))


def best(case: Case, plan: Plan, constants: Constants) -> int:
    """Return the index of the candidate with the highest rate."""
    return int(np.argmax(np.ravel(answer(case, plan, constants).merit)))


def doubts_of(case: Case, plan: Plan) -> Doubts:
    """Return what makes a case less certain than one of a dense model in a known layout."""
    sizes = {
        Doubt.EXPERTS: float(case.shape.moe_layers > 0),
        Doubt.DRAFTS: acceptance_doubt(case.drafts) if case.accept is None else 0.0,
        Doubt.SEARCHED: float(plan.searched and case.phase is not Phase.APART),
        Doubt.POOLS: float(plan.searched and case.phase is Phase.APART),
        Doubt.CACHED: float(case.cached_tokens > 0),
        Doubt.STAND_IN: float(case.model_match != "same"),
    }
    return {doubt: size for doubt, size in sizes.items() if size > 0}


def _accepting(case: Case, constants: Constants) -> Constants:
    """Return the constants with the acceptance that the run assumed or measured, if told."""
    if case.accept is None:
        return constants
    told = np.full_like(constants.draft_accept, min(case.accept, 0.99))
    return replace(constants, draft_accept=told)


def _together(case: Case, plan: Plan, constants: Constants) -> Answer:
    machine = _machine(case, plan.layout, constants)
    load = _load(case, plan.instances)
    state = together(machine, case.engine, load, _caps(case, case.decode))
    rate = state.output_rate
    if case.is_offline:
        rate = drained_rate(machine, load, state)
    return Answer(
        tpot_s=state.tpot_s,
        ttft_s=_waiting(case, state),
        output_rate=rate * plan.instances,
    )


def _apart(case: Case, plan: Plan, constants: Constants) -> Answer:
    if plan.prefill_layout is None or plan.prefill_instances is None:
        msg = "pools apart need a prefill layout"
        raise ValueError(msg)
    front = Pool(
        machine=_machine(case, plan.prefill_layout, constants),
        instances=plan.prefill_instances,
        caps=_caps(case, case.prefill),
    )
    back = Pool(
        machine=_machine(case, plan.layout, constants),
        instances=plan.instances,
        caps=_caps(case, case.decode),
    )
    state = apart(front, back, case.engine, _load(case, array(1.0)))
    return Answer(tpot_s=state.tpot_s, ttft_s=_waiting(case, state), output_rate=state.output_rate)


def _decode(case: Case, plan: Plan, constants: Constants) -> Answer:
    """Return a pure decode step at a fixed batch, or at the batch that memory allows."""
    machine = _machine(case, plan.layout, constants)
    load = _load(case, plan.instances)
    room = sequence_limit(machine, case.engine, load, _caps(case, case.decode))
    sequences = load.clients if case.clients is not None else _held(case, machine, load, room)
    step = iteration_s(machine, load, sequences, array(0.0))
    gain = tokens_per_step(case.drafts, machine.constants.draft_accept)
    return Answer(tpot_s=step / gain, output_rate=sequences * gain / step * plan.instances)


def _held(case: Case, machine: Machine, load: Traffic, room: Array) -> Array:
    """Return the sequences that memory holds, or fewer where so many come a second."""
    most = np.minimum(load.clients, room)
    if case.request_rate is None:
        return most
    life = lifetime(machine, load)

    def next_sequences(sequences: Array) -> Array:
        cycle = life * iteration_s(machine, load, sequences, array(0.0))
        return np.minimum(most, load.arrivals * cycle)

    return settle(next_sequences, most)


def _prefill(case: Case, plan: Plan, constants: Constants) -> Answer:
    """Return prompts computed side by side, without decoding.

    Prompts of a batch are spread over the replicas; a row may instead give the tokens that each
    device holds in an iteration.
    """
    machine = _machine(case, plan.layout, constants)
    load = _load(case, plan.instances)
    if case.prompt_batch is not None:
        chunk = case.prompt_batch * machine.layout.tp
        seconds = iteration_s(machine, load, array(0.0), chunk)
        rate = chunk * prefill_lanes(machine) / seconds
        return Answer(ttft_s=seconds, input_rate=rate * plan.instances)
    prompts = 1.0 if case.clients is None else case.clients
    each = np.maximum(prompts / (plan.instances * machine.layout.dp), 1.0)
    pieces = np.ceil(each * load.fresh_tokens / max(case.engine.chunk_tokens, case.input_tokens))
    chunk = each * load.fresh_tokens / pieces
    seconds = pieces * iteration_s(machine, load, array(0.0), chunk)
    return Answer(ttft_s=seconds, input_rate=prompts * case.input_tokens / seconds)


_PHASES: dict[Phase, Callable[[Case, Plan, Constants], Answer]] = {
    Phase.TOGETHER: _together,
    Phase.APART: _apart,
    Phase.DECODE: _decode,
    Phase.PREFILL: _prefill,
}


def _machine(case: Case, layout: Layout, constants: Constants) -> Machine:
    return Machine(
        device=case.device,
        shape=case.shape,
        scheme=case.scheme,
        layout=layout,
        constants=constants,
        even_experts=case.engine.even_experts,
    )


def _load(case: Case, instances: Array) -> Traffic:
    whole = traffic(
        case.input_tokens,
        case.output_tokens,
        clients=case.queued if case.clients is None else case.clients,
        cached=case.cached_tokens,
        arrivals=np.inf if case.request_rate is None else case.request_rate,
        drafts=case.drafts,
    )
    return shared(whole, instances)


def _caps(case: Case, degrees: Degrees) -> Caps:
    seqs = case.engine.max_seqs if degrees.max_seqs is None else degrees.max_seqs
    return Caps(max_seqs=array(float(seqs)), chunk_tokens=float(case.engine.chunk_tokens))


def _waiting(case: Case, state: Steady) -> Array | None:
    return None if case.is_offline else state.ttft_s
