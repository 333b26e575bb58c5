"""Every stated interval has a group, and moves through its own triangle."""

import dataclasses
import typing

import numpy as np
import pytest
from pydantic import TypeAdapter

from narrows.catalog import load_catalog
from narrows.core import Figure
from narrows.study import schema
from narrows.study.facts import Band
from narrows.study.given import Given, Power
from narrows.study.load import load_study
from narrows.study.schema import Origin, Study
from narrows.study.sections.assumptions import walk_given
from narrows.study.uncertain.changed import with_quantities
from narrows.study.uncertain.inputs import Stated, group_of, triangular


def given_fields(kind, path=""):
    """Yield path-like names of all quantities that a study may state."""
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        at = f"{path}/{name}" if path else name
        parts = [hint, *typing.get_args(hint)]
        parts += [deep for part in typing.get_args(hint) for deep in typing.get_args(part)]
        if any(part is Given for part in parts):
            yield at
        for part in parts:
            if dataclasses.is_dataclass(part) and part.__module__.startswith(schema.__name__):
                yield from given_fields(part, f"{at}/x")


def test_every_quantity_of_the_schema_has_a_group_or_is_the_buyers_choice():
    paths = set(given_fields(Study))
    assert len(paths) > 25
    for path in paths:
        group_of(path, {"x": Origin.IMPORT})


def band(low, central, high):
    return Band(*(Figure(value, "1", "stated", sources=("s",)) for value in (low, central, high)))


@pytest.mark.parametrize("ends", [(1.0, 2.0, 5.0), (0.0, 3.0, 3.0), (2.0, 2.0, 4.0)])
def test_the_triangle_is_numpys(ends):
    shares = np.linspace(0.001, 0.999, 400)
    ours = [triangular(band(*ends), share) for share in shares]
    drawn = np.random.default_rng(1).triangular(*ends, size=400_000)
    assert ours == pytest.approx(np.quantile(drawn, shares), abs=0.02 * (ends[2] - ends[0]))


def test_only_the_named_quantities_change():
    study = load_study("h200", load_catalog()).study
    path = "workloads/chat-serving/growth_per_quarter"
    changed = with_quantities(study, {path: Given(unit="1", value=0.25)})
    before, after = dict(walk_given(study)), dict(walk_given(changed))
    assert {at for at in before if before[at] != after[at]} == {path}
    assert after[path].value == 0.25
    assert changed.options is study.options


def test_a_quantity_written_as_an_interval_moves_by_its_own_law(answered):
    given = TypeAdapter(Power).validate_python("lognormal 80% 30 to 60 MW")
    stated = Stated("sites/x/power", given, answered.facts.band(given, "power by a law"))
    law = given.interval
    for share in (0.01, 0.05, 0.5, 0.95, 0.99):
        assert stated.at(share).value == pytest.approx(float(law.quantile(np.array(share))))
    assert stated.at(0.01).value < given.low
    assert stated.at(0.99).value > given.high
