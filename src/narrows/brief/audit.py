"""An audit as a page, a table and a correction note, from its JSON mapping alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from narrows.brief.wording import Wording, printable
from narrows.core import Json, Locale

_TEMPLATES = Path(__file__).parent / "templates"
_REGIONS = {Locale.EN: "en", Locale.ZH_HANT: "zh-Hant-HK", Locale.ZH_HANS: "zh-Hans-CN"}
_WRONG = frozenset(
    {
        "inconsistent_inside",
        "wrong_level",
        "contradicts_catalogue",
        "contradicts_rulebook",
        "contradicts_events",
    }
)
_WEIGHT = ("wrong", "caveat", "ok", "open")


@dataclass(frozen=True, slots=True)
class Row:
    """One claim as a reader sees it."""

    number: int
    text: str
    start: int
    end: int
    verdict: str
    kind: str
    """``wrong``, ``caveat``, ``ok`` or ``open``: the colour of its mark."""
    word: str
    why: str
    arithmetic: str
    fix: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the article, marked where claims stand on it."""

    text: str
    row: Row | None = None


def audit_rows(tree: Mapping[str, Json], *, language: str) -> tuple[Row, ...]:
    """Return the claims of an audit in a language, in the order of the text."""
    wording = Wording(Locale(language))
    return tuple(
        _row(number, claim, wording) for number, claim in enumerate(_mappings(tree["claims"]), 1)
    )


def audit_summary(tree: Mapping[str, Json], *, language: str) -> str:
    """Return the answer in one line."""
    rows = audit_rows(tree, language=language)
    return Wording(Locale(language)).phrase(
        "claims.page.in_short",
        claims=len(rows),
        wrong=sum(row.kind == "wrong" for row in rows),
        caveat=sum(row.kind == "caveat" for row in rows),
        unread=len(_mappings(tree["not_understood"])),
    )


def audit_unread(tree: Mapping[str, Json], *, language: str) -> tuple[tuple[str, str], ...]:
    """Return what was found and not understood, each with the reason."""
    wording = Wording(Locale(language))
    return tuple(
        (printable(str(one["text"])), _said([one["why"]], wording))
        for one in _mappings(tree["not_understood"])
    )


def correction_note(tree: Mapping[str, Json], *, language: str) -> str:
    """Return a note that an editor can paste: what is wrong, why, and what would be right."""
    wording = Wording(Locale(language))
    wrong = [row for row in audit_rows(tree, language=language) if row.kind == "wrong"]
    if not wrong:
        return wording.phrase("claims.page.no_correction")
    lines = []
    for row in wrong:
        key = "claims.page.correction" if row.fix else "claims.page.correction_open"
        lines.append("- " + wording.phrase(key, text=row.text, why=row.why, fix=row.fix))
    return "\n".join(lines)


def render_audit(tree: Mapping[str, Json], *, language: str) -> str:
    """Return the annotated article as one self-contained page without a script."""
    wording = Wording(Locale(language))
    rows = audit_rows(tree, language=language)
    style = (_TEMPLATES / "audit.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("audit.html.j2")
        .render(
            region=_REGIONS[Locale(language)],
            article_region=_REGIONS[Locale(str(tree["language"]))],
            t=wording.phrase,
            as_known_on=tree["as_known_on"],
            summary=audit_summary(tree, language=language),
            unread=audit_unread(tree, language=language),
            paragraphs=_paragraphs(str(tree["text"]), rows),
            rows=rows,
            note=correction_note(tree, language=language),
            sources=_sources(tree),
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=_hash(style),
        )
    )


def _row(number: int, claim: Mapping[str, Json], wording: Wording) -> Row:
    verdict = str(claim["verdict"])
    fixes = claim["fixes"]
    sources = claim["sources"]
    return Row(
        number=number,
        text=printable(str(claim["text"])),
        start=int(str(claim["start"])),
        end=int(str(claim["end"])),
        verdict=verdict,
        kind=_kind(verdict),
        word=wording.phrase(f"claims.verdict.{verdict}"),
        why=_said(claim["why"], wording),
        arithmetic=printable(str(claim["arithmetic"])),
        fix=printable(", ".join(map(str, fixes))) if isinstance(fixes, list) else "",
        sources=tuple(map(str, sources)) if isinstance(sources, list) else (),
    )


def _kind(verdict: str) -> str:
    if verdict in _WRONG:
        return "wrong"
    return {"ok": "ok", "ok_with_caveat": "caveat"}.get(verdict, "open")


def _said(messages: Json, wording: Wording) -> str:
    sentences = (
        [wording.say(one) for one in messages if isinstance(one, Mapping)]
        if isinstance(messages, list)
        else []
    )
    return wording.sentence_gap.join(dict.fromkeys(sentences))


def _mappings(node: Json) -> list[Mapping[str, Json]]:
    return [one for one in node if isinstance(one, Mapping)] if isinstance(node, list) else []


def _paragraphs(text: str, rows: Sequence[Row]) -> list[list[Piece]]:
    """Cut the article at its claims and its lines; of claims that overlap the weightier shows."""
    pieces: list[Piece] = []
    at = 0
    for row in _apart(rows):
        if row.start > at:
            pieces.append(Piece(text[at : row.start]))
        pieces.append(Piece(text[row.start : row.end], row))
        at = row.end
    pieces.append(Piece(text[at:]))
    return _by_line(pieces)


def _apart(rows: Sequence[Row]) -> list[Row]:
    by_weight = sorted(
        rows, key=lambda row: (_WEIGHT.index(row.kind), row.end - row.start, row.start)
    )
    chosen: list[Row] = []
    taken: set[int] = set()
    for row in by_weight:
        here = range(row.start, row.end)
        if row.end > row.start and taken.isdisjoint(here):
            chosen.append(row)
            taken.update(here)
    return sorted(chosen, key=lambda row: row.start)


def _by_line(pieces: list[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n") if piece.row is None else [piece.text]
        lines[-1].append(Piece(first, piece.row))
        lines.extend([Piece(part)] for part in rest)
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _sources(tree: Mapping[str, Json]) -> list[tuple[str, str]]:
    sources = tree["sources"]
    if not isinstance(sources, Mapping):
        return []
    keys = ("title", "publisher", "date", "url")
    return [
        (key, ", ".join(str(one[part]) for part in keys if one.get(part)))
        for key, one in sources.items()
        if isinstance(one, Mapping)
    ]


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
