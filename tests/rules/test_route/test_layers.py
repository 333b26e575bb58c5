"""Gates as each layer reads them, and what changes between two judgments."""

from datetime import date

from narrows.core import GATE_ORDER, Gate
from narrows.rules import Layer
from narrows.rules.overview import by_layer, gate_changes


def test_each_gate_is_read_by_each_layer(world):
    table = by_layer(world.judge())
    assert tuple(table) == GATE_ORDER
    assert all(set(row) == set(Layer) for row in table.values())


def test_changes_between_the_eve_and_the_day_of_decision(world):
    eve, day = (world.but(on=date(2026, 1, number)).judge() for number in (14, 23))
    changed = [change.gate for change in gate_changes(eve, day)]
    assert changed == [Gate.EXPORT_LICENCE, Gate.CN_APPROVAL, Gate.QUOTA]
    assert gate_changes(day, day) == ()
