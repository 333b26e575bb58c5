"""One of the two results: its orders, gates, beliefs, speeds, and the facts below its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from narrows.core import Json, resolve_pointer

FACTS = ("/study/facts/", "/futures/facts/")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that nothing went into: its name, value, unit, and where it stands."""

    name: str
    value: Json
    unit: str
    at: str
    assumed: bool


@dataclass(frozen=True)
class Side:
    """A result as a comparison reads it; what is missing or of the wrong kind is empty."""

    document: Mapping[str, Json]

    @cached_property
    def orders(self) -> dict[str, tuple[int, Mapping[str, Json]]]:
        """Place and entry of each system's first order."""
        return {
            str(entry.get("system")): (place, entry)
            for place, entry in enumerate(mappings(self.document.get("orders")))
        }

    @cached_property
    def gates(self) -> dict[tuple[str, str], str]:
        """State by option and gate."""
        return {
            (str(entry.get("option")), str(light.get("gate"))): str(light.get("state"))
            for entry in mappings(self.document.get("gates"))
            for light in mappings(entry.get("row"))
        }

    @cached_property
    def beliefs(self) -> dict[tuple[str, str, str], float]:
        """Middle chance that a gate is not shut, by line, gate and quarter."""
        lines = below(self.document, "futures", "gates")
        return {
            (line, str(entry.get("gate")), str(entry.get("quarter"))): chance
            for line, entries in lines.items()
            for entry in mappings(entries)
            if (chance := number(below(entry, "p_open").get("p50"))) is not None
        }

    @cached_property
    def speeds(self) -> dict[tuple[str, str], float]:
        """Median speed by system and workload."""
        return {
            (str(entry.get("system")), str(entry.get("workload"))): speed
            for entry in mappings(self.document.get("worth"))
            if (speed := number(below(entry, "rate").get("p50"))) is not None
        }

    @cached_property
    def assumptions(self) -> dict[str, Fact]:
        """What only the study stands behind, by its path."""
        listed = below(self.document, "study").get("assumptions")
        return {
            str(one.get("id")): Fact(
                str(one.get("id")), one.get("value"), str(one.get("unit")),
                f"/study/assumptions/{place}/value", assumed=True,
            )
            for place, one in enumerate(mappings(listed))
        }  # fmt: skip

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Facts below any first order, by name."""
        return {
            fact.name: fact for place, _ in self.orders.values() for fact in self.below_order(place)
        }

    def below_order(self, place: int) -> Iterator[Fact]:
        """Yield the facts from which an order's lots and cost are derived, each once."""
        waiting, seen = [f"/orders/{place}/{name}" for name in ("lots", "cost_cny")], set[str]()
        while waiting:
            pointer = waiting.pop()
            if pointer in seen:
                continue
            seen.add(pointer)
            derivation = below(self.document, "derivations").get(pointer)
            inputs = derivation.get("inputs") if isinstance(derivation, dict) else None
            if isinstance(inputs, list) and inputs:
                waiting += [str(one) for one in inputs]
            elif isinstance(derivation, dict) and (name := self._name(pointer)) is not None:
                yield self._fact(name, pointer, derivation)

    def _fact(self, name: str, pointer: str, derivation: Mapping[str, Json]) -> Fact:
        try:
            value = resolve_pointer(dict(self.document), pointer)
        except KeyError:
            value = None
        unit, assumed = str(derivation.get("unit")), derivation.get("formula")
        return Fact(name, value, unit, pointer, assumed=assumed == "assumed in the study")

    def _name(self, pointer: str) -> str | None:
        """Return a name that is the same in both results; ``None`` for what has none."""
        for prefix in FACTS:
            if pointer.startswith(prefix):
                key = pointer.removeprefix(prefix).removesuffix("/value")
                return key.replace("~1", "/").replace("~0", "~")
        parts = pointer.split("/")
        if pointer.startswith("/orders/") and len(parts) == 4:
            entries = mappings(self.document.get("orders"))
            return f"options/{entries[int(parts[2])].get('system')}/{parts[3]}"
        return None


def mappings(part: Json | object) -> list[Mapping[str, Json]]:
    """Return the mappings of a list."""
    return [one for one in part if isinstance(one, dict)] if isinstance(part, list) else []


def below(part: Mapping[str, Json], *keys: str) -> Mapping[str, Json]:
    """Return the mapping below some keys; empty where there is none."""
    node: Json | Mapping[str, Json] = part
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else {}


def number(value: Json | object) -> float | None:
    """Return a number; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)
