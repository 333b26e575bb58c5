"""From a row to a question that the evaluator can answer, or a refusal that says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, log, sqrt

import numpy as np

from narrows.catalog import Catalog, Model
from narrows.core import RefusalError
from narrows.performance.arrays import xp
from narrows.performance.constants import UNSEEN
from narrows.performance.dimensions import Dimensions, dimensions_of
from narrows.performance.hardware import Precision
from narrows.performance.shape import Shape, with_mtp
from narrows.performance.software import Generation, generation_of
from narrows.performance.training.buckets import buckets
from narrows.performance.training.flops import model_flops_per_token
from narrows.performance.training.footprint import footprint
from narrows.performance.training.host_use import host_use
from narrows.performance.training.job import (
    Cluster,
    Job,
    device_of,
    software_of,
    workload_of,
)
from narrows.performance.training.layout import stated_layouts
from narrows.performance.training.mtp_words import mtp_layers, without_mtp
from narrows.performance.training.names import (
    NamedChip,
    find_model,
    latent_twin,
    names,
    packs_samples,
    resolve_chip,
    resolve_precision,
    trains_adapters,
)
from narrows.performance.training.row import RunRow
from narrows.performance.training.row_checks import refuse_without_meaning
from narrows.performance.training.row_hardware import row_hardware
from narrows.performance.training.row_space import ROW_SPACE, row_space
from narrows.performance.training.space import Space
from narrows.performance.training.stated_size import shape_of_size
from narrows.performance.training.strategy import Strategy, as_arrays
from narrows.performance.written import refuse_foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A run to be predicted."""

    id: str
    source: str
    shape: Shape
    cluster: Cluster
    job: Job
    software: Generation
    fitted_software: bool
    """False where no generation of the fit matches the framework's name."""
    strategies: tuple[Strategy, ...]
    """What the row allows; empty where the whole layout has to be searched."""
    assumed: tuple[str, ...]
    space: Space
    """What a search may try where no layout is stated."""
    class_log_spread: float
    """Log standard deviation of what the row's names leave open: bins, length of packed samples."""

    @property
    def tokens(self) -> int:
        """Tokens of a step."""
        return self.job.tokens


def question(row: RunRow, catalog: Catalog) -> Question:
    """Return the question that a row asks.

    Raises
    ------
    RefusalError
        Something needed is missing, unclear or contradictory; the reason names it.
    """
    named = resolve_chip(row.chip, catalog)
    hardware, counting = row_hardware(named, row, catalog)
    model = _model(row, catalog)
    shape, assumed_sizes = _shape(row, model)
    refuse_without_meaning(row, shape)
    chips, sequence, batch = _needed(row, named)
    trained, assumed_mtp = mtp_layers(row, model, whole=_is_whole(shape, model))
    shape = with_mtp(shape, trained)
    assumed_packing: tuple[str, ...] = ()
    packing_log_spread = 0.0
    if packs_samples(row.model):
        packing_log_spread = _packing_log_spread(shape, sequence)
        shape, assumed_packing = _packed(shape, sequence), ("packing",)
    precision = resolve_precision(row.precision)
    assumed = [*counting, *assumed_sizes, *assumed_mtp, *assumed_packing]
    if precision is None:
        assumed.append("precision")
    found = generation_of(row.framework, row.date)
    cluster = Cluster(hardware=hardware, chips=chips)
    job = Job(
        sequence=sequence,
        batch=batch,
        precision=precision or Precision.BF16,
        software=None if found is None else found.id,
        trained_share=names().adapter_trained_share if trains_adapters(row.model) else 1.0,
    )
    hardware.peak(job.precision)
    software = found or software_of(cluster, job)
    layouts = stated_layouts(
        row, shape=shape, devices=cluster.devices, batch=batch, software=software
    )
    strategies = _held_by_hosts(shape, cluster, job, layouts.strategies)
    if job.trained_share == 1.0 and _needs_adapters(shape, cluster, job, strategies):
        assumed.append("adapters")
        job = replace(job, trained_share=names().adapter_trained_share)
    return Question(
        id=row.id,
        source=row.source_id,
        shape=shape,
        cluster=cluster,
        job=replace(job, software=software.id),
        software=software,
        fitted_software=found is not None,
        strategies=strategies,
        space=row_space(row, layouts.offload) if not layouts.strategies else ROW_SPACE,
        assumed=(*assumed, *layouts.assumed),
        class_log_spread=hypot(named.log_spread, packing_log_spread),
    )


ADAPTERS_ABOVE = 1.2
"""A run whose model states alone exceed the device's memory by a fifth did not train them all."""


def _needs_adapters(
    shape: Shape, cluster: Cluster, job: Job, strategies: tuple[Strategy, ...]
) -> bool:
    """Return whether full training cannot be meant, because its states fit in no stated layout."""
    if not strategies:
        return False
    rows = as_arrays(strategies)
    held = buckets(shape, rows)
    work = workload_of(cluster, job)
    states = footprint(shape, device_of(cluster, job), rows, work, held).states
    return bool(np.min(states) > ADAPTERS_ABOVE * cluster.hardware.memory_bytes)


def _held_by_hosts(
    shape: Shape, cluster: Cluster, job: Job, strategies: tuple[Strategy, ...]
) -> tuple[Strategy, ...]:
    """Return the layouts whose hosts are known and hold them.

    Raises
    ------
    RefusalError
        There is none; the reason is that of the first.
    """
    held: list[Strategy] = []
    refused: list[RefusalError] = []
    device, work = device_of(cluster, job), workload_of(cluster, job)
    for each in strategies:
        try:
            host_use(shape, device, cluster.hardware, each, work)
            held.append(each)
        except RefusalError as error:
            refused.append(error)
    if refused and not held:
        raise refused[0]
    return tuple(held)


def generation_level(asked: Question) -> str:
    """Return the level of software effects: the generation, or the unfitted level."""
    return asked.software.level if asked.fitted_software else UNSEEN


def _needed(row: RunRow, named: NamedChip) -> tuple[int, int, int]:
    """Return chips, tokens of a sequence and sequences of a step; a name may give the chips."""
    chips = named.count if row.n_chips is None else int(row.n_chips)
    stated = {"n_chips": chips, "seq_len": row.seq_len, "global_batch_seqs": row.global_batch_seqs}
    missing = tuple(name for name, value in stated.items() if value is None)
    if chips is None or row.seq_len is None or row.global_batch_seqs is None:
        raise RefusalError("the row does not say what a step is", missing)
    return chips, int(row.seq_len), max(1, round(row.global_batch_seqs))


def _model(row: RunRow, catalog: Catalog) -> Model | None:
    if not row.model:
        return None
    found = find_model(without_mtp(row.model), catalog)
    if found is None:
        refuse_foreign(row.model, catalog)
    if found is not None or row.hidden is None or row.heads is None:
        return found
    return latent_twin(row.model, row.hidden, row.heads, catalog)


def _shape(row: RunRow, model: Model | None) -> tuple[Shape, tuple[str, ...]]:
    """Return the shape of a row: its own dimensions first, the catalogue's for the rest."""
    known = None if model is None else _public_dimensions(model)
    if row.layers is None or row.hidden is None or row.heads is None:
        if known is None:
            raise RefusalError(
                f"the architecture of {row.model!r} is neither in the row nor in the catalogue",
                ("layers", "hidden", "heads"),
            )
        merged = _overlaid(known, row, model)
    elif known is not None and known.hidden == int(row.hidden):
        merged = _overlaid(known, row, model)
    else:
        merged = _own(row)
    whole = known is None or merged.layers == known.layers
    if merged.vocab is not None:
        return shape_of_size(merged, row, whole=whole), ()
    sized = replace(merged, vocab=names().assumed_vocab)
    return shape_of_size(sized, row, whole=whole), ("vocab",)


def _is_whole(shape: Shape, model: Model | None) -> bool:
    """Return whether a row's model has the layers of the catalogue's: others are cut or grown."""
    return model is not None and model.layers == int(shape.layers)


def _packed(shape: Shape, sequence: int) -> Shape:
    """Return the shape with every token seeing its own sample alone.

    The length of samples is not stated: the geometric middle between short ones and one as long as
    the sequence, both of which :func:`_packing_log_spread` covers.
    """
    shortest = 2.0 * names().packed_keys
    keys = sqrt(shortest * max(shortest, float(sequence))) / 2.0
    return replace(shape, full_attention_share=xp.array(0.0), window=xp.array(keys))


def _packing_log_spread(shape: Shape, sequence: int) -> float:
    """Return the spread between samples of a few hundred tokens and one as long as the sequence.

    Half of the whole sequence's operations of attention are causal; the two ends are taken as the
    5th and the 95th percentile.
    """
    whole = model_flops_per_token(shape, sequence)
    without = model_flops_per_token(shape, 0)
    return log((whole + without) / (2.0 * without)) / (2.0 * NORMAL_95)


NORMAL_95 = 1.6448536269514722
"""95th percentile of the standard normal."""


def _public_dimensions(model: Model) -> Dimensions | None:
    try:
        return dimensions_of(model)
    except RefusalError:
        return None


def _own(row: RunRow) -> Dimensions:
    """Return a shape from the row alone; callers have checked the three sizes without defaults."""
    shared = row.shared_experts
    width = row.ffn if row.moe_ffn is None else row.moe_ffn
    shared_ffn = None
    if shared is not None and width is not None and row.experts is not None:
        shared_ffn = int(shared * width)
    return Dimensions(
        layers=_or(row.layers, 0),
        hidden=_or(row.hidden, 0),
        heads=_or(row.heads, 0),
        kv_heads=_int(row.kv_heads),
        head_dim=_int(row.head_dim),
        ffn=_int(row.ffn),
        expert_ffn=_int(row.moe_ffn),
        shared_ffn=shared_ffn,
        vocab=_int(row.vocab),
        experts=_int(row.experts),
        topk=_int(row.topk),
    )


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)


def _or(value: float | None, default: int) -> int:
    return default if value is None else int(value)


def _either(value: float | None, default: int | None) -> int | None:
    return default if value is None else int(value)


def _shared_ffn(known: Dimensions, row: RunRow, model: Model | None) -> int | None:
    """Return the width of all shared experts: the row's number of the width of one.

    One is as wide as the catalogue's, or as a routed one where that has none.
    """
    counted = None if model is None else model.experts_shared
    if row.shared_experts is None or row.shared_experts == counted:
        return known.shared_ffn
    routed = _either(row.moe_ffn, known.expert_ffn)
    one = known.shared_ffn / counted if known.shared_ffn and counted else routed
    return None if one is None else int(row.shared_experts * one)


def _overlaid(known: Dimensions, row: RunRow, model: Model | None) -> Dimensions:
    """Return the catalogue's dimensions with every one that the row states itself."""
    layers = _or(row.layers, known.layers)
    return replace(
        known,
        layers=layers,
        hidden=_or(row.hidden, known.hidden),
        heads=_or(row.heads, known.heads),
        kv_heads=_either(row.kv_heads, known.kv_heads),
        head_dim=_either(row.head_dim, known.head_dim),
        ffn=_either(row.ffn, known.ffn),
        expert_ffn=_either(row.moe_ffn, known.expert_ffn),
        shared_ffn=_shared_ffn(known, row, model),
        vocab=_either(row.vocab, known.vocab),
        experts=_either(row.experts, known.experts),
        topk=_either(row.topk, known.topk),
        first_dense_layers=_dense_of_cut(known, layers),
    )


def _dense_of_cut(known: Dimensions, layers: int) -> int | None:
    """Return the leading dense layers of a model cut to ``layers``: in proportion, at least one."""
    dense = known.first_dense_layers
    if dense is None or dense == 0 or layers == known.layers:
        return dense
    return max(1, round(dense * layers / known.layers))
