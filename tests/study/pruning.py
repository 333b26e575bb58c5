"""Delete every record that became known after a day from a copy of the packaged data.

Files are edited line by line, so that what stays is byte for byte what a person wrote.
"""

from datetime import date
from pathlib import Path

from narrows.core import COMPILED_ON, Document, read_document

EXEMPT = ("measurements", "performance", "messages", "studies")
"""Physics does not obey the clock; messages and studies are no records."""
UNDATED = (("catalog", "sources"), ("catalog", "ratios.yaml"))
"""Where a fact was read (a page of today may state what was public long ago), and what is asked of
the facts: a comparison says nothing of its own."""
DATED_BY_DEFAULT = ("catalog",)
"""Rooms whose every top-level record carries a clock, so that a blank one means unknown."""


def prune(data: Path, known_on: date) -> int:
    """Prune every data file below a folder; return how many records went."""
    before = _ids(data)
    gone = 0
    for path in sorted(data.rglob("*.yaml")):
        parts = path.relative_to(data).parts
        if parts[0] not in EXEMPT and parts[:2] not in UNDATED:
            gone += _prune_file(path, known_on, blank_is_late=parts[0] in DATED_BY_DEFAULT)
    _drop_names(data / "aliases.yaml", before - _ids(data))
    return gone


def _ids(data: Path) -> set[str]:
    trees = [read_document(path).tree for path in sorted((data / "catalog").rglob("*.yaml"))]
    return {entry["id"] for tree in trees for entry in tree}


def _drop_names(path: Path, ids: set[str]) -> None:
    """Take the further names of deleted records out as well."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.strip().split(":")[0] not in ids]
    path.write_text("".join(kept), encoding="utf-8")


def _prune_file(path: Path, known_on: date, *, blank_is_late: bool) -> int:
    document = read_document(path)
    late = list(_late(document.tree, (), known_on, blank_is_late))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    doomed: set[int] = set()
    emptied: dict[int, str] = {}
    for pointer in late:
        first, last = _span(document, pointer, len(lines))
        doomed.update(range(first, last))
    for parent in {pointer[:-1] for pointer in late}:
        items = _at(document.tree, parent)
        if parent and all((*parent, i) in late for i in range(len(items))):
            key_line = document.lines[parent] - 1
            while not lines[key_line].lstrip().startswith(f"{parent[-1]}:"):
                key_line -= 1
            emptied[key_line] = lines[key_line].split(":")[0] + ": []\n"
    kept = [emptied.get(n, line) for n, line in enumerate(lines) if n not in doomed]
    text = "".join(kept)
    path.write_text(
        text if document.tree != [] and _has_records(text) else "[]\n", encoding="utf-8"
    )
    return len(late)


def _has_records(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _late(node, pointer, known_on, blank_is_late):
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _late(child, (*pointer, key), known_on, False)
    elif isinstance(node, list):
        for index, child in enumerate(node):
            if _is_late(child, known_on, blank_is_late):
                yield (*pointer, index)
            else:
                yield from _late(child, (*pointer, index), known_on, False)


def _is_late(record, known_on, blank_is_late) -> bool:
    if not isinstance(record, dict):
        return False
    if "known_on" in record:
        return (record["known_on"] or COMPILED_ON) > known_on
    return blank_is_late and "id" in record and known_on < COMPILED_ON


def _span(document: Document, pointer, total: int) -> tuple[int, int]:
    """Return the lines of a list item: up to where the next node of its depth or less begins."""
    first = document.lines[pointer] - 1
    after = [
        line - 1
        for other, line in document.lines.items()
        if line - 1 > first and other[: len(pointer)] != pointer
    ]
    return first, min(after, default=total)


def _at(tree, pointer):
    for part in pointer:
        tree = tree[part]
    return tree
