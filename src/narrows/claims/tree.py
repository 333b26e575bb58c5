"""An audit as the JSON mapping of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from narrows.claims.claim import Audit, Claim, NotUnderstood, Verdict
from narrows.core import Json, Message, Source


def audit_tree(
    found: Audit, sources: Mapping[str, Source], *, as_known_on: date
) -> dict[str, Json]:
    """Return an audit as JSON values: what was not understood first, then the claims.

    ``value`` is in ``unit``; a claim without a figure has ``null`` there. ``why`` holds messages as
    ids with values, for whoever puts them into a language.
    """
    cited = sorted({source for claim in found.claims for source in claim.sources})
    counts: dict[str, Json] = {
        str(verdict): sum(claim.verdict is verdict for claim in found.claims) for verdict in Verdict
    }
    return {
        "as_known_on": as_known_on.isoformat(),
        "language": found.locale,
        "not_understood": [_puzzle(one) for one in found.not_understood],
        "claims": [_claim(claim) for claim in found.claims],
        "wrong": len(found.wrong),
        "counts": counts,
        "sources": {key: _source(sources[key]) for key in cited if key in sources},
        "text": found.text,
    }


def _claim(claim: Claim) -> Json:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "value": claim.value,
        "unit": claim.unit,
        "about": claim.about,
        "verdict": str(claim.verdict),
        "arithmetic": "; ".join(claim.arithmetic),
        "sources": list(claim.sources),
        "role": claim.role,
        "low": claim.low,
        "high": claim.high,
        "bound": claim.bound,
        "subject": claim.subject,
        "period": claim.period,
        "named_source": claim.named_source,
        "why": [_said(one) for one in claim.why],
        "fixes": list(claim.fixes),
        "sentence": list(claim.sentence),
    }


def _puzzle(one: NotUnderstood) -> Json:
    return {"text": one.text, "start": one.start, "end": one.end, "why": _said(one.why)}


def _said(one: Message) -> Json:
    values: dict[str, Json] = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in one.values.items()
    }
    return {"id": one.id, "values": values}


def _source(source: Source) -> Json:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "url": source.url,
    }
