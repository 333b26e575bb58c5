"""The hardware of a row, counted as the row counts it: by package, or by die as its own chip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.catalog import Catalog
from narrows.performance.hardware import Hardware, hardware_notes, hardware_of, with_network
from narrows.performance.servers import usual_system
from narrows.performance.training.names import NamedChip
from narrows.performance.training.network_words import nic_gbit_s
from narrows.performance.training.row import RunRow

SMALL_DOMAIN = 16
"""A server, not a rack: below it a table's chips per node is the scale-up domain."""
SERVER_PACKAGES = 8
"""Packages of a server; a table with more chips a node counts dies, as software does."""


def row_hardware(
    named: NamedChip, row: RunRow, catalog: Catalog
) -> tuple[Hardware, tuple[str, ...]]:
    """Return the hardware that a row names, with the network it states, and what is assumed.

    How the row counts is settled first: a rate a chip or a node is then one of what it counts, and
    is shared by two dies only where that is a package.
    """
    system = named.system or usual_system(named.chip, catalog.systems)
    hardware, counting = _counted(hardware_of(named.chip, system), row, named)
    return _connected(hardware, row), counting


def _connected(hardware: Hardware, row: RunRow) -> Hardware:
    per_node = row.chips_per_node
    is_server = per_node is not None and hardware.domain <= SMALL_DOMAIN
    domain = int(per_node) * hardware.devices_per_package if per_node and is_server else None
    rate = nic_gbit_s(row.interconnect, per_node or _usual_chips(hardware))
    return with_network(hardware, nic_gbit_s=rate, domain=domain)


def _usual_chips(hardware: Hardware) -> float:
    """Return the chips of a server of eight packages, as the row counts them."""
    dies = hardware_notes().devices_per_package.get(hardware.chip_id, 1)
    return float(SERVER_PACKAGES * dies) / hardware.devices_per_package


def _counted(hardware: Hardware, row: RunRow, named: NamedChip) -> tuple[Hardware, tuple[str, ...]]:
    """Return the hardware as the table counts it: by package, or by die as its own chip.

    Software addresses the two dies of some packages one by one. A table counts dies where its
    name for the chip says so, where its nodes have more chips than a server has packages, or where
    its degrees multiply to its chips.
    """
    if hardware.devices_per_package == 1:
        return hardware, ()
    by_die = replace(hardware, devices_per_package=1)
    if named.counts_dies:
        return by_die, ()
    if row.chips_per_node is not None:
        return (by_die if row.chips_per_node > SERVER_PACKAGES else hardware), ()
    if row.dp is None or row.n_chips is None:
        return hardware, ("packages_counted",)
    degrees = [1.0 if each is None else each for each in (row.tp, row.pp, row.cp, row.dp)]
    return (by_die if np.prod(degrees) == row.n_chips else hardware), ()
