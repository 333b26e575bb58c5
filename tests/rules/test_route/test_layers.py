"""Gates as each layer reads them, and what changes between two judgments."""

from datetime import date

from narrows.core import GATE_ORDER, Gate, GateState
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


def test_the_h20_needs_a_licence_only_by_what_its_vendor_was_told(world):
    """The text has none, the notice has one, and Beijing speaks by mouth."""
    table = by_layer(world.but(chip="nv-h20", on=date(2025, 9, 1)).judge())
    licence = {layer.value: one.state for layer, one in table[Gate.EXPORT_LICENCE].items()}
    approval = {layer.value: one.state for layer, one in table[Gate.CN_APPROVAL].items()}
    assert licence["codified"] is GateState.OPEN
    assert licence["company_notice"] is GateState.UNKNOWN
    assert approval["codified"] is GateState.OPEN
    assert approval["informal"] is GateState.DISCRETIONARY
