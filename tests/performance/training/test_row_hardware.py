"""A rate belongs to what a row counts: packages, or dies as chips of their own."""

from __future__ import annotations

import pytest

from narrows.catalog import load_catalog
from narrows.performance.hardware import hardware_notes, hardware_of
from narrows.performance.training.names import resolve_chip
from narrows.performance.training.row import RunRow
from narrows.performance.training.row_hardware import row_hardware

CATALOG = load_catalog()
APART = sorted(hardware_notes().devices_per_package)
"""Every chip whose dies software addresses one by one."""
NAME = {"hw-910c": "Ascend 910C", "amd-mi250x": "MI250X"}
PER_CHIP = 200e9 / 8


def rate_and_domain(chip: str, **cells: object) -> tuple[float, int, int]:
    row = RunRow(id="r", chip=chip, **cells)
    found, _ = row_hardware(resolve_chip(chip, CATALOG), row, CATALOG)
    return found.nic_bytes_per_s, found.domain, found.devices_per_package


def test_every_chip_of_dies_apart_is_covered() -> None:
    assert set(NAME) == set(APART)


@pytest.mark.parametrize("chip", APART)
@pytest.mark.parametrize(
    ("cells", "rate"),
    [
        ({"interconnect": "200 Gb/s per GPU"}, PER_CHIP),
        ({"interconnect": "16x200 Gb/s", "chips_per_node": 16.0}, PER_CHIP),
        ({"interconnect": "8x200 Gb/s"}, PER_CHIP / 2),
        ({"interconnect": "1.6 Tb/s per node", "chips_per_node": 16.0}, PER_CHIP / 2),
    ],
)
def test_a_table_of_dies_states_rates_of_dies(chip, cells, rate) -> None:
    found, _, devices = rate_and_domain(f"{NAME[chip]} die", **cells)
    assert devices == 1
    assert found == pytest.approx(rate)


@pytest.mark.parametrize("chip", APART)
def test_two_dies_share_the_rate_of_a_package(chip) -> None:
    cells = {"interconnect": "8x200 Gb/s", "chips_per_node": 8.0}
    found, domain, devices = rate_and_domain(NAME[chip], **cells)
    assert (devices, domain) == (2, 16)
    assert found == pytest.approx(PER_CHIP / 2)


@pytest.mark.parametrize("chip", APART)
def test_one_server_has_one_rate_however_it_is_counted(chip) -> None:
    """Sixteen dies or eight packages behind eight ports: each die has half a port."""
    as_dies = rate_and_domain(NAME[chip], interconnect="8x400 Gb/s", chips_per_node=16.0)
    as_packages = rate_and_domain(NAME[chip], interconnect="8x400 Gb/s", chips_per_node=8.0)
    assert as_dies[:2] == pytest.approx(as_packages[:2])


@pytest.mark.parametrize("chip", APART)
def test_a_rate_of_the_catalogue_is_one_of_packages(chip) -> None:
    known = hardware_of(resolve_chip(NAME[chip], CATALOG).chip, None)
    for name in (NAME[chip], f"{NAME[chip]} die"):
        assert rate_and_domain(name)[0] == pytest.approx(known.nic_bytes_per_s)


@pytest.mark.parametrize(
    "chip",
    sorted(
        each.id
        for each in CATALOG.chips.values()
        if each.logic_dies is not None and each.logic_dies > 1 and each.id not in APART
        if each.id.startswith(("nv-b", "nv-gb"))
    ),
)
def test_dies_that_software_sees_as_one_keep_the_whole_rate(chip) -> None:
    found, _, devices = rate_and_domain(chip, interconnect="400 Gb/s per GPU")
    assert (found, devices) == (pytest.approx(2 * PER_CHIP), 1)
