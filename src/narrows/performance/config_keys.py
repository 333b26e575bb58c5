"""Keys of published configurations, read with their file for errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from narrows.core import InputError

CONFIG_MAX_BYTES = 1_000_000
"""Published configurations have a few kilobytes."""
SIZE_MAX = 10_000_000
"""Ten times the largest vocabulary or width that anybody published."""
_PARTS = ("attn_config", "ffn_config")
"""Objects inside a configuration whose keys count as its own."""


def read_config(path: Path) -> Mapping[str, object]:
    """Return the object of a configuration file.

    Raises
    ------
    InputError
        The file cannot be read, or holds no JSON object.
    """
    try:
        if path.stat().st_size > CONFIG_MAX_BYTES:
            raise InputError("file is too large for a configuration", "check the path", file=path)
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem = f"file cannot be read ({error.strerror})"
        raise InputError(problem, "check the path", file=path) from error
    except (ValueError, RecursionError) as error:
        raise InputError("file is not JSON text", "name a config.json", file=path) from error
    if not isinstance(found, dict):
        raise InputError("file holds no JSON object", "name a config.json", file=path)
    return found


def text_part(config: Mapping[str, object]) -> Mapping[str, object]:
    """Return the keys of the language model: of its part where images or sound have their own."""
    parts = (config.get(key) for key in ("text_config", "llm_config", "language_config"))
    inner = next((part for part in parts if isinstance(part, dict)), None)
    if inner is None:
        return config
    outer = {key: config[key] for key in ("tie_word_embeddings",) if key in config}
    return outer | inner


class Stated:
    """What a configuration states, with the file for errors."""

    def __init__(self, path: Path, config: Mapping[str, object]) -> None:
        self.path = path
        inner = [part for key in _PARTS if isinstance(part := config.get(key), dict)]
        self.config: dict[str, object] = {}
        for part in (*inner, config):
            self.config |= {key: value for key, value in part.items() if value is not None}

    def size(self, *keys: str) -> int | None:
        """Return the first of some keys that is stated; a list of equal sizes is one size.

        Raises
        ------
        InputError
            It is no whole number, is beyond any published size, or differs by layer.
        """
        key = next((each for each in keys if each in self.config), None)
        if key is None:
            return None
        value = self.config[key]
        if isinstance(value, list) and value and all(each == value[0] for each in value):
            value = value[0]
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            problem = "differs by layer" if isinstance(value, list) else "not a whole number"
            raise InputError(problem, "correct it", file=self.path, fieldname=key, value=value)
        if value > SIZE_MAX:
            problem, mend = "out of range", f"give at most {SIZE_MAX:,}"
            raise InputError(problem, mend, file=self.path, fieldname=key, value=value)
        return value

    def needed(self, word: str, value: int | None, key: str) -> int:
        """Return a size without which there is no model.

        Raises
        ------
        InputError
            It is not stated.
        """
        if value is None or value == 0:
            mend = f"add {key}"
            raise InputError(f"the configuration states no {word}", mend, file=self.path)
        return value

    def word(self, *keys: str) -> str:
        """Return the first of some keys that is text; blank where none is."""
        found = (self.config.get(key) for key in keys)
        return next((value for value in found if isinstance(value, str)), "")

    def flag(self, key: str) -> bool | None:
        """Return a switch; ``None`` where it is not stated."""
        value = self.config.get(key)
        return value if isinstance(value, bool) else None
