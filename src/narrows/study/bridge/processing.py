"""Total processing performance of a chip as a figure, from its best dense rate."""

from __future__ import annotations

from narrows.core import Figure, RefusalError
from narrows.rules import WIDTH_BITS
from narrows.study.facts import FactBook, Product


def processing_performance(facts: FactBook, product: Product) -> Figure:
    """Return the TPP of one package: the highest dense rate times the width of its inputs in bits.

    15 CFR 774 supplement 1, ECCN 3A090, technical notes 1 to 3.

    Raises
    ------
    RefusalError
        No dense rate is public.
    """
    rates = {
        name: rate * bits
        for name, bits in WIDTH_BITS.items()
        if (rate := getattr(product.chip, name)) is not None
    }
    if not rates:
        raise RefusalError(f"{product.chip.id} has no public dense rate", (product.chip.id,))
    best = max(rates, key=lambda name: rates[name])
    figure = facts.field(product, best)
    return Figure(
        rates[best],
        "TPP",
        f"{best} x {WIDTH_BITS[best]} bits",
        (figure,),
        name=f"{product.chip.id} TPP",
    )
