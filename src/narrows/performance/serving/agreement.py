"""Whether published degrees can be those of the model and the devices of a row."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import RefusalError
from narrows.performance.serving.cases import Case
from narrows.performance.serving.cells import Degrees
from narrows.performance.serving.phases import Phase


def agreed(case: Case) -> tuple[Degrees, ...]:
    """Return the degrees of a row's pools, or of its one pool, as the model and devices allow them.

    Two readings of published tables are no contradiction: tensor ranks over which an engine
    replicates attention (``tp8 dp8`` of 8 devices are eight copies of one rank), and a tensor
    degree that splits no heads but fills the devices with experts (``tp72`` of an NVL72).

    Raises
    ------
    RefusalError
        The degrees contradict each other, the model, or the devices.
    """
    told = _roles(case)
    for each in told:
        _check_stages(case, each)
        _check_heads(case, each)
        _check_experts(case, each)
    return told if "n_chips" in case.guessed else _seated(case, told)


def devices_of(told: Degrees) -> int:
    """Return the devices of one instance; untold degrees are one."""
    tp, pp, dp = _degrees(told)
    return tp * pp * dp


def _roles(case: Case) -> tuple[Degrees, ...]:
    if case.phase is Phase.APART:
        return case.prefill, case.decode
    return (case.prefill if case.phase is Phase.PREFILL else case.decode,)


def _degrees(told: Degrees) -> tuple[int, int, int]:
    return told.tp or 1, told.pp or 1, told.dp or 1


def _check_stages(case: Case, told: Degrees) -> None:
    if told.pp is not None and told.pp > case.shape.layers:
        raise RefusalError(
            f"pp {told.pp} cannot split the {case.shape.layers} layers of {case.shape.name}",
            ("pp",),
        )


def _check_heads(case: Case, told: Degrees) -> None:
    if told.tp is None or case.shape.heads % told.tp == 0 or _counts_replicas(case, told):
        return
    raise RefusalError(
        f"tp {told.tp} cannot split the {case.shape.heads} heads of {case.shape.name}", ("tp",)
    )


def _counts_replicas(case: Case, told: Degrees) -> bool:
    """Whether a tensor degree that splits no heads counts devices of experts, all of them used."""
    is_spread = told.spread_experts or case.engine.replicates_within_tp
    stage = (told.tp or 1) * (told.dp or 1)
    is_told = (told.ep or 1) * (told.expert_tp or 1) == stage
    fills = case.devices % devices_of(told) == 0
    return case.shape.moe_layers > 0 and fills and (is_spread or is_told)


def _check_experts(case: Case, told: Degrees) -> None:
    """Refuse experts on devices that the stage does not have; other readings are the layout's."""
    stage = (told.tp or 1) * (told.dp or 1)
    is_told = case.shape.moe_layers > 0 and (told.tp is not None or told.dp is not None)
    if not is_told or told.ep is None or stage % told.ep == 0 or told.expert_tp is not None:
        return
    raise RefusalError(
        f"ep {told.ep} cannot spread experts over the {stage} devices of tp {told.tp or 1} and "
        f"dp {told.dp or 1}",
        ("ep",),
    )


def _seated(case: Case, told: tuple[Degrees, ...]) -> tuple[Degrees, ...]:
    """Return degrees that need no more devices than there are; replicas on tensor ranks if not."""
    if _needed(told) <= case.devices:
        return told
    shared = tuple(_shared(each) for each in told)
    if _needed(shared) <= case.devices:
        return shared
    raise RefusalError(
        f"{' and '.join(map(_written, told))} needs {_needed(told):,} devices, "
        f"the row has {case.devices:,}",
        ("n_chips", "tp"),
    )


def _needed(told: tuple[Degrees, ...]) -> int:
    return sum(devices_of(each) * (each.workers or 1) for each in told)


def _shared(told: Degrees) -> Degrees:
    """Return degrees whose replicas lie on the tensor ranks, where their number allows it."""
    tp, _, dp = _degrees(told)
    return replace(told, tp=tp // dp) if dp > 1 and tp % dp == 0 else told


def _written(told: Degrees) -> str:
    names = (("tp", told.tp), ("pp", told.pp), ("dp", told.dp), ("workers", told.workers))
    return " x ".join(f"{name} {value}" for name, value in names if value is not None) or "tp 1"
