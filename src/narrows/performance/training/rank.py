"""What one device sees of a micro-batch: shape, rates, tokens and links, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.performance.arrays import Array, xp
from narrows.performance.collectives import Links
from narrows.performance.constants import Constants
from narrows.performance.gemm import gemm_seconds
from narrows.performance.hardware import Device
from narrows.performance.shape import Shape
from narrows.performance.training.strategy import Strategies, Workload


def links_of(device: Device, c: Constants) -> Links:
    """Return the sustained rates and latencies of a device's links."""
    return Links(
        inner_rate=device.link_bytes_per_s * c.link_efficiency,
        ports=device.ports,
        switch_rate=device.switch_bytes_per_s,
        outer_rate=device.nic_bytes_per_s * c.nic_efficiency,
        inner_latency_s=c.link_latency_s,
        outer_latency_s=c.nic_latency_s,
        start_s=c.collective_start_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """What one device sees of a micro-batch, gathered once for the formulas below."""

    shape: Shape
    device: Device
    c: Constants
    s: Strategies
    w: Workload
    tokens: Array
    links: Links

    def product_s(self, m: Array, n: Array, k: Array) -> Array:
        """Return the time of one product of the layer, in the job's number format."""
        return gemm_seconds(
            m,
            n,
            k,
            flops_per_s=self.product_rate,
            bytes_per_s=self.bytes_per_s,
            padding=self.c.gemm_padding,
            element_bytes=self.device.element_bytes,
        )

    @property
    def product_rate(self) -> Array:
        """Sustained FLOP/s of large products in the job's number format."""
        native = xp.where(self.w.foreign > 0.0, self.c.foreign_gemm, 1.0)
        return self.device.flops_per_s * self.c.gemm_efficiency * native * self.clock

    @property
    def clock(self) -> Array:
        """Share of the full clock that the board's power sustains under matrix products."""
        return xp.power(self.device.power_share, self.c.power_exponent)

    @property
    def wide_rate(self) -> Array:
        """Sustained FLOP/s of large products in 16 bits."""
        return self.device.wide_flops_per_s * self.c.wide_gemm_efficiency * self.clock

    @property
    def bytes_per_s(self) -> Array:
        """Sustained memory bandwidth."""
        return self.device.bytes_per_s * self.c.bandwidth_efficiency

    @property
    def shared_by(self) -> Array:
        """Ranks over which the residual stream is split."""
        return xp.where(self.s.sequence_parallel > 0.0, self.s.tensor, 1.0)
