"""What one more lot of an order would run into, rule by rule, with its price."""

from __future__ import annotations

from narrows.brief.derivation import derivation_of
from narrows.brief.node import Node
from narrows.brief.speaker import Speaker


def what_binds(order: Node, speaker: Speaker) -> tuple[str, ...]:
    """Return the sentences about binding rules: their prices in one, else each rule's own."""
    binding = order.at("binding").items
    priced = [rule for rule in binding if _currency(rule, speaker) is not None]
    own = tuple(speaker.say(rule.at("message")) for rule in binding if rule not in priced)
    if not priced:
        return own
    prices = list(dict.fromkeys(_price(rule, speaker) for rule in priced))
    return (*own, speaker.t("brief.orders.prices", prices=[*prices]))


def _currency(rule: Node, speaker: Speaker) -> str | None:
    """Return the currency of a rule's price; ``None`` where the price is in no currency."""
    found = derivation_of(speaker.root, rule.at("price").pointer)
    known = found is not None and found.unit in ("USD", "CNY", "HKD")
    return found.unit if found is not None and known else None


def _price(rule: Node, speaker: Speaker) -> str:
    price = speaker.money(rule.at("price"), _currency(rule, speaker) or "USD")
    site = rule.at("site").text
    if site is None:
        return speaker.t("brief.orders.price", rule=rule.at("rule").text, price=price)
    return speaker.t("brief.orders.price_at", rule=rule.at("rule").text, price=price, site=site)
