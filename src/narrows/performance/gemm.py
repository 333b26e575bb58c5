"""Matrix products: a roofline whose compute side saturates with every dimension."""

from __future__ import annotations

from narrows.performance.arrays import Array, xp


def gemm_seconds(
    m: Array,
    n: Array,
    k: Array,
    *,
    flops_per_s: Array,
    bytes_per_s: Array,
    padding: Array,
    element_bytes: Array | float = 2.0,
) -> Array:
    """Return the time of one product, or zero where a dimension is absent (zero).

    Padding every dimension by half an effective tile, ``2 (m+g)(n+g)(k+g)``, is the smooth mean of
    tile and wave quantisation: it equals ``flops (1+g/m)(1+g/n)(1+g/k)``. The floor is the traffic
    of the three operands.

    Parameters
    ----------
    flops_per_s, bytes_per_s
        Sustained rates for large operands, efficiency included.
    padding
        ``g``, in elements.
    """
    compute_s = 2.0 * (m + padding) * (n + padding) * (k + padding) / flops_per_s
    traffic_s = element_bytes * (m * k + k * n + m * n) / bytes_per_s
    return xp.where(m * n * k > 0.0, xp.maximum(compute_s, traffic_s), 0.0)


def grouped_gemm_seconds(
    groups: Array,
    m_total: Array,
    n: Array,
    k: Array,
    *,
    flops_per_s: Array,
    bytes_per_s: Array,
    padding: Array,
    element_bytes: Array | float = 2.0,
) -> Array:
    """Return the time of ``groups`` products that share ``m_total`` rows evenly.

    Every group pads its own rows, which is what makes many small experts slow.
    """
    rows = m_total + groups * padding
    compute_s = 2.0 * rows * (n + padding) * (k + padding) / flops_per_s
    weights = groups * k * n
    traffic_s = element_bytes * (m_total * k + weights + m_total * n) / bytes_per_s
    return xp.where(m_total * n * k > 0.0, xp.maximum(compute_s, traffic_s), 0.0)
