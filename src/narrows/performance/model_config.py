"""A model from a published ``config.json``: the dimensions that its keys and its type state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from narrows.catalog import LinearAttention, LinearKind
from narrows.core import RefusalError
from narrows.performance.config_family import Family, family_of_type, refuse_foreign_config
from narrows.performance.config_keys import Stated, read_config, text_part
from narrows.performance.dimensions import Dimensions

KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden": ("hidden_size", "n_embd", "n_embed", "d_model"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": (
        "num_key_value_heads",
        "num_kv_heads",
        "kv_n_heads",
        "multi_query_group_num",
        "num_attention_groups",
    ),
    "head_dim": ("head_dim", "attention_head_dim", "kv_channels"),
    "ffn": ("intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim"),
    "vocab": ("vocab_size", "padded_vocab_size"),
    "experts": (
        "n_routed_experts",
        "num_local_experts",
        "num_experts",
        "moe_num_experts",
        "num_moe_experts",
    ),
    "topk": (
        "num_experts_per_tok",
        "num_experts_per_token",
        "experts_per_token",
        "moe_topk",
        "moe_top_k",
        "moe_k",
        "top_k_experts",
    ),
    "expert_groups": ("n_group",),
    "topk_groups": ("topk_group",),
    "expert_ffn": ("moe_intermediate_size",),
    "shared_ffn": ("shared_expert_intermediate_size", "share_expert_dim"),
    "shared_experts": (
        "n_shared_experts",
        "num_shared_experts",
        "num_shared_expert",
        "moe_num_shared_experts",
    ),
    "first_dense_layers": ("first_k_dense_replace", "moe_layer_start_index"),
    "moe_every": (
        "decoder_sparse_step",
        "interleave_moe_layer_step",
        "moe_layer_freq",
        "moe_layer_interval",
    ),
    "q_lora": ("q_lora_rank",),
    "kv_lora": ("kv_lora_rank",),
    "qk_nope": ("qk_nope_head_dim",),
    "qk_rope": ("qk_rope_head_dim",),
    "v_head": ("v_head_dim",),
    "window": ("sliding_window", "attention_chunk_size"),
    "linear_keys": ("linear_num_key_heads",),
    "linear_values": ("linear_num_value_heads",),
    "linear_width": ("linear_value_head_dim", "linear_key_head_dim"),
    "mtp_layers": ("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"),
    "full_every": ("full_attention_interval", "sliding_window_pattern", "no_rope_layer_interval"),
}
"""Our words and the keys under which configurations state them, most common first."""
_GATED = frozenset({"silu", "swish", "swiglu", "geglu"})
_UNGATED = frozenset({"relu", "gelu", "gelu_new", "gelu_fast", "relu2", "gelu_pytorch_tanh"})
_OF_EXPERTS = re.compile(r"(?:^|_)experts?(?:$|_)|^moe_")
_KINDS = frozenset(
    {"full_attention", "sliding_attention", "chunked_attention", "linear_attention", "attention"}
)


def dimensions_from_config(path: Path) -> Dimensions:
    """Return the dimensions of a configuration file.

    Raises
    ------
    InputError
        The file is no configuration, or a size is missing or not a whole number.
    RefusalError
        It is of layers that the formulas do not describe.
    """
    config = read_config(path)
    stated = Stated(path, text_part(config))
    for each in (config, stated.config):
        refuse_foreign_config(path, each)
    family = family_of_type(stated.word("model_type"))
    sizes = {word: stated.size(*keys) for word, keys in KEYS_OF.items()}
    _refuse_unread(stated, sizes)
    hidden = stated.needed("hidden", sizes["hidden"], "hidden_size")
    expert = _expert_ffn(sizes, family)
    linear, every = _full_attention(stated, sizes, family)
    windowed = stated.flag("use_sliding_window") is not False and not linear and every != 1
    return Dimensions(
        layers=stated.needed("layers", sizes["layers"], "num_hidden_layers"),
        hidden=hidden,
        heads=stated.needed("heads", sizes["heads"], "num_attention_heads"),
        kv_heads=1 if _has_one_key_head(stated, family) else sizes["kv_heads"],
        head_dim=sizes["head_dim"],
        ffn=_ffn(stated, sizes, family, hidden),
        ffn_matrices=family.ffn_matrices or _matrices(stated),
        vocab=stated.needed("vocab", sizes["vocab"], "vocab_size"),
        experts=sizes["experts"],
        topk=sizes["topk"],
        expert_groups=sizes["expert_groups"],
        topk_groups=sizes["topk_groups"],
        expert_ffn=expert,
        shared_ffn=_shared_ffn(sizes, expert, family),
        first_dense_layers=sizes["first_dense_layers"],
        moe_every=sizes["moe_every"] or None,
        latent=sizes["kv_lora"] is not None,
        q_lora=sizes["q_lora"],
        kv_lora=sizes["kv_lora"],
        qk_nope=sizes["qk_nope"],
        qk_rope=sizes["qk_rope"],
        v_head=sizes["v_head"],
        window=sizes["window"] if windowed else None,
        full_attention_every=every,
        tied=family.tied is True if (told := stated.flag("tie_word_embeddings")) is None else told,
        alibi=stated.flag("alibi") is True or stated.word("model_type") == "bloom",
        sinks=family.sinks,
        output_gate=_has_output_gate(stated, family),
        linear=_linear_attention(stated, sizes) if linear else None,
        mtp_layers=sizes["mtp_layers"],
    )


def _has_output_gate(stated: Stated, family: Family) -> bool:
    told = stated.flag("attn_output_gate")
    return family.output_gate if told is None else told


def _linear_attention(stated: Stated, sizes: Mapping[str, int | None]) -> LinearAttention:
    """Return the linear layers of a configuration: those that it has keys for are delta rules.

    Raises
    ------
    RefusalError
        Keys and values differ in width.
    """
    widths = {stated.size(key) for key in KEYS_OF["linear_width"]}
    if len(widths) > 1:
        raise RefusalError(
            f"{stated.path}: linear layers whose keys and values differ in width are not modelled",
            KEYS_OF["linear_width"],
        )
    return LinearAttention(
        kind=LinearKind.GATED_DELTANET,
        key_heads=sizes["linear_keys"],
        value_heads=sizes["linear_values"],
        head_dim=sizes["linear_width"],
    )


def _refuse_unread(stated: Stated, sizes: Mapping[str, int | None]) -> None:
    """Refuse experts and kinds of attention that stand under keys which nobody here reads."""
    speaks = [
        key
        for key, value in stated.config.items()
        if _OF_EXPERTS.search(key) and isinstance(value, int) and not isinstance(value, bool)
    ]
    experts = sizes["experts"]
    if experts is None and any(int(str(stated.config[key])) > 1 for key in speaks):
        raise RefusalError(
            f"{stated.path}: {speaks[0]} tells experts, but no key their number", ("num_experts",)
        )
    kinds = stated.config.get("attn_type_list")
    if isinstance(kinds, list) and 0 in kinds:
        raise RefusalError(
            f"{stated.path}: attn_type_list tells linear layers that a configuration alone does "
            "not describe",
            ("a model of the catalogue",),
        )


def _matrices(stated: Stated) -> int | None:
    act = stated.word("hidden_act", "hidden_activation", "activation_function", "ffn_act_fn")
    if act in _GATED:
        return 3
    return 2 if act in _UNGATED else None


def _has_one_key_head(stated: Stated, family: Family) -> bool:
    newer = stated.flag("new_decoder_architecture") is True
    return family.one_key_head and stated.flag("multi_query") is True and not newer


def _ffn(
    stated: Stated, sizes: Mapping[str, int | None], family: Family, hidden: int
) -> int | None:
    """Return the width of a dense feed-forward block."""
    if family.dense_ffn is not None:
        return stated.size(family.dense_ffn)
    width = sizes["ffn"]
    if width is None:
        return None if family.ffn_of_hidden is None else family.ffn_of_hidden * hidden
    return width // 2 if family.halves_ffn else width


def _expert_ffn(sizes: Mapping[str, int | None], family: Family) -> int | None:
    if sizes["expert_ffn"] is None and family.experts_as_ffn:
        return sizes["ffn"]
    return sizes["expert_ffn"]


def _shared_ffn(sizes: Mapping[str, int | None], expert: int | None, family: Family) -> int | None:
    """Return the width of all experts that every token meets, together."""
    if sizes["shared_ffn"] is not None:
        return sizes["shared_ffn"]
    shared = family.shared_experts if sizes["shared_experts"] is None else sizes["shared_experts"]
    return None if shared is None or expert is None else shared * expert


def _full_attention(
    stated: Stated, sizes: Mapping[str, int | None], family: Family
) -> tuple[bool, int | None]:
    """Return whether other layers are linear, and how many layers apart see the whole past."""
    kinds = stated.config.get("layer_types")
    if isinstance(kinds, list):
        others = sorted(set(map(str, kinds)) - _KINDS)
        if others:
            raise RefusalError(
                f"{stated.path}: layers of kind {others[0]} are not modelled", ("layer_types",)
            )
        whole = sum(str(kind) in {"full_attention", "attention"} for kind in kinds)
        every = max(1, round(len(kinds) / whole)) if whole else None
        return "linear_attention" in kinds, every
    every = sizes["full_every"] or family.full_attention_every
    return any(key.startswith("linear_num_") for key in stated.config), every
