"""Useful operations of a step, and the share of the peak that they reach."""

from __future__ import annotations

from narrows.performance.shape import Shape
from narrows.performance.training.further_tokens import JOINED_WIDTHS
from narrows.performance.training.job import Cluster, Job


def model_flops_per_token(shape: Shape, sequence: int) -> float:
    """Return ``6 N + 12 L a d s``: active matrix parameters, full attention, no recomputation.

    Layers that keep a state add what their kernel multiplies; layers for further tokens count as
    any other, with their projection and their pass through the output layer.
    """
    every = shape.attention_parameters + shape.hidden * shape.whole_columns
    experts = shape.topk * shape.ffn_matrices * shape.hidden * shape.expert_ffn
    moe = experts + shape.shared_parameters + shape.hidden * shape.experts
    matrices = (
        shape.layers * every
        + shape.dense_layers * shape.dense_ffn_parameters
        + shape.moe_layers * moe
        + shape.table_parameters
    )
    last_ffn = moe if float(shape.moe_layers) > 0.0 else shape.dense_ffn_parameters
    joined = JOINED_WIDTHS * shape.hidden * shape.hidden
    matrices = matrices + shape.mtp_layers * (every + last_ffn + joined + shape.table_parameters)
    layers = shape.layers + shape.mtp_layers
    width = (1.0 - shape.linear_share) * shape.heads * (shape.qk_dim + shape.v_dim) / 2.0
    states = layers * shape.linear_share * shape.linear_flops
    return float(6.0 * matrices + 12.0 * layers * width * sequence + 3.0 * states)


def utilisation(shape: Shape, cluster: Cluster, job: Job, step_s: float) -> float:
    """Return model operations over what the devices' peak at the job's precision allows."""
    done = model_flops_per_token(shape, job.sequence) * job.tokens
    return done / (step_s * cluster.devices * cluster.hardware.peak(job.precision))
