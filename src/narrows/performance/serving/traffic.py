"""What clients ask of an instance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrows.performance.serving.arrays import Array, array


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What clients ask of one instance.

    ``clients`` requests are in flight at once (infinite where all are queued beforehand), and at
    most ``arrivals`` start a second; ``cached`` prompt tokens are found in the prefix cache;
    ``drafts`` tokens are proposed a step.
    """

    input_tokens: Array
    output_tokens: Array
    clients: Array
    cached: Array
    arrivals: Array
    drafts: float = 0.0

    @property
    def fresh_tokens(self) -> Array:
        """Prompt tokens that must be computed; at least the last one."""
        return np.maximum(self.input_tokens - self.cached, 1.0)

    @property
    def mean_context(self) -> Array:
        """Mean context of a decoding sequence."""
        return self.input_tokens + self.output_tokens / 2


def traffic(
    input_tokens: float,
    output_tokens: float,
    *,
    clients: float = np.inf,
    cached: float = 0.0,
    arrivals: float = np.inf,
    drafts: float = 0.0,
) -> Traffic:
    """Return traffic from plain numbers; the last prompt token is never found in a cache."""
    return Traffic(
        input_tokens=array(input_tokens),
        output_tokens=array(output_tokens),
        clients=array(clients),
        cached=array(max(min(cached, input_tokens - 1), 0.0)),
        arrivals=array(arrivals),
        drafts=drafts,
    )


def shared(load: Traffic, instances: Array) -> Traffic:
    """Return the traffic of one of ``instances`` that share clients and arrivals evenly."""
    return replace(load, clients=load.clients / instances, arrivals=load.arrivals / instances)
