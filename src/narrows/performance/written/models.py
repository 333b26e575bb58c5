"""The model that a written name means: formats, tuning and releases taken off by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from narrows.catalog import Catalog, Model, data_root
from narrows.core import STRICT, Grade, RefusalError, read_record

NAME_MAX_CHARS = 300
"""Twice the longest name of the published tables; a longer one is no name."""
SIZE_TOLERANCE = 0.06
"""Sizes in names are rounded: the 1.04 trillion of Kimi K2 are written 1T."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_TIMES = re.compile(r"(?<=\d)\s?[×✕✖]\s?(?=\d)")
_SCRIPTS = re.compile(r"(?<=[a-z0-9])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[a-z0-9])")
_PART = re.compile(r"[\s_,;:+\-]+")
_VERSION_DIGITS = re.compile(r"[\d.]+$")
_SIZE = re.compile(r"a?(\d+(?:\.\d+)?)([bt])")
_EXPERTS = re.compile(r"(\d+)e")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTable:
    """The file ``model_words.yaml``; see there."""

    __pydantic_config__ = STRICT

    endings: tuple[str, ...]
    versions: str
    fillers: tuple[str, ...]
    foreign: tuple[str, ...]
    sources: tuple[str, ...]
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Whole words that may end a name, and releases behind a size or such a word."""

    ending: re.Pattern[str]
    version: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    table = model_table()
    return _Patterns(ending=_pattern(table.endings), version=_pattern((table.versions,)))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    parts = [word[1:-1] if word.startswith("/") else re.escape(word) for word in words]
    return re.compile("|".join(parts))


@cache
def model_table() -> ModelTable:
    """Return the packaged words of models."""
    return read_record(data_root() / "performance" / "model_words.yaml", ModelTable)


def read_model(written: str, catalog: Catalog) -> Model | None:
    """Return the model of the catalogue that a table's name means; ``None`` where none is meant.

    >>> from narrows.catalog import load_catalog
    >>> read_model("Qwen/Qwen2.5-72B-Instruct-GPTQ-Int8", load_catalog()).id
    'qwen2.5-72b'
    """
    tries = (form for name in _alternatives(_text(written, catalog)) for form in _forms(name))
    return next((found for form in tries if (found := _meant(form, catalog)) is not None), None)


def endings_off(written: str, catalog: Catalog) -> tuple[str, ...]:
    """Return a name in plain words, and each form of it with one more ending taken off.

    Sizes stay: without one a name may mean another model.
    """
    forms = _shortened(_parts(_text(written, catalog)))
    return tuple(" ".join(words) for words, sizes in forms if not sizes)


def refuse_foreign(written: str, catalog: Catalog) -> None:
    """Refuse a name that tells an architecture which the formulas do not describe.

    Raises
    ------
    RefusalError
        It names state-space, recurrent, encoder or image layers.
    """
    words = (_VERSION_DIGITS.sub("", word) or word for word in _parts(_text(written, catalog)))
    text = f"-{'-'.join(_parts(_text(written, catalog)))}-{'-'.join(words)}-"
    for word in model_table().foreign:
        if f"-{word}-" in text:
            raise RefusalError(
                f"{written!r} is no decoder transformer ({word}): its layers are not modelled",
                ("model",),
            )


def _text(written: str, catalog: Catalog) -> str:
    """Return the name in one case and width, without brackets, scripts apart."""
    folded = _TIMES.sub("x", catalog.spelling.folded(written[:NAME_MAX_CHARS]))
    return _SCRIPTS.sub(" ", _BRACKETS.sub(" ", folded)).strip()


def _alternatives(text: str) -> Iterator[tuple[str, ...]]:
    """Give the words of a name without its owner, then those before a slash (``V3/R1 671B``).

    What stands behind the slash then has to fit the size of the model before it.
    """
    front, _, back = text.rpartition("/")
    yield _parts(back)
    if front:
        sizes = tuple(word for word in _parts(back) if _SIZE.fullmatch(word))
        yield (*_parts(front.rpartition("/")[2]), *sizes)


def _parts(text: str) -> tuple[str, ...]:
    """Return the words of a name; a maker's name translated beside itself counts once."""
    parts = [part for part in _PART.split(text) if part]
    return tuple(part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1])


def _forms(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give the words to look up, and the sizes that the record then has to have."""
    if len(words) > 1 and _SIZE.fullmatch(words[0]):
        words = (*words[1:], words[0])
    yield from _shortened(words)
    fillers = model_table().fillers
    fewer = tuple(word for word in words if word not in fillers and not _is_ending(word))
    if fewer != words:
        yield from _shortened(fewer)


def _shortened(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    sizes: tuple[str, ...] = ()
    yield words, sizes
    while len(words) > 1:
        last, before = words[-1], words[-2]
        if _SIZE.fullmatch(last) or _EXPERTS.fullmatch(last):
            sizes = (*sizes, last)
        elif not (_is_ending(last) or (_is_version(last) and _bears_version(before))):
            return
        words = words[:-1]
        yield words, sizes


def _is_ending(word: str) -> bool:
    """Return whether a word, or both sides of a dot in it, may end a name."""
    ending = _patterns().ending
    return ending.fullmatch(word) is not None or all(map(ending.fullmatch, word.split(".")))


def _is_version(word: str) -> bool:
    return _patterns().version.fullmatch(word) is not None


def _bears_version(word: str) -> bool:
    return _is_ending(word) or _SIZE.fullmatch(word) is not None or _mixture(word)


def _mixture(word: str) -> bool:
    """Return whether a word is a size in experts, such as ``8x7b``."""
    return re.fullmatch(r"\d+x\d+(?:\.\d+)?b", word) is not None


def _meant(form: tuple[tuple[str, ...], tuple[str, ...]], catalog: Catalog) -> Model | None:
    words, sizes = form
    ids = catalog.models_called(" ".join(words))
    if len(ids) != 1:
        return None
    (model,) = (catalog.models[each] for each in ids)
    return model if all(_has_size(model, size) for size in sizes) else None


def _has_size(model: Model, word: str) -> bool:
    """Return whether a model has the parameters, in all or active, or experts, of a word."""
    experts = _EXPERTS.fullmatch(word)
    if experts is not None:
        return model.experts_routed == int(experts[1])
    found = _SIZE.fullmatch(word)
    if found is None:
        return False
    billions = float(found[1]) * (1000.0 if found[2] == "t" else 1.0)
    known = (model.total_params_b, model.active_params_b, model.params_check_b)
    return any(each is not None and abs(each / billions - 1.0) < SIZE_TOLERANCE for each in known)
