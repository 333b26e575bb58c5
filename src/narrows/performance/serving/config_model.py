"""A model of a published ``config.json`` as a record, for models that the catalogue lacks."""

from __future__ import annotations

from pathlib import Path

from narrows.catalog import Attention, Catalog, Model
from narrows.core import Basis, Grade, RefusalError
from narrows.performance.config_keys import read_config, text_part
from narrows.performance.dimensions import Dimensions
from narrows.performance.model_config import dimensions_from_config
from narrows.performance.shape import shape_of

_UNREAD = ("index_topk", "indexer", "compress_ratios", "use_cla")
"""Keys of caches that a configuration alone does not describe; catalogue models may have them."""


def model_named(catalog: Catalog, name: str) -> Model:
    """Return the catalogue's model, or that of a ``config.json`` where a file has the name.

    Raises
    ------
    InputError
        The file is no configuration, or a size in it is missing.
    RefusalError
        It has a kind of cache that a configuration alone does not describe.
    UnknownNameError, AmbiguousNameError
        There is neither a file nor a model of the name.
    """
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return model_from_config(path)
    return catalog.model(name)


def model_from_config(path: Path) -> Model:
    """Return the model that a configuration file describes.

    Raises
    ------
    InputError
        The file is no configuration, or a size in it is missing.
    RefusalError
        A size of its kind of layer is missing, or it has a cache that it does not describe.
    """
    found = dimensions_from_config(path)
    shape_of(found)
    _refuse_unread(path, found)
    heads = found.heads
    width = found.head_dim or found.hidden // heads
    dense_only = found.experts is None
    return Model(
        id=_id(path),
        sources=(),
        grade=Grade.A,
        basis=Basis.SEEN,
        family="config",
        name=_id(path),
        layers=found.layers,
        hidden=found.hidden,
        heads=heads,
        kv_heads=heads if found.kv_heads is None else found.kv_heads,
        head_dim=width,
        ffn_hidden=found.ffn,
        ffn_matrices=found.ffn_matrices,
        vocab=found.vocab,
        experts_routed=found.experts,
        experts_topk=found.topk,
        moe_ffn_hidden=None if dense_only else _expert_width(found),
        shared_ffn_hidden=found.shared_ffn,
        first_dense_layers=found.first_dense_layers,
        moe_every_n_layers=found.moe_every,
        attention=Attention.MLA if found.latent else Attention.GQA,
        q_lora_rank=found.q_lora,
        kv_lora_rank=found.kv_lora,
        qk_nope_dim=found.qk_nope,
        qk_rope_dim=found.qk_rope,
        v_head_dim=found.v_head,
        full_attention_every_n=found.full_attention_every,
        sliding_window=found.window,
        tied_embeddings=found.tied,
        mtp_layers=found.mtp_layers,
    )


def _expert_width(found: Dimensions) -> int | None:
    """Return an expert's width; families without a key of its own give it as the layer's."""
    return found.ffn if found.expert_ffn is None else found.expert_ffn


def _id(path: Path) -> str:
    """Return a name for the answer: the file's, or its folder's where all files are alike."""
    return path.resolve().parent.name if path.stem == "config" else path.stem


def _refuse_unread(path: Path, found: Dimensions) -> None:
    stated = text_part(read_config(path))
    unread = [key for key in _UNREAD if stated.get(key)]
    if found.linear is not None:
        unread.append("linear_attention")
    if unread:
        raise RefusalError(
            f"{path}: a configuration alone does not describe {', '.join(unread)}",
            ("a model of the catalogue",),
        )
