"""The tornado: one input at a time, widest first, and the same as solving it by hand."""

import pytest

from narrows.planning import optimum
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.tornado import ENDS, first_order_chips, leading_import


def test_inputs_stand_widest_first(h200, world):
    inputs = h200["sensitivities"]["tornado"]["inputs"]
    widths = [abs(one["p95"]["change"] - one["p05"]["change"]) for one in inputs]
    assert widths == sorted(widths, reverse=True)
    assert {one["input"] for one in inputs} == {one.value for one in world.inputs}


@pytest.mark.parametrize("one", [Input.SPEED_DOMESTIC, Input.GATES, Input.POWER_PRICE])
def test_an_end_is_a_plan_with_that_input_there(h200, world, one):
    found = h200["sensitivities"]["tornado"]
    entry = next(entry for entry in found["inputs"] if entry["input"] == one)
    for name, end in zip(("p05", "p95"), ENDS, strict=True):
        cold = optimum(world.at({one: end}).problem)
        assert entry[name]["change"] == pytest.approx(cold.cost / found["cost_cny"] - 1, abs=1e-7)


def test_the_order_told_is_that_of_the_leading_import(h200, world):
    found = h200["sensitivities"]["tornado"]
    assert found["option"] == "h200"
    assert world.answered.planned[leading_import(world)].id == "h200"
    middle = optimum(world.at({}).problem)
    assert found["chips"] == pytest.approx(first_order_chips(world, middle), rel=1e-6)
