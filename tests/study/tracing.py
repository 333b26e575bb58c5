"""Walk the numbers of a document and their derivations."""

from narrows.core import resolve_pointer

UNTRACED = ("/derivations", "/sources")


def numbers(node, at=""):
    """Yield pointer and value of every number."""
    if isinstance(node, bool) or node is None:
        return
    if isinstance(node, (int, float)):
        yield at, node
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from numbers(child, f"{at}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from numbers(child, f"{at}/{index}")


def naked(document):
    """Return the pointers of numbers without a derivation."""
    return [
        at
        for at, _ in numbers(document)
        if not at.startswith(UNTRACED) and at not in document["derivations"]
    ]


def unsourced(document):
    """Return the pointers whose derivation does not lead back to sources in every branch."""
    derivations, settled = document["derivations"], {}

    def reaches(pointer, trail):
        assert pointer not in trail, f"{pointer} is derived from itself"
        if pointer not in settled:
            derivation = derivations[pointer]
            resolve_pointer(document, pointer)
            assert all(source in document["sources"] for source in derivation["sources"])
            below = [reaches(child, (*trail, pointer)) for child in derivation["inputs"]]
            settled[pointer] = bool(derivation["sources"]) or (bool(below) and all(below))
        return settled[pointer]

    return [pointer for pointer in derivations if not reaches(pointer, ())]
