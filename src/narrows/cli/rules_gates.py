"""The seven gates of one leg, as ``narrows rules check`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from narrows.cli.options import Language
from narrows.cli.rules_speech import term, voice

if TYPE_CHECKING:
    from narrows.catalog import Chip
    from narrows.cli.rules_case import LegWords
    from narrows.core import GateReading
    from narrows.rules import Facts, Leg, PartyFacts, Regime, RouteVerdict

EXPORTER, BUYER = "exporter", "buyer"


def judge_leg(regime: Regime, chip: Chip, words: LegWords, stated: Facts) -> RouteVerdict:
    """Return the gates of one leg to one buyer; what is stated overrides the records."""
    from narrows.rules import EndUse, EndUsePurpose, route

    end_use = EndUse(buyer=BUYER, site=words.destination.upper(), purpose=EndUsePurpose.UNKNOWN)
    return route(
        regime.pack,
        chip=chip,
        legs=(_leg(words),),
        parties=_parties(words),
        end_use=end_use,
        on=regime.on,
        known_on=regime.known_on,
        facts={**words.facts, **stated},
        posture=regime.posture,
    )


def _leg(words: LegWords) -> Leg:
    from narrows.rules import ItemForm, Leg, Movement, Purpose

    return Leg(
        id="1",
        movement=Movement(words.movement),
        origin=words.from_state.upper(),
        destination=words.destination.upper(),
        exporter=EXPORTER,
        consignee=BUYER,
        form=ItemForm(words.form),
        purpose=Purpose.DEPLOY,
    )


def _parties(words: LegWords) -> dict[str, PartyFacts]:
    from narrows.rules import BuyerType, PartyFacts

    home = words.headquarters[0].upper() if words.headquarters else None
    exporter = PartyFacts(
        id=EXPORTER, name=EXPORTER, country=words.from_state.upper(), buyer_type=BuyerType.MAKER
    )
    buyer = PartyFacts(
        id=BUYER,
        name=BUYER,
        country=words.destination.upper(),
        buyer_type=BuyerType(words.buyer_type),
        headquarters=home,
        group=words.group,
    )
    return {EXPORTER: exporter, BUYER: buyer}


def gate_table(verdict: RouteVerdict, lang: Language) -> Table:
    """Return the seven gates in order: state, band, and what governs."""
    say = voice(lang)
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for _ in ("gate", "state", "because"):
        table.add_column(overflow="fold")
    for reading in verdict.row:
        state = f"{term(reading.state, lang)}{_band(reading)}"
        table.add_row(term(reading.gate, lang), state, say(reading.message))
    return table


def _band(reading: GateReading) -> str:
    if reading.p_low is None or reading.p_high is None:
        return ""
    return f" {reading.p_low:.0%}-{reading.p_high:.0%}"


def gate_rows(verdict: RouteVerdict) -> list[dict[str, object]]:
    """Return the seven gates in order, for JSON."""
    return [
        {
            "gate": str(reading.gate),
            "state": str(reading.state),
            "p_low": reading.p_low,
            "p_high": reading.p_high,
            "cites": list(reading.cites),
            "missing": list(reading.missing),
        }
        for reading in verdict.row
    ]


__all__ = ["gate_rows", "gate_table", "judge_leg"]
