"""A row of a measurement table, read into numbers and records by rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from narrows.catalog import Catalog, Model
from narrows.core import InputError
from narrows.performance.serving.device import Device, device_of, eight_bit_format
from narrows.performance.serving.effects import Member
from narrows.performance.serving.facts import EngineFacts, load_facts
from narrows.performance.serving.formats import row_scheme
from narrows.performance.serving.memory import fewest_devices, holds_weights
from narrows.performance.serving.names import name_chip, name_model
from narrows.performance.serving.numbers import Scheme, scheme
from narrows.performance.serving.shape import Shape, shape_of

_MTP = re.compile(r"\bMTP\s*(\d+)", re.IGNORECASE)
_VERSION = re.compile(r"^v?(\d+\.\d+)")
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)")
_PER_CHIP = re.compile(r"per (chip|gpu|device|npu|rank)", re.IGNORECASE)

OUTPUT_TOKENS_ASSUMED = 1024.0
"""Used where a row names no output length; the commonest length of published tables."""


UNTOLD = "untold"
"""Generation of runs whose source names no version: they are estimated as one of their own."""


class Phase(StrEnum):
    """What a run measured."""

    TOGETHER = "together"
    APART = "apart"
    DECODE = "decode"
    PREFILL = "prefill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """Published parallel degrees of one role; ``None`` where the source is silent."""

    tp: int | None
    pp: int | None
    dp: int | None
    ep: int | None
    expert_tp: int | None
    spread_experts: bool
    max_seqs: float | None
    workers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row, ready to be computed. Counts are devices, lengths tokens."""

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
    request_rate: float | None
    prompt_batch: float | None
    drafts: float
    accept: float | None
    prefill: Degrees
    decode: Degrees
    guessed: tuple[str, ...]

    @property
    def devices(self) -> int:
        """Devices of the run."""
        return round(self.counts * self.devices_per_count)


def read_case(catalog: Catalog, row: Mapping[str, str]) -> Case:
    """Return the case of a row of the serving table; blank and ``nan`` cells are unknown.

    Raises
    ------
    RefusalError
        A fact without which nothing can be said is missing.
    UnknownNameError, AmbiguousNameError
        A name does not resolve.
    """
    chip = name_chip(catalog, _text(row, "chip") or "")
    model = name_model(catalog, _text(row, "model") or "")
    engine = load_facts().engine(_text(row, "engine"))
    counts = _number(row, "n_chips") or _number(row, "chips_per_instance")
    guessed = [] if model.match == "same" else ["model"]
    phase = _phase(row)
    input_tokens = _number(row, "input_len")
    output_tokens = _number(row, "output_len")
    if input_tokens is None:
        guessed.append("input_len")
        input_tokens = OUTPUT_TOKENS_ASSUMED if output_tokens is None else output_tokens
    if output_tokens is None:
        output_tokens = 0.0 if phase is not Phase.TOGETHER else OUTPUT_TOKENS_ASSUMED
    prefill, decode = _degrees(row, 0), _degrees(row, 1)
    device = device_of(chip.chip, chip.system)
    shape = shape_of(model.model)
    formats = row_scheme(
        model.model,
        engine,
        device,
        written=_text(row, "model") or "",
        weights=_text(row, "weight_precision"),
        cache=_text(row, "kv_dtype"),
    )
    if counts is None:
        least = fewest_devices(device, engine, shape, formats)
        counts = max(_implied_devices(decode), least) / chip.devices_per_count
        guessed.append("n_chips")
    devices = counts * chip.devices_per_count
    told = _text(row, "weight_precision") is not None
    if not told and not holds_weights(device, engine, shape, formats, devices):
        # weights of an untold format that would not fit in it are narrower
        formats = scheme(eight_bit_format(device), formats.cache)
        guessed.append("weight_precision")
    clients, prompt_batch = _clients(row, counts)
    if clients is None and prompt_batch is None and not _is_queued(row):
        clients = 1.0
        guessed.append("concurrency")
    hit = _number(row, "prefix_hit_share")
    return Case(
        id=_text(row, "id") or "",
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
        request_rate=_number(row, "request_rate"),
        prompt_batch=prompt_batch,
        drafts=_drafts(row),
        accept=_number(row, "spec_accepted"),
        prefill=prefill,
        decode=decode,
        guessed=tuple(guessed),
    )


def _generation(engine: EngineFacts, row: Mapping[str, str]) -> str:
    found = _VERSION.search(_text(row, "engine_version") or "")
    return f"{engine.id}-{UNTOLD if found is None else found[1]}"


def _phase(row: Mapping[str, str]) -> Phase:
    scenario = (_text(row, "scenario") or "").lower()
    if "prefill only" in scenario:
        return Phase.PREFILL
    if "decode" in scenario:
        return Phase.DECODE
    return Phase.APART if (_text(row, "disagg") or "no") == "yes" else Phase.TOGETHER


def _is_queued(row: Mapping[str, str]) -> bool:
    """Whether a row without a concurrency means that all requests wait from the start."""
    scenario = (_text(row, "scenario") or "").lower()
    return any(mark in scenario for mark in ("max load", "peak throughput", "offline batch"))


def _clients(row: Mapping[str, str], counts: float) -> tuple[float | None, float | None]:
    """Return requests in flight, and prompt tokens of each device where a row gives those."""
    written = _text(row, "concurrency")
    found = None if written is None else _NUMBER.match(written)
    if written is None or found is None:
        return None, None
    value = float(found[1])
    if "token" in written:
        return None, value
    if _PER_CHIP.search(written):
        value *= counts
    return value, None


def _drafts(row: Mapping[str, str]) -> float:
    written = _number(row, "spec_tokens")
    if written is not None:
        return written
    told = _MTP.search(_text(row, "scenario") or "")
    return 0.0 if told is None else float(told[1])


def _degrees(row: Mapping[str, str], role: int) -> Degrees:
    """Return the degrees of a role: 0 prefill, 1 decode; ``a/b`` gives both."""
    ep = _role_text(row, "ep", role)
    return Degrees(
        tp=_role_count(row, "tp", role),
        pp=_role_count(row, "pp", role),
        dp=_role_count(row, "dp", role),
        ep=None if ep == "yes" else _role_count(row, "ep", role),
        expert_tp=_role_count(row, "moe_tp", role),
        spread_experts=ep == "yes",
        max_seqs=_role_number(row, "max_num_seqs_per_dp", role),
        workers=_count(row, ("prefill_workers", "decode_workers")[role]),
    )


def _implied_devices(degrees: Degrees) -> float:
    stage = (degrees.tp or 1) * (degrees.dp or 1)
    return float(max(stage, (degrees.ep or 1) * (degrees.expert_tp or 1)) * (degrees.pp or 1))


def _text(row: Mapping[str, str], name: str) -> str | None:
    value = (row.get(name) or "").strip()
    return None if value.lower() in {"", "nan", "none", "null"} else value


def _number(row: Mapping[str, str], name: str) -> float | None:
    """Return a positive number, or ``None``; tables write 0 for a blank count."""
    return _positive(_text(row, name), name)


def _count(row: Mapping[str, str], name: str) -> int | None:
    value = _number(row, name)
    return None if value is None else round(value)


def _role_text(row: Mapping[str, str], name: str, role: int) -> str | None:
    value = _text(row, name)
    if value is None or "/" not in value:
        return value
    return value.split("/")[role].strip() or None


def _role_number(row: Mapping[str, str], name: str, role: int) -> float | None:
    return _positive(_role_text(row, name, role), name)


def _role_count(row: Mapping[str, str], name: str, role: int) -> int | None:
    value = _role_number(row, name, role)
    return None if value is None else round(value)


def _positive(text: str | None, name: str) -> float | None:
    if text is None:
        return None
    found = _NUMBER.match(text)
    if found is None:
        raise InputError(
            "not a number", "give a number, or leave it blank", fieldname=name, value=text
        )
    value = float(found[1])
    return value if value > 0 else None
