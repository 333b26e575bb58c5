"""The case of ``narrows rules check``: a leg, and what is stated of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from narrows.catalog import STATE_MEND, is_state_code
from narrows.core import InputError, parse_document, read_document

if TYPE_CHECKING:
    from narrows.rules import Facts, FactValue

MovementWord = Literal["export", "reexport", "transfer"]
FormWord = Literal["wafer", "die", "package", "board", "server", "rack"]
BuyerWord = Literal[
    "private_platform",
    "ai_lab",
    "telecom_soe",
    "soe",
    "agency",
    "sensitive_agency",
    "critical_infrastructure",
    "university",
    "foreign_invested",
    "military",
    "unknown",
]
Switch = Annotated[bool, Parameter(negative=())]
Several = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]


def _state(written: str, option: str) -> str:
    code = written.upper()
    if not is_state_code(code):
        raise InputError("not the code of a state", STATE_MEND, fieldname=option, value=written)
    return code


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class LegWords:
    """One movement of one item.

    Parameters
    ----------
    destination
        ISO code of the state that the leg reaches.
    from_state
        ISO code of the state that it leaves.
    movement
        export, reexport, or transfer inside one state.
    form
        What moves: wafer, die, package, board, server or rack.
    headquarters
        States in which a party or its ultimate parent is headquartered, the end user's first;
        unknown where left out.
    buyer_type
        The kind of buyer; in China it decides more than the product does.
    group
        The group under which reported approvals are kept, such as alibaba.
    from_foundry
        The exporter is the foundry or assembly house that made the item.
    """

    destination: str
    from_state: Annotated[str, Parameter(name="--from")] = "US"
    movement: MovementWord = "export"
    form: FormWord = "package"
    headquarters: Several = ()
    buyer_type: BuyerWord = "unknown"
    group: str | None = None
    from_foundry: Switch = False

    @property
    def facts(self) -> Facts:
        """The leg as facts."""
        return {
            "leg_from": _state(self.from_state, "--from"),
            "destination": _state(self.destination, "--destination"),
            "movement": self.movement,
            "item_form": self.form,
            "exporter_is_fab_or_osat": self.from_foundry,
            **self._homes(),
        }

    def _homes(self) -> Facts:
        if not self.headquarters:
            return {}
        homes = [_state(state, "--headquarters") for state in self.headquarters]
        return {"party_headquarters": frozenset(homes), "end_user_headquarters": homes[0]}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Stated:
    """What the user states beside the records.

    Parameters
    ----------
    screened
        The parties were screened and nothing was found.
    fact
        A further fact, as id=value; may be given several times.
    facts
        A YAML file of facts by id.
    register
        A YAML file of the notices that your firm holds.
    """

    screened: Switch = False
    fact: Several = ()
    facts: Path | None = None
    register: Path | None = None

    def as_facts(self) -> dict[str, FactValue]:
        """Return the statements as facts, the single ones last.

        Raises
        ------
        InputError
            A statement is not of the form ``id=value``, or a file does not hold a mapping.
        """
        from narrows.rules import SCREENED

        stated = dict(SCREENED) if self.screened else {}
        if self.facts is not None:
            stated.update(_facts_of(read_document(self.facts).tree, self.facts))
        for pair in self.fact:
            name, sign, value = pair.partition("=")
            if not sign or not name:
                raise InputError("not a fact", "write id=value", fieldname="--fact", value=pair)
            stated.update(_facts_of({name.strip(): parse_document(value.strip()).tree}, None))
        return stated


def _facts_of(tree: object, file: Path | None) -> Facts:
    from narrows.rules import as_fact

    if not isinstance(tree, dict):
        raise InputError("facts are a mapping", "write `id: value` on each line", file=file)
    return {str(name): as_fact(value) for name, value in tree.items()}


__all__ = ["LegWords", "Stated", "Switch"]
