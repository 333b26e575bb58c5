"""Copies of attention that a wide expert degree implies, where a source's degrees disagree."""

from __future__ import annotations

from dataclasses import replace

from narrows.performance.serving.cells import Degrees


def filled(told: Degrees, devices: int) -> tuple[Degrees, str | None]:
    """Return degrees whose attention fills the devices of the experts, and what was read.

    Experts lie on the devices of one stage, and so does attention: ``tp * dp = ep * expert_tp``.
    Where experts are spread wider than attention is told of, and so many devices are there, the
    degree that a source leaves out fills the stage: replicas where it tells the tensor degree,
    even beside replicas that do not fill it (``tp8 ep32 dp1`` of 32 devices are four copies), and
    tensor ranks where it tells replicas alone. ``None`` where the degrees already agree.
    """
    stage = (told.ep or 1) * (told.expert_tp or 1)
    stated = (told.tp or 1) * (told.dp or 1)
    is_wider = told.ep is not None and told.ep > 1 and stage > stated
    if not is_wider or stage * (told.pp or 1) > devices:
        return told, None
    if told.tp is not None and stage % told.tp == 0:
        copies = stage // told.tp
        return replace(told, dp=copies), f"dp {copies} read from experts on {stage} devices"
    if told.tp is None and told.dp is not None and stage % told.dp == 0:
        ranks = stage // told.dp
        return replace(told, tp=ranks), f"tp {ranks} read from experts on {stage} devices"
    return told, None
