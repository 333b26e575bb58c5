"""A model from a published ``config.json``: the dimensions that its keys state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from narrows.core import InputError
from narrows.performance.shape import Dimensions

CONFIG_MAX_BYTES = 1_000_000
"""Published configurations have a few kilobytes."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer", "num_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model"),
    "heads": ("num_attention_heads", "n_head"),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "multi_query_group_num"),
    "head_dim": ("head_dim",),
    "ffn": ("intermediate_size", "ffn_hidden_size", "n_inner"),
    "vocab": ("vocab_size", "padded_vocab_size"),
    "experts": ("n_routed_experts", "num_local_experts", "num_experts"),
    "topk": ("num_experts_per_tok", "moe_topk", "num_experts_per_token"),
    "expert_ffn": ("moe_intermediate_size",),
    "first_dense_layers": ("first_k_dense_replace",),
    "q_lora": ("q_lora_rank",),
    "kv_lora": ("kv_lora_rank",),
    "qk_nope": ("qk_nope_head_dim",),
    "qk_rope": ("qk_rope_head_dim",),
    "v_head": ("v_head_dim",),
}
"""Our words and the keys under which configurations state them, most common first."""

_UNGATED = frozenset({"relu", "gelu", "gelu_new", "relu2", "gelu_pytorch_tanh"})


def dimensions_from_config(path: Path) -> Dimensions:
    """Return the dimensions of a configuration file.

    Raises
    ------
    InputError
        The file is no configuration of a transformer, or a size is missing or not a whole number.
    """
    config = _read(path)
    text = config.get("text_config")
    stated = _Stated(path, text if isinstance(text, dict) else config)
    sizes = {word: stated.size(*keys) for word, keys in _KEYS.items()}
    shared, width = stated.size("n_shared_experts", "num_shared_experts"), sizes["expert_ffn"]
    return Dimensions(
        layers=stated.needed("layers", sizes["layers"]),
        hidden=stated.needed("hidden", sizes["hidden"]),
        heads=stated.needed("heads", sizes["heads"]),
        kv_heads=sizes["kv_heads"],
        head_dim=sizes["head_dim"],
        ffn=sizes["ffn"],
        ffn_matrices=2 if stated.word("hidden_act") in _UNGATED else None,
        vocab=stated.needed("vocab", sizes["vocab"]),
        experts=sizes["experts"],
        topk=sizes["topk"],
        expert_ffn=width,
        shared_ffn=None if shared is None or width is None else shared * width,
        first_dense_layers=sizes["first_dense_layers"],
        latent=sizes["kv_lora"] is not None,
        q_lora=sizes["q_lora"],
        kv_lora=sizes["kv_lora"],
        qk_nope=sizes["qk_nope"],
        qk_rope=sizes["qk_rope"],
        v_head=sizes["v_head"],
        window=stated.size("sliding_window") if stated.uses_window() else None,
        full_attention_every=stated.full_attention_every(),
        tied=stated.config.get("tie_word_embeddings") is True,
    )


def _read(path: Path) -> Mapping[str, object]:
    try:
        if path.stat().st_size > CONFIG_MAX_BYTES:
            raise InputError("file is too large for a configuration", "check the path", file=path)
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"file cannot be read ({error.strerror})"
        raise InputError(problem, "check the path", file=path) from error
    except (ValueError, RecursionError) as error:
        raise InputError("file is not JSON text", "name a config.json", file=path) from error
    if not isinstance(found, dict):
        raise InputError("file holds no JSON object", "name a config.json", file=path)
    return found


class _Stated:
    """What a configuration states, with the file for errors."""

    def __init__(self, path: Path, config: Mapping[str, object]) -> None:
        self.path = path
        self.config = config

    def size(self, *keys: str) -> int | None:
        for key in keys:
            value = self.config.get(key)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise InputError(
                    "not a whole number", "correct it", file=self.path, fieldname=key, value=value
                )
            return value
        return None

    def needed(self, word: str, value: int | None) -> int:
        if value is None or value == 0:
            mend = f"add {_KEYS[word][0]}"
            raise InputError(f"the configuration states no {word}", mend, file=self.path)
        return value

    def word(self, key: str) -> str:
        value = self.config.get(key)
        return value if isinstance(value, str) else ""

    def uses_window(self) -> bool:
        """Return whether the window is in use: families keep the key and switch it off apart."""
        return self.config.get("use_sliding_window") is not False

    def full_attention_every(self) -> int | None:
        kinds = self.config.get("layer_types")
        if not isinstance(kinds, list) or "full_attention" not in kinds:
            return None
        return max(1, round(len(kinds) / kinds.count("full_attention")))
