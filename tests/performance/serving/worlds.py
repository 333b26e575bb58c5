"""Questions drawn at random: a model on a chip in a layout, under a load, with drawn constants."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.performance.serving.arrays import array
from narrows.performance.serving.candidate import Candidate, caps, load_traffic, machine, state
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.device import Device
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.layout import Layout, candidates
from narrows.performance.serving.memory import sequences_that_fit
from narrows.performance.serving.open_pool import at_random, full
from narrows.performance.serving.question import Deployment, Load, Setting, setting
from narrows.performance.serving.steady import Caps, Steady, sequence_limit
from narrows.performance.serving.step import Machine
from narrows.performance.serving.traffic import Traffic

CATALOG = load_catalog()
KNOWN = load_knowledge()
MODELS = (
    "llama3-8b", "llama3-70b", "deepseek-v3", "deepseek-v3.2", "qwen3-235b-a22b", "gpt-oss-120b",
    "qwen3-next-80b-a3b", "kimi-k2", "deepseek-v4-flash", "longcat-flash-560b", "llama4-maverick",
)  # fmt: skip
PLACES = (
    ("nv-h200-sxm", "dgx-h200"),
    ("nv-h20", None),
    ("hw-910c", "cloudmatrix384"),
    ("nv-b200", None),
    ("amd-mi355x", None),
    ("nv-gb200", "gb200-nvl72"),
)
CLOSE = 1e-4
"""The fixed point is settled to less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A question with everything that its answer takes."""

    asked: Setting
    layout: Layout
    load: Load
    constants: Constants
    instances: int

    @property
    def room(self) -> float:
        """Sequences that an instance keeps."""
        a, load = self.asked, self.load
        context = array(load.input_tokens + load.output_tokens)
        fit = sequences_that_fit(
            a.device, a.engine, a.shape, a.scheme, self.layout, context, load.drafts
        )
        return fit.item()

    @property
    def pool(self) -> Candidate:
        """One pool."""
        return Candidate(layout=self.layout, instances=self.instances)

    @property
    def two_pools(self) -> Candidate:
        """The pool and one like an instance of it that prefills."""
        return replace(self.pool, prefill_layout=self.layout, prefill_instances=1)

    def decoding(self, sequences: float) -> Candidate:
        """The pool with so many sequences on each instance and no prompts."""
        return replace(self.pool, sequences=sequences, decode_only=True)

    def on(self, device: Device) -> World:
        """The same question of another device."""
        return replace(self, asked=replace(self.asked, device=device))

    def under(self, **changes: float | None) -> World:
        """The same question under another load."""
        return replace(self, load=replace(self.load, **changes))

    def answer(self, found: Candidate) -> Steady:
        """Return the steady state of a candidate."""
        return state(self.asked, found, self.load, caps(self.asked, None), self.constants)

    @property
    def full(self) -> Steady:
        """Return the steady state of one instance that is always full."""
        run, load, limits = self._engine()
        room = sequence_limit(run, self.asked.engine, load, limits)
        return full(run, load, limits, room)

    def at_random(self, requests_per_s: float) -> Steady:
        """Return the steady state of one instance that so many requests reach at random."""
        run, load, limits = self._engine()
        room = sequence_limit(run, self.asked.engine, load, limits)
        return at_random(run, replace(load, arrivals=array(requests_per_s)), limits, room)

    def _engine(self) -> tuple[Machine, Traffic, Caps]:
        run = machine(self.asked, self.layout, self.constants)
        return run, load_traffic(replace(self.load, clients=None)), caps(self.asked, None)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a strategy of questions of which at least one sequence fits."""
    chip, system = draw(st.sampled_from(PLACES))
    asked = setting(
        CATALOG.models[draw(st.sampled_from(MODELS))],
        CATALOG.chips[chip],
        system=None if system is None else CATALOG.systems[system],
        deployment=Deployment(weights=draw(st.sampled_from((None, "bf16", "fp8", "int4")))),
    )
    every = candidates(
        asked.shape, draw(st.sampled_from((1, 2, 4, 8, 16, 64))), domain=asked.device.domain
    )
    found = World(
        asked=asked,
        layout=every.at(np.array([draw(st.integers(0, len(every) - 1))])),
        load=draw(_loads()),
        constants=_constants(asked, draw(st.integers(0, KNOWN.draws.shape[0] - 1))),
        instances=draw(st.sampled_from((1, 2))),
    )
    assume(found.room >= 1)
    return found


@st.composite
def _loads(draw: st.DrawFn) -> Load:
    return Load(
        input_tokens=draw(st.sampled_from((100, 2000, 8000, 60_000))),
        output_tokens=draw(st.sampled_from((50, 500, 4000))),
        clients=draw(st.sampled_from((None, 1, 4, 64, 1000))),
        hit_share=draw(st.sampled_from((0.0, 0.0, 0.5, 0.9))),
        drafts=draw(st.sampled_from((0, 0, 1, 3))),
    )


def _constants(asked: Setting, number: int) -> Constants:
    """Return one draw of the constants of a machine."""
    drawn = KNOWN.spread(asked.member)
    size = (KNOWN.draws.shape[0], 1)
    return Constants(
        **{
            each.name: np.broadcast_to(getattr(drawn, each.name), size)[number]
            for each in fields(Constants)
        }
    )


def faster(device: Device, what: str, times: float) -> Device:
    """Return a device of which one resource is so many times as fast, or as large."""
    link = device.link()
    changes: dict[str, dict[str, object]] = {
        "bandwidth": {"memory_bytes_s": device.memory_bytes_s * times},
        "links": {"link_bytes_s": link * times},
        "network": {"nic_bytes_s": device.nic_bytes_s * times, "link_bytes_s": link},
        "arithmetic": {"rates": {each: rate * times for each, rate in device.rates.items()}},
        "memory": {"memory_bytes": device.memory_bytes * times},
    }
    return replace(device, **changes[what])
