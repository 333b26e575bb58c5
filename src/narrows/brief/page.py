"""``brief.html``: one file, three languages, no script, nothing fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from narrows.brief import parts
from narrows.brief.charts import draw_light, draw_shapes
from narrows.brief.gates import evidence_shown, in_short, legs_of, state_of
from narrows.brief.headline import headline
from narrows.brief.node import Node
from narrows.brief.result import is_later, read_result
from narrows.brief.speaker import Speaker, said_once
from narrows.core import GateState, Json, Locale

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = "style.css"
"""The look that every page shares."""
_REGIONS = {Locale.EN: "en", Locale.ZH_HANT: "zh-Hant-HK", Locale.ZH_HANS: "zh-Hans-CN"}
"""Han glyphs differ by region, so every run of text says which one it is."""
_OWN_NAMES = {Locale.EN: "English", Locale.ZH_HANT: "繁體中文", Locale.ZH_HANS: "简体中文"}


def render_html(result: Mapping[str, Json], *, language: str) -> str:
    """Return the brief as one self-contained page.

    All three languages are in it; the one asked for is shown first, and the other two are a click
    away without a script. It prints on A4 as it is shown.

    Raises
    ------
    InputError
        The mapping lacks a part that every result has.
    """
    root = read_result(result)
    plans = bool(root.at("orders").items or root.at("gates").items)
    body = "language.html.j2" if plans else "tables_language.html.j2"
    return render_page(root, body, language=language)


def render_page(
    root: Node, body: str, *, language: str, styles: Sequence[str] = (STYLE,), **given: object
) -> str:
    """Return a page whose body is a template, once in each language.

    Parameters
    ----------
    body
        Name of the template that tells one language.
    styles
        Names of the style sheets, in the order in which they apply.
    given
        What the body may use beside the result itself.
    """
    chosen = Locale(language)
    style = _style(tuple(styles))
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(
            root=root,
            body=body,
            chosen=chosen,
            speakers={locale: Speaker(root, locale) for locale in _ordered(chosen)},
            regions=_REGIONS,
            own_names=_OWN_NAMES,
            style=Markup(style),  # noqa: S704 - our own files
            style_hash=_hash(style),
            **given,
        )
    )


def _ordered(chosen: Locale) -> list[Locale]:
    return [chosen, *(locale for locale in Locale if locale is not chosen)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        parts=parts,
        headline=headline,
        light=draw_light,
        shapes=draw_shapes,
        state_of=state_of,
        evidence_shown=evidence_shown,
        legs_of=legs_of,
        gate_in_short=in_short,
        said_once=said_once,
        is_later=is_later,
        states=tuple(GateState),
    )
    return environment


@cache
def _style(names: tuple[str, ...]) -> str:
    return "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in names)


def _hash(style: str) -> str:
    """Return the hash by which the page's policy admits this style and no other."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
