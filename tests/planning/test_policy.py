"""The policy graph against its extensive form, its bound and its simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.planning import (
    Measure,
    NestedRisk,
    Problem,
    ProblemError,
    Risk,
    TrainOptions,
    bound_with_orders,
    check_plan,
    chosen_level,
    first_orders,
    mean_cost,
    mean_future,
    merge_alike_sites,
    no_shocks,
    orders_by_regime,
    packaged_graph,
    packaged_instance,
    plan_portings,
    relax,
    replay,
    replay_decided,
    replay_whole,
    risk_weights,
    sample_futures,
    train,
    unfold,
    weighed_mean,
    with_porting_plan,
)

SMALL = packaged_graph(quarters=4, regimes=2, shocks=2)
AVERSE = NestedRisk(discount=0.98, weight=0.4, tail=0.7)
OF_THE_TOTAL = Risk(discount=0.98, weight=0.4, tail=0.7, measure=Measure.END_OF_HORIZON)
EXACT = TrainOptions(iterations=400, exact_shocks=None, core=0.0, stall=1e-13, patience=60)
GIVEN = with_porting_plan(merge_alike_sites(packaged_graph(quarters=5, regimes=3, shocks=2)))
POLICY = train(GIVEN, TrainOptions(iterations=60))


def _held_in_bond():
    lead = SMALL.offers.lead.copy()
    lead[0] = [0.25, 0.5, 0.25, 0.0]
    hold = np.where(np.arange(len(SMALL.offers.lot)) < 3, 3, -1)
    return replace(SMALL, offers=replace(SMALL.offers, hold_until=hold, lead=lead))


def _begun():
    """Return the graph of a buyer who has ordered before and has balances left."""
    booked = np.zeros_like(SMALL.offers.booked)
    booked[0, 0, 0], booked[2, 1, 1], booked[5, 2, 0] = 3.0, 2.0, 4.0
    chips = booked * SMALL.offers.lot[:, None, None]
    value = chips * 1.1 * SMALL.offers.price.max(axis=0)[:, None, None]
    assert SMALL.budget is not None
    return replace(
        SMALL,
        offers=replace(SMALL.offers, booked=booked, booked_value=value),
        caps=(replace(SMALL.caps[0], opening=120.0),),
        shares=(replace(SMALL.shares[0], opening=30.0),),
        budget=replace(SMALL.budget, opening=2e6),
    )


def _cancellable():
    """Return the graph with a right to cancel where prices are the same in all regimes.

    Work that falls away for good in one regime makes the right worth something.
    """
    regimes = len(SMALL.regimes)
    work = SMALL.work.demand.reshape(SMALL.n_stages, regimes, -1).copy()
    work[1:, 0] *= 1e-3
    lead = np.zeros_like(SMALL.offers.lead)
    lead[:, 2] = 1.0
    refund = np.full_like(SMALL.offers.cancel_refund, np.nan)
    refund[3:] = 0.9
    lasts = np.stack([np.array([[0.99, 0.01], [0.5, 0.5]])] * (SMALL.n_stages - 1))
    return replace(
        SMALL,
        transition=lasts,
        offers=replace(
            SMALL.offers,
            cancel_refund=refund,
            lead=lead,
            end_value=SMALL.offers.end_value * 0.0,
            deposit=np.full_like(SMALL.offers.deposit, 0.9),
        ),
        work=replace(
            SMALL.work,
            demand=work.reshape(SMALL.work.demand.shape),
            unmet_price=SMALL.work.unmet_price * 20.0,
        ),
    )


def _cancellable_as_in_a_study():
    """Return the graph with a right to cancel of lots with two leads that may wait in bond.

    Some were booked before, at another price, and may not be cancelled.
    """
    graph = _cancellable()
    offers = graph.offers
    lead = np.zeros_like(offers.lead)
    lead[:, 2], lead[:, 3] = 0.6, 0.4
    booked = np.zeros_like(offers.booked)
    booked[4, 0, 1], booked[5, 1, 2] = 3.0, 2.0
    price = np.tile(offers.price.mean(axis=0), (len(offers.price), 1))
    chips = booked * offers.lot[:, None, None]
    return replace(
        graph,
        offers=replace(
            offers,
            lead=lead,
            price=price,
            hold_until=np.where(np.arange(len(offers.lot)) < 5, 3, -1),
            booked=booked,
            booked_value=chips * 1.2 * price[0][:, None, None],
        ),
    )


def test_a_right_to_cancel_is_used_and_worth_something():
    graph = _cancellable()
    none = np.full_like(graph.offers.cancel_refund, np.nan)
    without = replace(graph, offers=replace(graph.offers, cancel_refund=none))
    policy = train(graph, EXACT)
    assert policy.bound < train(without, EXACT).bound * 0.999
    _, decided = replay_decided(policy, sample_futures(graph, 30, seed=2))
    assert sum(page.cancelled.sum() for page in decided) > 1.0


@pytest.mark.parametrize(
    "graph",
    [
        SMALL,
        _held_in_bond(),
        _begun(),
        replace(SMALL, risk=AVERSE),
        replace(SMALL, risk=OF_THE_TOTAL),
        replace(_begun(), risk=replace(OF_THE_TOTAL, tail=0.9)),
        _cancellable(),
        _cancellable_as_in_a_study(),
        replace(_cancellable_as_in_a_study(), risk=OF_THE_TOTAL),
    ],
    ids=[
        "refund",
        "bond",
        "begun",
        "nested",
        "total",
        "total begun",
        "cancel",
        "cancel as in a study",
        "total cancel",
    ],
)
def test_policy_graph_equals_its_extensive_form(graph):
    tree = unfold(graph)
    plan = relax(tree)
    assert check_plan(tree, plan) == ()
    patient = replace(EXACT, patience=300)
    assert train(graph, patient).bound == pytest.approx(plan.objective, rel=1e-8)


def test_alike_sites_merge_without_changing_the_optimum():
    tree, merged = unfold(SMALL), unfold(merge_alike_sites(SMALL))
    assert merged.axes.sites == ("all sites",)
    assert relax(merged).objective == pytest.approx(relax(tree).objective, rel=1e-9)


def test_sites_that_differ_are_left_alone():
    dearer = SMALL.sites.energy_price.copy()
    dearer[0] *= 2.0
    other = replace(SMALL, sites=replace(SMALL.sites, energy_price=dearer))
    assert merge_alike_sites(other) is other


def test_bound_rises_and_stays_below_every_plan():
    assert np.all(np.diff(POLICY.bounds) >= -1e-6 * abs(POLICY.bound))
    ended = replay(POLICY, sample_futures(GIVEN, 300, seed=1))
    assert POLICY.bound <= mean_cost(GIVEN, ended).upper
    assert mean_cost(GIVEN, ended).upper / POLICY.bound - 1.0 < 0.02
    assert ended.breaches == 0


def test_bound_under_fewer_exact_solves_never_exceeds_the_extensive_form():
    optimum = relax(unfold(SMALL)).objective
    quick = train(SMALL, TrainOptions(iterations=60))
    assert quick.bound <= optimum * (1 + 1e-6)
    assert quick.bound >= optimum * 0.97


def test_walks_that_explore_bound_from_below_too():
    optimum = relax(unfold(SMALL)).objective
    roaming = train(SMALL, TrainOptions(iterations=60, explore=0.5))
    assert optimum * 0.97 <= roaming.bound <= optimum * (1 + 1e-6)


def test_same_seed_gives_the_same_policy_and_futures():
    again = train(GIVEN, TrainOptions(iterations=60))
    assert again.bound == POLICY.bound
    first, second = (sample_futures(GIVEN, 50, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.regimes, second.regimes)
    assert np.all(first.regimes[:, 0] == GIVEN.start)


def test_futures_follow_the_chain():
    futures = sample_futures(GIVEN, 20_000, seed=5)
    chances = np.zeros(len(GIVEN.regimes))
    chances[GIVEN.start] = 1.0
    for t, step in enumerate(GIVEN.transition, start=1):
        chances = chances @ step
        seen = np.bincount(futures.regimes[:, t], minlength=len(chances)) / 20_000
        np.testing.assert_allclose(seen, chances, atol=0.02)


def test_whole_lots_are_whole_and_cost_more():
    futures = sample_futures(GIVEN, 6, seed=2)
    relaxed, whole = replay(POLICY, futures), replay_whole(POLICY, futures)
    np.testing.assert_allclose(whole.orders, np.round(whole.orders), atol=1e-5)
    assert whole.mean >= relaxed.mean * 0.99
    assert whole.mean <= relaxed.mean * 1.1


def test_controls_take_out_the_sample_and_keep_the_mean():
    many = replay(POLICY, sample_futures(GIVEN, 1500, seed=11))
    adjusted = mean_cost(GIVEN, many)
    assert adjusted.controls > 0
    assert adjusted.upper - adjusted.mean < many.upper - many.mean
    assert abs(adjusted.mean - many.mean) < 4.0 * (many.upper - many.mean)


def test_nested_risk_lies_between_mean_and_worst():
    risk = NestedRisk(discount=GIVEN.risk.discount, weight=0.3, tail=0.8)
    averse = train(replace(GIVEN, risk=risk), TrainOptions(iterations=60))
    assert averse.bound >= POLICY.bound * 0.995
    chance, values = np.array([0.5, 0.3, 0.2]), np.array([1.0, 2.0, 10.0])
    weights = risk_weights(chance, values, NestedRisk(weight=1.0, tail=0.8))
    np.testing.assert_allclose(weights, [0.0, 0.0, 1.0])
    half = risk_weights(chance, values, NestedRisk(weight=0.5, tail=0.5))
    assert half.sum() == pytest.approx(1.0)
    assert chance @ values <= half @ values <= 10.0


def test_the_cvar_of_the_total_is_bounded_and_simulated():
    risk = Risk(discount=GIVEN.risk.discount, weight=0.3, tail=0.8)
    averse = train(replace(GIVEN, risk=risk), TrainOptions(iterations=80, guided_every=0))
    assert averse.bound > POLICY.bound
    ended = replay(averse, sample_futures(GIVEN, 300, seed=1))
    weighed, level = weighed_mean(averse, ended), chosen_level(averse)
    assert averse.bound <= weighed.upper < averse.bound * 1.02
    assert ended.total.min() < level < ended.total.max()
    tail = np.sort(ended.total)[-60:].mean()
    assert weighed.mean >= 0.7 * ended.mean + 0.3 * tail - (weighed.upper - weighed.mean)


def test_a_nested_cvar_is_not_read_off_single_futures():
    nested = replace(POLICY, graph=replace(GIVEN, risk=AVERSE))
    with pytest.raises(ProblemError, match="nested"):
        weighed_mean(nested, replay(POLICY, sample_futures(GIVEN, 3, seed=1)))


def test_orders_held_cost_no_less_than_the_bound():
    own = bound_with_orders(POLICY, first_orders(POLICY, gap=None))
    assert own == pytest.approx(POLICY.bound, rel=1e-6)
    assert bound_with_orders(POLICY, np.zeros_like(first_orders(POLICY))) > POLICY.bound


def test_first_orders_are_whole_and_near_the_relaxed_ones():
    whole, relaxed = first_orders(POLICY), first_orders(POLICY, gap=None)
    np.testing.assert_array_equal(whole, np.round(whole))
    assert np.all(np.abs(whole.sum(axis=1) - relaxed.sum(axis=1)) <= 3.0)


def test_orders_by_regime_average_to_the_orders_of_all():
    ended = replay(POLICY, sample_futures(GIVEN, 200, seed=4))
    means = orders_by_regime(POLICY, ended)
    counts = np.stack([(ended.futures.regimes == r).sum(axis=0) for r in range(3)], axis=1)
    pooled = np.nansum(np.nan_to_num(means) * counts[:, :, None], axis=1) / 200
    np.testing.assert_allclose(pooled, ended.orders.mean(axis=0), atol=1e-9)


def test_the_mean_future_has_mean_shocks_after_the_first_quarter_and_none_in_it():
    graph = packaged_graph(quarters=4, regimes=3, shocks=2)
    still = replace(graph, shocks=no_shocks(graph.sizes["W"], graph.sizes["K"]))
    shaken, plain, shocks = mean_future(graph), mean_future(still), graph.shocks
    factors = {
        "quota": (shaken.caps[0].quota, plain.caps[0].quota, shocks.quota),
        "supply": (shaken.offers.supply, plain.offers.supply, shocks.supply),
        "demand": (shaken.work.demand, plain.work.demand, shocks.demand),
    }
    for name, (got, base, factor) in factors.items():
        np.testing.assert_allclose(got[0], base[0], err_msg=name)
        np.testing.assert_allclose(got[1:], base[1:] * (shocks.probability @ factor), err_msg=name)


def test_porting_plan_is_a_plan_on_the_mean_future():
    plan = plan_portings(merge_alike_sites(packaged_graph(quarters=6)))
    assert plan.loss >= -1e-9
    assert np.all(plan.start >= -1)


def test_power_and_cap_bind_on_the_packaged_instance():
    for problem in (packaged_instance(), mean_future(packaged_graph())):
        assert isinstance(problem, Problem)
        prices = {price.rule for price in relax(problem).prices}
        assert {"power", "import_cap"} <= prices


@pytest.mark.parametrize(
    ("part", "field", "change"),
    [
        ("offers", "cancel_refund", lambda a: np.ones_like(a)),
        ("offers", "booked", lambda a: a + 1.0),
        ("offers", "booked_value", lambda _: np.full((10, 3, 4), -1.0)),
        ("work", "unmet_max", lambda a: a * 0.5),
        ("porting", "quarters", lambda a: a * 0),
        ("shocks", "demand", lambda a: a * 0.0),
        ("shocks", "probability", lambda a: a * 0.5),
    ],
)
def test_what_the_graph_cannot_carry_is_refused_by_name(part, field, change):
    values = change(getattr(getattr(SMALL, part), field))
    with pytest.raises(ProblemError) as caught:
        replace(SMALL, **{part: replace(getattr(SMALL, part), **{field: values})})
    assert str(caught.value.fieldname).startswith(f"{part}.{field}")


def test_a_large_graph_does_not_unfold():
    with pytest.raises(ProblemError, match="nodes"):
        unfold(packaged_graph(quarters=8))
