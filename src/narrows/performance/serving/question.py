"""What somebody asks: a model on a chip, a load, limits, and how it is deployed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from narrows.catalog import Chip, Model, System
from narrows.core import InputError
from narrows.performance.serving.device import Device, device_of, eight_bit_format
from narrows.performance.serving.effects import Member
from narrows.performance.serving.facts import OTHER, EngineFacts, load_facts
from narrows.performance.serving.formats import check_words, row_scheme
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.numbers import Scheme
from narrows.performance.serving.shape import Shape, shape_of

TOKENS_MAX = 10_000_000
"""The longest context that any catalogued model states."""
CHIPS_MAX = 20_000
"""Larger than any single serving instance or pool pair that we search."""
SHARE_MAX = 0.999
SEQS_MAX = 1_000_000
"""Sequences of one replica; no cache holds so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Requests: lengths in tokens, requests in flight, share of the prompt found in cache.

    ``clients`` counts requests in flight over all chips asked about; ``None`` keeps the engine
    full. ``drafts`` is the number of speculative tokens a step, ``accept`` their acceptance where
    it is known.
    """

    input_tokens: float
    output_tokens: float
    clients: float | None = None
    hit_share: float = 0.0
    drafts: int = 0
    accept: float | None = None

    def __post_init__(self) -> None:
        _within("input_tokens", self.input_tokens, 1, TOKENS_MAX)
        _within("output_tokens", self.output_tokens, 1, TOKENS_MAX)
        _within("hit_share", self.hit_share, 0, SHARE_MAX)
        _within("drafts", self.drafts, 0, 16)
        if self.clients is not None:
            _within("clients", self.clients, 1, 1e7)
        if self.accept is not None:
            _within("accept", self.accept, 0.001, SHARE_MAX)

    @property
    def cached_tokens(self) -> float:
        """Prompt tokens that need no prefill."""
        return self.hit_share * self.input_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Mean latencies that must hold, in milliseconds; ``None`` sets no limit."""

    ttft_ms: float | None = None
    tpot_ms: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("ttft_ms", self.ttft_ms), ("tpot_ms", self.tpot_ms)):
            if value is not None:
                _within(name, value, 0.01, 1e7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """How the model is served.

    ``engine`` is the usual one of the chip's family if not given. ``weights`` and ``cache`` are
    formats such as ``fp8`` or ``w8a8``; ``None`` takes 8-bit weights in the format that the chip
    multiplies fastest, and the engine's cache. Without ``layout`` the best one is searched;
    ``prefill_layout`` sets up a second pool that prefills.
    """

    engine: str | None = None
    weights: str | None = None
    cache: str | None = None
    layout: Layout | None = None
    prefill_layout: Layout | None = None
    max_seqs: int | None = None

    def __post_init__(self) -> None:
        if self.max_seqs is not None:
            _within("max_seqs", self.max_seqs, 1, SEQS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A question with its names resolved to what the formulas take."""

    model: str
    chip: str
    device: Device
    shape: Shape
    scheme: Scheme
    engine: EngineFacts
    member: Member
    stand_in: bool

    @property
    def facts_assumed(self) -> tuple[str, ...]:
        """Figures of the device that were assumed for want of a public one."""
        return self.device.assumed


def setting(
    model: Model, chip: Chip, *, system: System | None = None, deployment: Deployment
) -> Setting:
    """Return the setting of a question.

    Raises
    ------
    RefusalError
        The chip's or the model's decisive figures are not public.
    InputError
        An engine or a format is unknown.
    """
    check_words(deployment.weights, deployment.cache)
    device = device_of(chip, system)
    engine = _limited(_engine(deployment.engine, chip), deployment.max_seqs)
    weights = deployment.weights or eight_bit_format(device)
    return Setting(
        model=model.id,
        chip=chip.id,
        device=device,
        shape=shape_of(model),
        scheme=row_scheme(
            model, engine, device, written=model.id, weights=weights, cache=deployment.cache
        ),
        engine=engine,
        member=Member(device.family, engine.id),
        stand_in=model.family == "generic",
    )


def _engine(name: str | None, chip: Chip) -> EngineFacts:
    """Return the engine of a name, or the usual one of the chip."""
    if name is not None:
        return engine_named(name)
    facts = load_facts()
    return facts.engine_by_id(facts.device(chip.id).engine)


def _limited(engine: EngineFacts, max_seqs: int | None) -> EngineFacts:
    """Return the engine with the operator's limit on running sequences, where one is given."""
    return engine if max_seqs is None else replace(engine, max_seqs=max_seqs)


def engine_named(name: str) -> EngineFacts:
    """Return the engine of a name as people write it.

    Raises
    ------
    InputError
        No engine is called so.
    """
    facts = load_facts()
    found = facts.engine(name)
    if found.id == OTHER and name.strip().lower() != OTHER:
        ids = ", ".join(each.id for each in facts.engines)
        raise InputError("unknown engine", f"use one of {ids}", fieldname="engine", value=name)
    return found


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(
            "out of range", f"give a value from {low:g} to {high:g}", fieldname=name, value=value
        )
