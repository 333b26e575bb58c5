"""Put the sources that a document cites at its end, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from narrows.core import Json, Layout, lay_out
from narrows.study.sources import Shelf


def with_sources(layouts: Iterable[Layout], shelf: Shelf) -> dict[str, Json]:
    """Return the trees of some layouts merged, with ``sources`` and ``derivations`` behind.

    The trees are mappings; where two hold the same key, what is below it is merged too.

    Raises
    ------
    KeyError
        A figure or finding cites something that no shelf holds.
    """
    tree: dict[str, Json] = {}
    derivations: dict[str, Json] = {}
    for layout in layouts:
        assert isinstance(layout.tree, dict), "a document is a mapping"  # noqa: S101
        _merge(tree, layout.tree)
        derivations |= layout.derivations
    cited = sorted(_derived_from(derivations) | _said_of(tree))
    sources = lay_out(
        {name: shelf.entry(name) for name in cited} | {"facts": {}}, facts_at="/facts"
    )
    assert isinstance(sources.tree, dict), "sources are a mapping"  # noqa: S101
    listed: dict[str, Json] = {name: sources.tree[name] for name in cited}
    return {**tree, "sources": listed, "derivations": derivations}


def _merge(into: dict[str, Json], tree: Mapping[str, Json]) -> None:
    for key, value in tree.items():
        held = into.get(key)
        if isinstance(held, dict) and isinstance(value, dict):
            _merge(held, value)
        else:
            into[key] = value


def _derived_from(derivations: Mapping[str, Json]) -> set[str]:
    found: set[str] = set()
    for derivation in derivations.values():
        assert isinstance(derivation, dict), "a derivation is a mapping"  # noqa: S101
        sources = derivation["sources"]
        assert isinstance(sources, list), "sources are a list"  # noqa: S101
        found.update(str(name) for name in sources)
    return found


def _said_of(node: Json) -> set[str]:
    """Return what findings cite, whether a figure stands there or not."""
    if isinstance(node, dict):
        cites = node.get("cites")
        own = {str(cite) for cite in cites} if isinstance(cites, list) else set()
        if isinstance(node.get("cite"), str):
            own.add(str(node["cite"]))
        return own.union(*(_said_of(child) for child in node.values()))
    if isinstance(node, list):
        return set[str]().union(*(_said_of(child) for child in node))
    return set()
