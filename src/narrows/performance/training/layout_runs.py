"""The measured runs that differ in nothing but their layout."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.performance.calibration.observations import Observation
from narrows.performance.training.pipeline_law import PipelineRun

MULTI_NODE = "vtrain-multi"
"""109 measured layouts of four model sizes: the widest public comparison of layouts."""


def layout_runs(rows: Sequence[Observation]) -> list[PipelineRun]:
    """Return the multi-node runs as the pipeline's law sees them."""
    return [_run(each) for each in rows if each.asked.source == MULTI_NODE]


def _run(each: Observation) -> PipelineRun:
    layout = each.asked.strategies[0]
    batch = each.asked.job.batch
    return PipelineRun(
        hidden=int(each.asked.shape.hidden),
        layout=(layout.tensor, layout.pipeline, layout.data, batch),
        tensor=layout.tensor,
        pipeline=layout.pipeline,
        micro_batch=layout.micro_batch,
        micro_batches=batch / (layout.data * layout.micro_batch),
        step_s=each.measured.step_s,
    )
