"""Rules of decision simulated beside the policy that reacts: speed, and what not reacting costs."""

from __future__ import annotations

import numpy as np

from narrows.core import Json
from narrows.planning.policy.fixed_list import plan_fixed_list
from narrows.planning.policy.orders import first_orders, table_by_regime
from narrows.planning.policy.policy import Policy
from narrows.planning.policy.rules import FirstPlanOnly, FixedPlan, OrdersPathByPath, Rule
from narrows.planning.policy.simulate import replay_decided, sample_futures
from narrows.planning.policy.simulate_rule import simulate_rule

PATHS = 5000
TABLE_PATHS = 500
"""Futures from which the table is built: some thirty a quarter and regime at twelve regimes."""
LIST_PATHS = 60
"""Futures over which the fixed plan is the best; its programme grows with them."""
PATHS_SEED = 11
TABLE_SEED = 13
"""Another than that of the futures on which the table is judged."""


def measure_rules(policy: Policy, *, name: str) -> dict[str, Json]:
    """Simulate three rules on the same futures.

    ``rate`` is futures a CPU second over the three. ``fixed_plan`` (the list of orders that is best
    over sampled futures, whatever happens), ``first_plan_only`` (the policy's first orders, then
    none) and ``by_regime`` (its mean orders by quarter and regime) are costs over the policy's
    bound, less one. ``dispatch_loss`` is what work put out without a solver adds to the policy's
    own orders.
    """
    graph = policy.graph
    seen = sample_futures(graph, TABLE_PATHS, seed=TABLE_SEED)
    replayed, decided = replay_decided(policy, seen)
    orders = np.stack([page.order for page in decided], axis=1)
    planned_on = sample_futures(graph, LIST_PATHS, seed=TABLE_SEED)
    same = simulate_rule(graph, OrdersPathByPath(lots=orders), seen)
    rules: dict[str, Rule] = {
        "fixed_plan": FixedPlan(lots=plan_fixed_list(graph, planned_on).lots),
        "first_plan_only": FirstPlanOnly(lots=first_orders(policy, gap=None)),
        "by_regime": table_by_regime(graph, seen, orders),
    }
    futures = sample_futures(graph, PATHS, seed=PATHS_SEED)
    runs = {rule: simulate_rule(graph, wishes, futures) for rule, wishes in rules.items()}
    cpu_s = sum(run.cpu_s for run in runs.values())
    return {
        "name": name,
        "cpu_s": round(cpu_s, 2),
        "rate": round(PATHS * len(runs) / cpu_s),
        "unit": "simulated paths a CPU second",
        **{rule: round(run.mean / policy.bound - 1.0, 4) for rule, run in runs.items()},
        "dispatch_loss": round(same.mean / replayed.mean - 1.0, 4),
        "breaches": sum(run.breaches for run in runs.values()),
    }
