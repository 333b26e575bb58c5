"""A way to deploy, computed: one pool or two, with the steady state of each draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.layout import Layout, joined
from narrows.performance.serving.one_pool import together
from narrows.performance.serving.open_pool import arriving
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.steady import Caps, Steady
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import Traffic, shared, traffic
from narrows.performance.serving.two_pools import Pool, apart, apart_at, decoding, feed


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Candidates of one kind as arrays of shape ``(n,)``, one entry a candidate.

    All have one pool, all have two, or all leave prefill out; all state their sequences or none.
    """

    layout: Layout
    instances: Array
    prefill_layout: Layout | None
    prefill_instances: Array
    sequences: Array | None
    decode_only: bool

    @property
    def stated(self) -> Array:
        """Sequences on each instance; an error where clients and memory decide."""
        if self.sequences is None:
            msg = "these candidates leave their sequences to clients and memory"
            raise ValueError(msg)
        return self.sequences


def alike(found: Sequence[Candidate]) -> Alike:
    """Return candidates of one kind as arrays.

    Raises
    ------
    ValueError
        There are none, or they are of several kinds.
    """
    if len({_kind(each) for each in found}) != 1:
        msg = "candidates of exactly one kind make arrays"
        raise ValueError(msg)
    fronts = [each.prefill_layout for each in found if each.prefill_layout is not None]
    sequences = [each.sequences for each in found if each.sequences is not None]
    return Alike(
        layout=joined([each.layout for each in found]),
        instances=array([each.instances for each in found]),
        prefill_layout=joined(fronts) if fronts else None,
        prefill_instances=array([each.prefill_instances for each in found]),
        sequences=array(sequences) if sequences else None,
        decode_only=found[0].decode_only,
    )


def _kind(found: Candidate) -> tuple[bool, bool, bool]:
    return found.prefill_layout is None, found.sequences is None, found.decode_only


def state(
    setting: Setting, found: Candidate, load: Load, limits: Caps, constants: Constants
) -> Steady:
    """Return the steady state of a candidate; rates are of all its instances."""
    return states(setting, alike([found]), load, limits, constants)


def states(
    setting: Setting, found: Alike, load: Load, limits: Caps, constants: Constants
) -> Steady:
    """Return the steady state of each candidate, shape ``(n,)`` or ``(draws, n)``."""
    known = accepting(constants, load)
    asked = load_traffic(load)
    if found.prefill_layout is not None:
        return _apart(setting, found, asked, limits, known)
    main = machine(setting, found.layout, known)
    if found.decode_only:
        return times(decoding(main, asked, found.stated), found.instances)
    each = shared(asked, found.instances)
    one = (
        together(main, setting.engine, each, limits)
        if found.sequences is None
        else arriving(main, each, found.sequences, limits, found.sequences)
    )
    return times(one, found.instances)


def pools(setting: Setting, found: Alike, limits: Caps, constants: Constants) -> tuple[Pool, Pool]:
    """Return the pools of each candidate: the one that prefills, and the one that decodes.

    Raises
    ------
    ValueError
        The candidates have one pool.
    """
    if found.prefill_layout is None:
        msg = "these candidates have one pool"
        raise ValueError(msg)
    front, back = (
        machine(setting, spread, constants) for spread in (found.prefill_layout, found.layout)
    )
    return (
        Pool(machine=front, instances=found.prefill_instances, caps=limits),
        Pool(machine=back, instances=found.instances, caps=limits),
    )


def _apart(
    setting: Setting, found: Alike, asked: Traffic, limits: Caps, constants: Constants
) -> Steady:
    prefill, decode = pools(setting, found, limits, constants)
    if found.sequences is None:
        return apart(prefill, decode, setting.engine, asked)
    total = found.sequences * found.instances
    return apart_at(feed(prefill, decode, asked), decode, asked, total, total)


def times(one: Steady, count: Array) -> Steady:
    """Return the steady state of ``count`` equal instances together."""
    return replace(
        one,
        sequences=one.sequences * count,
        request_rate=one.request_rate * count,
        output_rate=one.output_rate * count,
    )
