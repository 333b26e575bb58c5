"""The host of a chip as somebody states it on the command line."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from cyclopts import Parameter

from narrows.cli.ranges import check_range
from narrows.cli.train_options import Layouts
from narrows.core import InputError
from narrows.performance.hardware import Hardware
from narrows.performance.host import stated_host

HOST_MAX = 1e6
"""GB or GB/s of one chip: a thousand times any host."""
HOST_MIN = 1.0
"""Less than a GB, or one a second, is a slip of units."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class HostWords:
    """The host of a chip, where its system's card states none or another; all three together.

    Parameters
    ----------
    host_link
        GB/s that the chip's link to its host sustains, one way.
    host_memory
        GB of host memory for each chip.
    host_bandwidth
        GB/s of host memory for each chip, nominal.
    """

    host_link: float | None = None
    host_memory: float | None = None
    host_bandwidth: float | None = None

    def serve(self, layouts: Layouts) -> None:
        """Refuse a host that nothing is moved to.

        Raises
        ------
        InputError
            A figure is given, and no layout that is tried offloads anything.
        """
        told = [each.name for each in fields(self) if getattr(self, each.name) is not None]
        if told and not layouts.offload and not layouts.whole_space:
            raise InputError(
                "a host serves only what is moved to it",
                "add --offload any, or leave the host out",
                fieldname="--" + told[0].replace("_", "-"),
            )

    def on(self, hardware: Hardware) -> Hardware:
        """Return the hardware with the host that these words state, if any.

        Raises
        ------
        InputError
            Only some of the three are given, or one is out of range.
        """
        link, memory, bandwidth = self.host_link, self.host_memory, self.host_bandwidth
        if link is None and memory is None and bandwidth is None:
            return hardware
        if link is None or memory is None or bandwidth is None:
            mend = "give --host-link, --host-memory and --host-bandwidth together"
            raise InputError("a host needs three figures", mend, fieldname="--host-link")
        for each in fields(self):
            value = float(getattr(self, each.name))
            check_range(each.name.replace("_", "-"), value, HOST_MIN, HOST_MAX)
        host = stated_host(
            link_gb_s=link,
            memory_gb=memory,
            bandwidth_gb_s=bandwidth,
            devices_per_package=hardware.devices_per_package,
        )
        return replace(hardware, host=host)


HOST = HostWords()
