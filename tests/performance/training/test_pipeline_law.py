from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.performance.calibration.observations import observations
from narrows.performance.calibration.summary import fit_summary
from narrows.performance.training.layout_runs import layout_runs
from narrows.performance.training.pipeline_law import PipelineRun, deviations, law_scatter
from narrows.performance.training.validate import packaged_runs


def run(micro_batch: int, step_s: float, *, tensor: int = 8, pipeline: int = 4) -> PipelineRun:
    return PipelineRun(
        hidden=1024,
        layout=(tensor, pipeline, 8, 256),
        tensor=tensor,
        pipeline=pipeline,
        micro_batch=micro_batch,
        micro_batches=32 / micro_batch,
        step_s=step_s,
    )


def lawful(micro_batch: int, fixed: float, each: float) -> PipelineRun:
    return run(micro_batch, (32 / micro_batch + 3) * (fixed + each * micro_batch))


@given(st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_runs_that_follow_a_pipeline_leave_nothing(fixed, each) -> None:
    group = [lawful(size, fixed, each) for size in (1, 2, 4, 8)]
    assert np.abs(deviations(group)).max() < 1e-6


def test_a_run_off_the_law_is_seen_and_counted_by_degrees_of_freedom() -> None:
    group = [lawful(size, 0.1, 0.2) for size in (1, 2, 4)]
    group.append(run(8, 1.3 * lawful(8, 0.1, 0.2).step_s))
    (found,) = law_scatter(group)
    assert (found.layouts, found.runs, found.wide) == (1, 4, True)
    left = deviations(group)
    assert found.rms == pytest.approx(np.sqrt(left @ left / 2))
    assert found.worst == pytest.approx(np.abs(left).max())
    assert found.worst > 0.05


def test_layouts_of_two_runs_are_left_out() -> None:
    assert law_scatter([run(1, 1.0), run(2, 5.0)]) == ()


def test_narrow_layouts_of_vtrain_scatter_as_no_layout_model_can() -> None:
    """What decision 0004 says of the layouts that every model orders badly."""
    rows = layout_runs(observations(packaged_runs(), load_catalog()))
    found = {(each.hidden, each.wide): each for each in law_scatter(rows)}
    assert len(rows) == 109
    assert found[8192, True].rms < 0.02 < 0.07 < found[8192, False].rms
    assert found[12288, False].rms < 0.01


def test_wide_layouts_are_ordered() -> None:
    sizes = {each.hidden: each for each in fit_summary().sizes_left_out}
    assert sizes[8192].wide_mean < 0.05
    assert sizes[8192].wide_apart_ordered > sizes[8192].apart_ordered
