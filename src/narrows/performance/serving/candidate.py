"""A way to deploy, computed: one pool or two, with the steady state of each draw."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.steady import (
    Caps,
    Pool,
    Steady,
    Traffic,
    apart,
    apart_at,
    at_sequences,
    decoding,
    shared,
    together,
    traffic,
)
from narrows.performance.serving.step import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Instances of a layout, and the pool that prefills for them if there is one.

    ``sequences`` fixes how many decode on each instance; ``None`` lets clients and memory decide.
    ``decode_only`` leaves prefill out: other devices do it.
    """

    layout: Layout
    instances: int
    prefill_layout: Layout | None = None
    prefill_instances: int = 0
    sequences: float | None = None
    decode_only: bool = False

    @property
    def devices(self) -> int:
        """Devices of both pools."""
        return self.decode_devices + self.prefill_devices

    @property
    def decode_devices(self) -> int:
        """Devices of the instances that decode."""
        return self.instances * int(self.layout.devices[0])

    @property
    def prefill_devices(self) -> int:
        """Devices that only prefill."""
        if self.prefill_layout is None:
            return 0
        return self.prefill_instances * int(self.prefill_layout.devices[0])


def machine(setting: Setting, layout: Layout, constants: Constants) -> Machine:
    """Return what an iteration of a setting runs on."""
    return Machine(
        device=setting.device,
        shape=setting.shape,
        scheme=setting.scheme,
        layout=layout,
        constants=constants,
    )


def caps(setting: Setting, max_seqs: int | None) -> Caps:
    """Return the engine's limits, or the operator's where given."""
    seqs = setting.engine.max_seqs if max_seqs is None else max_seqs
    return Caps(max_seqs=array(float(seqs)), chunk_tokens=float(setting.engine.chunk_tokens))


def load_traffic(load: Load) -> Traffic:
    """Return a load as traffic; without clients the engine is kept full."""
    return traffic(
        load.input_tokens,
        load.output_tokens,
        clients=np.inf if load.clients is None else load.clients,
        cached=load.cached_tokens,
        drafts=float(load.drafts),
    )


def accepting(constants: Constants, load: Load) -> Constants:
    """Return constants with the acceptance that a load states."""
    if load.accept is None:
        return constants
    return replace(constants, draft_accept=np.full_like(constants.draft_accept, load.accept))


def state(
    setting: Setting, found: Candidate, load: Load, limits: Caps, constants: Constants
) -> Steady:
    """Return the steady state of a candidate; rates are of all its instances."""
    known = accepting(constants, load)
    asked = load_traffic(load)
    main = machine(setting, found.layout, known)
    count = array(float(found.instances))
    if found.prefill_layout is not None:
        front = Pool(
            machine=machine(setting, found.prefill_layout, known),
            instances=array(float(found.prefill_instances)),
            caps=limits,
        )
        back = Pool(machine=main, instances=count, caps=limits)
        if found.sequences is None:
            return apart(front, back, setting.engine, asked)
        total = array(found.sequences * found.instances)
        return apart_at(front, back, asked, total, total)
    each = shared(asked, count)
    if found.decode_only:
        return _decoding(main, found, asked, count)
    one = (
        together(main, setting.engine, each, limits)
        if found.sequences is None
        else at_sequences(main, each, array(found.sequences), limits, array(found.sequences))
    )
    return _times(one, count)


def _decoding(main: Machine, found: Candidate, asked: Traffic, count: Array) -> Steady:
    if found.sequences is None:
        msg = "a pool that only decodes has a stated number of sequences"
        raise ValueError(msg)
    return _times(decoding(main, asked, array(found.sequences)), count)


def _times(one: Steady, count: Array) -> Steady:
    return replace(
        one,
        sequences=one.sequences * count,
        request_rate=one.request_rate * count,
        output_rate=one.output_rate * count,
    )
