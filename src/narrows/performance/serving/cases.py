"""A row of a measurement table, read into numbers and records by rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from narrows.catalog import Catalog, Model
from narrows.core import InputError
from narrows.performance.serving.cells import COUNT_MAX, Degrees, chips, degrees, number, text
from narrows.performance.serving.device import Device, device_of, eight_bit_format
from narrows.performance.serving.effects import Member
from narrows.performance.serving.facts import EngineFacts, load_facts
from narrows.performance.serving.formats import check_words, row_scheme
from narrows.performance.serving.loads import read_lengths, read_load, request_rate
from narrows.performance.serving.memory import fewest_devices, holds_weights
from narrows.performance.serving.names import name_chip, name_model
from narrows.performance.serving.numbers import Scheme, scheme
from narrows.performance.serving.phases import Phase, read_phase
from narrows.performance.serving.replicas import filled
from narrows.performance.serving.shape import Shape, shape_of
from narrows.performance.written import with_layout

LAYOUT_COLUMNS = frozenset({"tp", "pp", "dp", "ep", "moe_tp", "prefill_workers", "decode_workers"})
"""Columns of a table of serving runs that hold parallel degrees."""
_MTP = re.compile(r"\bMTP[\s=-]*(\d+)", re.IGNORECASE)
DRAFTS_MAX = 16
"""Speculative tokens of a step; published runs have up to four."""
_VERSION = re.compile(r"(?<![\w.])v?(\d+\.\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row, ready to be computed. Counts are devices, lengths tokens.

    Where ``clients`` are untold, ``queued`` requests wait from the start (infinitely many where
    nobody tells). ``read`` tells how degrees that disagree were read.
    """

    id: str
    phase: Phase
    device: Device
    counts: float
    devices_per_count: int
    model: Model
    model_match: str
    shape: Shape
    scheme: Scheme
    engine: EngineFacts
    member: Member
    input_tokens: float
    output_tokens: float
    cached_tokens: float
    clients: float | None
    queued: float
    request_rate: float | None
    prompt_batch: float | None
    drafts: float
    accept: float | None
    prefill: Degrees
    decode: Degrees
    guessed: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def is_offline(self) -> bool:
        """Whether all requests wait from the start."""
        return self.clients is None and self.request_rate is None

    @property
    def devices(self) -> int:
        """Devices of the run."""
        return round(self.counts * self.devices_per_count)


def read_case(catalog: Catalog, row: Mapping[str, str]) -> Case:
    """Return the case of a row of the serving table; blank and ``nan`` cells are unknown.

    Raises
    ------
    RefusalError
        A fact without which nothing can be said is missing, or a name does not resolve.
    InputError
        A cell that should hold a number, a format or a switch does not, or two contradict.
    UnknownNameError
        No model answers to its name.
    """
    row = with_layout(row, LAYOUT_COLUMNS)
    chip = name_chip(catalog, text(row, "chip") or "")
    model = name_model(catalog, text(row, "model") or "")
    engine = load_facts().engine_on(text(row, "engine"), chip.chip.id)
    device, shape = device_of(chip.chip, chip.system), shape_of(model.model)
    guessed = ["chip bin"] * chip.bin_guessed + ["model"] * (model.match != "same")
    phase = read_phase(row)
    input_tokens, output_tokens = read_lengths(row, phase, guessed)
    written = _formats(row, model.model, engine, device)
    machine = _Machine(device, engine, shape, chip.devices_per_count)
    counts = _counts(row, machine, written, chip.count, guessed)
    formats = _fitting(row, machine, written, counts, guessed)
    clients, prompt_batch = read_load(row, counts, guessed)
    hit = _hit_share(row)
    devices = round(counts * chip.devices_per_count)
    (prefill, front), (decode, back) = (filled(degrees(row, role), devices) for role in (0, 1))
    return Case(
        id=text(row, "id") or "",
        phase=phase,
        device=device,
        counts=counts,
        devices_per_count=chip.devices_per_count,
        model=model.model,
        model_match=model.match,
        shape=shape,
        scheme=formats,
        engine=engine,
        member=Member(device.family, engine.id, _generation(engine, row)),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_tokens=0.0 if hit is None else hit * input_tokens,
        clients=clients,
        queued=_queued(row, engine, input_tokens + output_tokens),
        request_rate=request_rate(row),
        prompt_batch=prompt_batch,
        drafts=_bounded(_drafts(row)),
        accept=number(row, "spec_accepted"),
        prefill=prefill,
        decode=decode,
        guessed=tuple(guessed),
        read=tuple(dict.fromkeys(note for note in (front, back) if note is not None)),
    )


@dataclass(frozen=True, slots=True)
class _Machine:
    """What runs a row's model, and how many devices one counted chip has."""

    device: Device
    engine: EngineFacts
    shape: Shape
    devices_per_count: int


def _counts(
    row: Mapping[str, str],
    machine: _Machine,
    formats: Scheme,
    named: int | None,
    guessed: list[str],
) -> float:
    """Return the chips of the run; where untold, as many as its degrees and its weights need.

    The number in front of the chip's name counts where no column does.
    """
    counts = chips(row, "n_chips") or chips(row, "chips_per_instance") or named
    if counts is not None and counts > COUNT_MAX:
        mend = f"give at most {COUNT_MAX:,}"
        raise InputError("out of range", mend, fieldname="chip", value=counts)
    if counts is not None:
        return float(counts)
    guessed.append("n_chips")
    least = fewest_devices(machine.device, machine.engine, machine.shape, formats)
    return max(_implied_devices(degrees(row, 1)), least) / machine.devices_per_count


def _fitting(
    row: Mapping[str, str], machine: _Machine, formats: Scheme, counts: float, guessed: list[str]
) -> Scheme:
    """Return the formats; weights of an untold format that would not fit in it are narrower."""
    devices = counts * machine.devices_per_count
    told = text(row, "weight_precision") is not None
    if told or holds_weights(machine.device, machine.engine, machine.shape, formats, devices):
        return formats
    guessed.append("weight_precision")
    return scheme(eight_bit_format(machine.device), formats.cache)


def _formats(row: Mapping[str, str], model: Model, engine: EngineFacts, device: Device) -> Scheme:
    check_words(text(row, "weight_precision"), text(row, "kv_dtype"))
    return row_scheme(
        model,
        engine,
        device,
        written=text(row, "model") or "",
        weights=text(row, "weight_precision"),
        cache=text(row, "kv_dtype"),
    )


def _generation(engine: EngineFacts, row: Mapping[str, str]) -> str:
    told = text(row, "engine_version") or text(row, "engine") or ""
    found = _VERSION.search(told)
    return "" if found is None else f"{engine.id}-{found[1]}"


def _queued(row: Mapping[str, str], engine: EngineFacts, tokens: float) -> float:
    return float("inf") if request_rate(row) is not None else engine.queued_requests(tokens)


def _hit_share(row: Mapping[str, str]) -> float | None:
    share = number(row, "prefix_hit_share")
    if share is not None and share > 1.0:
        mend = "give a share from 0 to 1"
        raise InputError("out of range", mend, fieldname="prefix_hit_share", value=share)
    return share


def _drafts(row: Mapping[str, str]) -> float:
    told = _MTP.fullmatch(text(row, "spec_tokens") or "")
    written = number(row, "spec_tokens") if told is None else float(told[1])
    if written is not None:
        return written
    told = _MTP.search(text(row, "scenario") or "")
    return 0.0 if told is None else float(told[1])


def _bounded(drafts: float) -> float:
    if drafts > DRAFTS_MAX:
        mend = f"give at most {DRAFTS_MAX}"
        raise InputError("out of range", mend, fieldname="spec_tokens", value=drafts)
    return drafts


def _implied_devices(degrees: Degrees) -> float:
    stage = (degrees.tp or 1) * (degrees.dp or 1)
    return float(max(stage, (degrees.ep or 1) * (degrees.expert_tp or 1)) * (degrees.pp or 1))
