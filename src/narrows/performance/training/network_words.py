"""A chip's share of the scale-out network, from the words of a table."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r",(?!\d{3})|[;，；、]|\band\b|\bwith\b|\+")
_TIMES = re.compile(r"[×✕*]")
_INSIDE = re.compile(
    r"nvlink|nvswitch|nvl\d|hccs|xgmi|infinity fabric|unified ?bus|\bici\b|pcie|in node|intra",
    re.IGNORECASE,
)
"""Clauses on the links inside a scale-up domain, which are no network between servers."""
_RATE = (
    r"(?P<rate>[\d.,]+)\s*(?P<prefix>[GgTt])\s?"
    r"(?P<unit>b/s|bps|bits?/s|bit|b\b|B/s|Bps|\b|E\b)"
)
_PORTS = re.compile(r"(?P<ports>\d+)\s*[xX]\s*" + _RATE)
_EACH = r"[^,;]*?(?:per|/|each|每)\s*"
_CHIP = r"(?:gpu|chip|npu|card|device|accelerator|卡)"
_PER_CHIP = re.compile(_RATE + _EACH + _CHIP, re.IGNORECASE)
_CHIP_FIRST = re.compile(rf"每{_CHIP}\D*" + _RATE, re.IGNORECASE)
_PER_NODE = re.compile(
    _RATE + rf"(?:{_EACH}(?:node|server|host|机|台)|[^,;]*?(?:between|inter)[\s-]*nodes?)",
    re.IGNORECASE,
)
BITS_A_BYTE = 8.0


def nic_gbit_s(words: str, chips_per_node: float) -> float | None:
    """Return a chip's Gbit/s in each direction to other servers; ``None`` where nobody says.

    >>> nic_gbit_s("NVLink 900 GB/s per GPU, 8x400 Gb/s InfiniBand", 8)
    400.0
    >>> nic_gbit_s("50 GB/s RoCE per NPU", 8)
    400.0
    """
    clauses = (clause for clause in _CLAUSE.split(_TIMES.sub("x", words)))
    for clause in clauses:
        found = None if _INSIDE.search(clause) else _of_clause(clause, chips_per_node)
        if found is not None:
            return found
    return None


def _of_clause(clause: str, chips_per_node: float) -> float | None:
    if found := _PORTS.search(clause):
        return float(found["ports"]) * _gbit(found) / chips_per_node
    if found := _PER_CHIP.search(clause) or _CHIP_FIRST.search(clause):
        return _gbit(found)
    if found := _PER_NODE.search(clause):
        return _gbit(found) / chips_per_node
    return None


def _gbit(found: re.Match[str]) -> float:
    rate = float(found["rate"].replace(",", "")) * (1000.0 if found["prefix"] in "tT" else 1.0)
    return rate * BITS_A_BYTE if found["unit"].startswith("B") else rate
