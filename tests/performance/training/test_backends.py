"""The same formulas under another array library; skipped where it is not installed."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.arrays import use
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.calibration.table import constants_from
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.shape import shape_of
from narrows.performance.training import Cluster, ContextExchange, Job, Space
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.offload import EVERY_OFFLOAD
from narrows.performance.training.space import enumerate_space

CATALOG = load_catalog()
ROWS = 500
"""Enough to meet every branch of the space below."""


def evaluated(model: str, chip: str, system: str) -> Evaluation:
    shape = shape_of(dimensions_of(CATALOG.model(model)))
    hardware = hardware_of(CATALOG.chip(chip), CATALOG.system(system))
    cluster = Cluster(hardware=hardware, chips=64)
    job = Job(sequence=8192, batch=256)
    space = Space(context=(1, 2), context_exchange=tuple(ContextExchange), offload=EVERY_OFFLOAD)
    rows, _ = enumerate_space(shape, cluster, job=job, space=space)
    some = np.random.default_rng(7).choice(len(rows), ROWS, replace=False)
    constants = constants_from(uncalibrated().best, [setting_of(cluster, job)])
    work, device = workload_of(cluster, job), device_of(cluster, job)
    return evaluate(shape, device, constants, rows.take(some), work)


@pytest.mark.parametrize(
    ("model", "chip", "system"),
    [("llama3-70b", "nv-h100-sxm", "dgx-h100"), ("deepseek-v3", "hw-910b2", "atlas-800t-a2")],
)
def test_jax_answers_as_numpy_does(model, chip, system) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", val=True)
    import jax.numpy as jnp

    plain = evaluated(model, chip, system)
    with use(jnp):
        other = evaluated(model, chip, system)
    assert isinstance(other.step_s, jax.Array)
    assert np.asarray(other.step_s) == pytest.approx(plain.step_s, rel=1e-9)
    for item in fields(plain.parts):
        theirs, ours = getattr(other.parts, item.name), getattr(plain.parts, item.name)
        assert np.asarray(theirs) == pytest.approx(np.asarray(ours), rel=1e-9), item.name
    assert np.asarray(other.memory.total) == pytest.approx(plain.memory.total, rel=1e-9)
