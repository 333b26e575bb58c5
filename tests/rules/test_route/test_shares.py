"""Home-made shares tied to a purchase."""

from datetime import date

from narrows.core import Truth
from narrows.rules import Formality, StateMoney


def test_the_h200_pairing_has_no_ratio_and_three_bases(world):
    (share,) = world.judge().shares
    assert (share.card, share.ratio) == ("cn.12.h200_pairing", None)
    assert share.basis == ("units", "tpp", "spend")
    assert (share.formality, share.truth) == (Formality.REPORT, Truth.TRUE)
    assert share.message.id == "rules.route.report"


def test_before_january_2026_nothing_is_paired(world):
    assert world.but(on=date(2026, 1, 7)).judge().shares == ()


def test_a_publicly_owned_site_in_shanghai_has_two_ratios_beside_it(world):
    owned = world.with_use(state_money=StateMoney.OWNED, province="shanghai").judge()
    ratios = {share.card: share.ratio for share in owned.shares}
    assert ratios == {
        "cn.06.public_share": 0.5,
        "cn.06.shanghai_share": 0.5,
        "cn.12.h200_pairing": None,
    }


def test_home_made_chips_carry_no_share(world, ways):
    assert world.but(chip="hw-910c", legs=ways["at home"]).judge().shares == ()


def test_the_draft_network_is_a_matter_to_watch_with_its_share(world, ways):
    verdict = world.but(chip="hw-910c", legs=ways["at home"], on=date(2026, 7, 1)).judge()
    watched = {finding.answer: finding.value for finding in verdict.findings}
    assert watched["compute_network"] == 0.8
    assert watched["incentives"] == {"low": 28.0e9, "high": 70.0e9}


def test_power_gets_cheaper_only_where_the_whole_site_is_home_made(world, ways):
    home = world.but(chip="hw-910c", legs=ways["at home"])
    only = home.with_use(province="guizhou", domestic_only_site=Truth.TRUE).judge()
    mixed = home.with_use(province="guizhou", domestic_only_site=Truth.FALSE).judge()
    cut = {finding.question: finding.value for finding in only.findings}["cn.power"]
    assert cut == {"low": 0.2, "high": 0.5}
    assert "cn.power" not in {finding.question for finding in mixed.findings}
