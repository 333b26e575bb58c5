"""What a search may try for a row that states no degrees: whatever it does state stays."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import RefusalError
from narrows.performance.training.layout_words import recompute_mode, sequence_parallel
from narrows.performance.training.offload import Offload
from narrows.performance.training.row import RunRow
from narrows.performance.training.space import Space
from narrows.performance.training.strategy import Recompute

ROW_SPACE = Space(
    zero=(0, 1, 3),
    recompute=(Recompute.NONE, Recompute.FULL),
    micro_batch=(1, 2, 4),
    chunks=(1, 2, 4),
)
"""The layouts searched for a row that states nothing of its own; one replica shards nothing."""


def row_space(row: RunRow, offload: tuple[Offload, ...]) -> Space:
    """Return the space of a row: its context and expert ranks, chunks, micro-batch and modes.

    Raises
    ------
    RefusalError
        It states a degree that means nothing without the tensor or pipeline degree.
    """
    for name, needed in (("etp", "tp"), ("layers_per_vpp", "pp")):
        if getattr(row, name) is not None:
            raise RefusalError(f"{name} is stated, and {needed} is not", (needed,))
    space = replace(
        ROW_SPACE,
        offload=offload,
        context=(1,) if row.cp is None else (int(row.cp),),
        expert=None if row.ep is None else (int(row.ep),),
    )
    if row.vpp_stages is not None:
        space = replace(space, chunks=(int(row.vpp_stages),))
    if row.micro_batch is not None:
        space = replace(space, micro_batch=(int(row.micro_batch),))
    mode = recompute_mode(row.recompute)
    if mode is not None:
        space = replace(space, recompute=(mode,))
    split = sequence_parallel(row.sequence_parallel, row.recompute)
    return space if split is None else replace(space, sequence_parallel=(split,))
