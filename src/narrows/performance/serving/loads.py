"""The load of a row: lengths, requests in flight, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from narrows.core import InputError
from narrows.performance.serving.cells import number, text
from narrows.performance.serving.phases import Phase
from narrows.performance.written import quantity

_ENDLESS = frozenset(
    {"max", "maximum", "inf", "infinite", "infinity", "∞", "unlimited", "saturated", "full"}
    | {"最大", "不限", "无限", "满载"}
)
"""Words for more requests than an engine takes at once."""
_PER_CHIP = re.compile(r"(?:per |/)(chip|gpu|device|npu|card|rank)", re.IGNORECASE)
_LIMIT = re.compile(r"per worker", re.IGNORECASE)
_QUEUED = ("max load", "peak throughput", "max throughput", "offline batch")

BOTH_LENGTHS = 2
OUTPUT_TOKENS_ASSUMED = 1024.0
"""Used where a row names no output length; the commonest length of published tables."""


def read_load(
    row: Mapping[str, str], counts: float, guessed: list[str]
) -> tuple[float | None, float | None]:
    """Return requests in flight and prompts in a batch; a row that tells neither has one.

    A rate of requests alone leaves those in flight to the engine.
    """
    clients, prompt_batch = _clients(row, counts)
    if clients is None and prompt_batch is None and request_rate(row) is not None:
        return None, None
    if clients is None and prompt_batch is None and _is_submission(row):
        guessed.append("concurrency")
        return None, None
    if clients is None and prompt_batch is None and not _is_queued(row):
        guessed.append("concurrency")
        return 1.0, None
    return clients, prompt_batch


def read_lengths(row: Mapping[str, str], phase: Phase, guessed: list[str]) -> tuple[float, float]:
    """Return prompt and output lengths; note in ``guessed`` what the row does not tell."""
    prompt, output = _told_lengths(row, phase)
    if output is None and phase in {Phase.TOGETHER, Phase.APART}:
        guessed.append("output_len")
        output = OUTPUT_TOKENS_ASSUMED
    if prompt is None:
        guessed.append("input_len")
        prompt = OUTPUT_TOKENS_ASSUMED if output is None else output
    return prompt, 0.0 if output is None else output


def _told_lengths(row: Mapping[str, str], phase: Phase) -> tuple[float | None, float | None]:
    """Return the lengths that the cells tell; ``1k/1k`` in the first gives both."""
    both = [part.strip() for part in (text(row, "input_len") or "").split("/")]
    if len(both) == BOTH_LENGTHS and text(row, "output_len") in {None, both[1]}:
        row = {**row, "input_len": both[0], "output_len": both[1]}
    least = 0.0 if phase is Phase.PREFILL else 1.0
    return _length(row, "input_len", 1.0), _length(row, "output_len", least)


def _length(row: Mapping[str, str], name: str, least: float) -> float | None:
    """Return tokens, or ``None`` where the cell is blank; nought is an answer, not a blank.

    Only a run that computes prompts alone may generate nothing.
    """
    written = text(row, name)
    if written is None:
        return None
    value = quantity(written, name)
    if value is not None and value < least:
        mend = f"give {least:g} or more tokens, or leave it blank"
        raise InputError("out of range", mend, fieldname=name, value=written)
    return number(row, name)


def _is_queued(row: Mapping[str, str]) -> bool:
    """Whether a row without a concurrency means that all requests wait from the start."""
    if is_endless(row, "concurrency") or is_endless(row, "request_rate"):
        return True
    scenario = (text(row, "scenario") or "").lower()
    return any(mark in scenario for mark in _QUEUED) or {"mlperf", "offline"} <= _words(scenario)


def is_endless(row: Mapping[str, str], name: str) -> bool:
    """Whether a cell says that requests never run out."""
    return (text(row, name) or "").lower() in _ENDLESS


def request_rate(row: Mapping[str, str]) -> float | None:
    """Return the requests that come a second, or ``None`` where none are told or never run out."""
    return None if is_endless(row, "request_rate") else number(row, "request_rate")


def _is_submission(row: Mapping[str, str]) -> bool:
    """Whether a row is of a round that asks for the highest rate within limits on latency."""
    words = _words((text(row, "scenario") or "").lower())
    return "mlperf" in words and "offline" not in words and "singlestream" not in words


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text))


def _clients(row: Mapping[str, str], counts: float) -> tuple[float | None, float | None]:
    """Return requests in flight, and prompt tokens of each device where a row gives those.

    Words for no end (``max``) are no count, and batches of workers are limits that nobody says are
    reached; other words and a number below nought are errors.
    """
    written = text(row, "concurrency")
    if written is None or is_endless(row, "concurrency") or _LIMIT.search(written):
        return None, None
    value = number(row, "concurrency")
    if value is None:
        return None, None
    if "token" in written:
        return None, value
    return (value * counts if _PER_CHIP.search(written) else value), None
