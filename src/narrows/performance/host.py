"""What a device has of its host: the link, the memory behind it, and what both sustain.

Nominal rates stand on the cards of systems; ``data/performance/host.yaml`` says which share of them
was measured. Whatever no card states stays unknown, and offloading is then refused.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from functools import cache

from narrows.catalog import System, data_root
from narrows.core import STRICT, Grade, RefusalError, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLinkShare:
    """Share of a link's nominal one-way rate that a pinned copy reaches."""

    __pydantic_config__ = STRICT

    kind: str
    """First word of a system's ``host_link``, in lower case."""
    to_host: float
    from_host: float
    source: str
    url: str
    date: dt.date
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class HostMemoryShare:
    """Shares of a host's nominal memory bandwidth."""

    __pydantic_config__ = STRICT

    streams: float
    """What plain copies reach."""
    update: float
    """What an Adam step reaches that is fused for the processor."""
    source: str
    url: str
    date: dt.date
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNotes:
    """The packaged shares."""

    __pydantic_config__ = STRICT

    links: tuple[HostLinkShare, ...]
    memory: HostMemoryShare
    log_spread: float
    """Log standard deviation of the time that host traffic and host updates take."""


@cache
def host_notes() -> HostNotes:
    """Return the packaged shares."""
    return read_record(data_root() / "performance" / "host.yaml", HostNotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One device's share of its host, in SI units, sustained; ``None`` is unknown."""

    to_host_bytes_per_s: float | None = None
    from_host_bytes_per_s: float | None = None
    stream_bytes_per_s: float | None = None
    """Of the host's memory, reads and writes together."""
    update_bytes_per_s: float | None = None
    """Of the host's memory while its processors run the optimizer."""
    memory_bytes: float | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the system's fields that are blank, or whose sustained share is."""
        blank = (NEEDS[item.name] for item in fields(self) if getattr(self, item.name) is None)
        return tuple(dict.fromkeys(blank))


NEEDS = {
    "to_host_bytes_per_s": "host_link_gb_s_per_chip_per_direction",
    "from_host_bytes_per_s": "host_link_gb_s_per_chip_per_direction",
    "stream_bytes_per_s": "host_memory_bandwidth_tb_s",
    "update_bytes_per_s": "host_memory_bandwidth_tb_s",
    "memory_bytes": "host_memory_tb",
}
"""What each figure is derived from, as the cards of systems name it."""

UNKNOWN_HOST = Host()
"""Nothing is known of the host, as of a baseboard that others build servers around."""


def known_host(host: Host, chip_id: str) -> Host:
    """Return the host, which has to be known in full.

    Raises
    ------
    RefusalError
        Its link, memory or bandwidth is unknown.
    """
    if host.missing:
        raise RefusalError(
            f"the host of {chip_id} is not known well enough to keep anything in its memory",
            tuple(f"{name} of its system" for name in host.missing),
        )
    return host


def host_of(system: System | None, devices_per_package: int) -> Host:
    """Return a device's share of the hosts of a system."""
    if system is None or system.packages is None:
        return UNKNOWN_HOST
    devices = float(system.packages * devices_per_package)
    link = system.host_link_gb_s_per_chip_per_direction
    one_way = None if link is None else link * 1e9 / devices_per_package
    share = _link_share(system.host_link)
    memory, bandwidth = system.host_memory_tb, system.host_memory_bandwidth_tb_s
    own_rate = None if bandwidth is None else bandwidth * 1e12 / devices
    return Host(
        to_host_bytes_per_s=_times(one_way, None if share is None else share.to_host),
        from_host_bytes_per_s=_times(one_way, None if share is None else share.from_host),
        stream_bytes_per_s=_times(own_rate, host_notes().memory.streams),
        update_bytes_per_s=_times(own_rate, host_notes().memory.update),
        memory_bytes=None if memory is None else memory * 1e12 / devices,
    )


def stated_host(
    *, link_gb_s: float, memory_gb: float, bandwidth_gb_s: float, devices_per_package: int
) -> Host:
    """Return the host that somebody states of a package.

    ``link_gb_s`` is what its link sustains one way, ``bandwidth_gb_s`` nominal.
    """
    link, memory, bandwidth = (
        value * 1e9 / devices_per_package for value in (link_gb_s, memory_gb, bandwidth_gb_s)
    )
    return Host(
        to_host_bytes_per_s=link,
        from_host_bytes_per_s=link,
        stream_bytes_per_s=bandwidth * host_notes().memory.streams,
        update_bytes_per_s=bandwidth * host_notes().memory.update,
        memory_bytes=memory,
    )


def _link_share(words: str | None) -> HostLinkShare | None:
    kind = "" if words is None else words.split(maxsplit=1)[0].lower()
    return next((each for each in host_notes().links if each.kind == kind), None)


def _times(value: float | None, share: float | None) -> float | None:
    return None if value is None or share is None else value * share
