"""The orders as rows of a table whose amounts align on the decimal point."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.brief.node import Node
from narrows.brief.parts.amounts import AmountColumn, amount_column
from narrows.brief.parts.binding import what_binds
from narrows.brief.speaker import Speaker

_GATE_FLAG = "study.flag.gate"
"""A flag that names a gate and its state; the page shows it as a light."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order: the node it stands at, its amounts in two currencies, and what to know beside it.

    ``gates`` are the values of flags that name a gate and its state.
    """

    node: Node
    own: str | None
    other: str | None
    rules: tuple[str, ...]
    flags: tuple[str, ...]
    gates: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OrderTable:
    """The orders, what is not ordered, and what the two money columns are headed."""

    rows: tuple[OrderRow, ...]
    rest: tuple[OrderRow, ...]
    own: AmountColumn
    other: AmountColumn | None


def order_rows(speaker: Speaker) -> OrderTable:
    """Return the orders with the reader's currency first and the source's beside it."""
    orders = speaker.root.at("orders").items
    reader = (speaker.root.at("study", "currency").text or "USD").upper()
    own = amount_column(_amounts(orders, reader), reader, speaker.language)
    other = amount_column(_amounts(orders, "USD"), "USD", speaker.language)
    rows = tuple(
        _row(order, (own.cells[index], other.cells[index]), speaker)
        for index, order in enumerate(orders)
    )
    ordered = tuple(row for row in rows if row.node.at("lots").number != 0)
    rest = tuple(row for row in rows if row.node.at("lots").number == 0)
    return OrderTable(ordered, rest, own, None if reader == "USD" else other)


def _row(order: Node, amounts: tuple[str | None, str | None], speaker: Speaker) -> OrderRow:
    flags = order.at("flags").items
    gates = [flag for flag in flags if flag.at("id").text == _GATE_FLAG]
    others = [flag for flag in flags if flag.at("id").text != _GATE_FLAG]
    return OrderRow(
        order,
        *amounts,
        rules=what_binds(order, speaker),
        flags=tuple(speaker.say(flag) for flag in others),
        gates=tuple(flag.at("values") for flag in gates),
    )


def _amounts(orders: tuple[Node, ...], currency: str) -> list[float | None]:
    return [order.at(f"cost_{currency.lower()}").number for order in orders]
