"""Floor 3: what to order now, when the rules may change. Plain arrays with names only."""

from narrows.planning.bench import planning_benchmark
from narrows.planning.check import check_plan
from narrows.planning.check_books import Violation
from narrows.planning.errors import ProblemError, SolverError
from narrows.planning.fingerprint import fingerprint
from narrows.planning.first_orders import cost_of_first_orders
from narrows.planning.flip import Flip, find_flip, orders_now
from narrows.planning.infeasible import Breach, Conflict, explain_infeasible
from narrows.planning.instance import packaged_instance
from narrows.planning.lp import MipLimits, Status
from narrows.planning.margin import Margin, SolveOnce, margin
from narrows.planning.merge import merge_alike_sites
from narrows.planning.node_values import node_values
from narrows.planning.pareto import Trade, service_front
from narrows.planning.parts import (
    CAPITAL,
    GANG_QUARTERS,
    NEVER_HELD,
    SHARE_MAX,
    Axes,
    Budget,
    Cap,
    Capability,
    Counted,
    Fleet,
    Item,
    Measure,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.plan import Effort, Plan, Reason, RulePrice, expected
from narrows.planning.policy.ahead import Ahead
from narrows.planning.policy.bookkeeping import QuarterBooked, keep_books
from narrows.planning.policy.books import Decided, PathBooks, open_books, place_of
from narrows.planning.policy.cuts import Cuts
from narrows.planning.policy.estimate import MeanCost, chosen_level, mean_cost, weighed_mean
from narrows.planning.policy.fan import quarterly_mean
from narrows.planning.policy.file import load_policy, save_policy
from narrows.planning.policy.fixed_list import FixedList, plan_fixed_list
from narrows.planning.policy.graph import NEVER, NestedRisk, PolicyGraph, Shocks, no_shocks
from narrows.planning.policy.instance import packaged_graph
from narrows.planning.policy.orders import (
    bound_with_orders,
    first_orders,
    orders_by_regime,
    table_by_regime,
)
from narrows.planning.policy.policy import Policy
from narrows.planning.policy.porting_plan import (
    PortingPlan,
    mean_future,
    plan_portings,
    regime_chances,
    with_porting_plan,
)
from narrows.planning.policy.replay_list import ListReplay, Refused, replay_list
from narrows.planning.policy.rolling import carried_cuts, roll
from narrows.planning.policy.rules import (
    FirstPlanOnly,
    FixedPlan,
    OrdersByRegime,
    OrdersPathByPath,
    Rule,
)
from narrows.planning.policy.simulate import (
    Futures,
    Replay,
    replay,
    replay_decided,
    replay_whole,
    sample_futures,
)
from narrows.planning.policy.simulate_rule import simulate_rule
from narrows.planning.policy.train import TrainOptions, risk_weights, train
from narrows.planning.policy.unfold import unfold
from narrows.planning.problem import Problem, by_node, mean_path, on_path
from narrows.planning.sensitivity import Curve, Point, curve, relative_change
from narrows.planning.share_holds import shares_hold
from narrows.planning.solve import (
    FirstQuarter,
    NoPlanError,
    Optimum,
    optimum,
    relax,
    solve,
    solve_given,
)
from narrows.planning.tree import NO_NODE, Tree, single_path, tree_from_chain
from narrows.planning.value import (
    Values,
    cost_of_waiting,
    value_of_signal,
    values_of_information,
)
from narrows.planning.variations import (
    event_probability,
    with_delay,
    with_event,
    with_scaled_cap,
    with_scaled_delivery,
    with_scaled_power,
    with_share,
)

__all__ = [
    "CAPITAL",
    "GANG_QUARTERS",
    "NEVER",
    "NEVER_HELD",
    "NO_NODE",
    "SHARE_MAX",
    "Ahead",
    "Axes",
    "Breach",
    "Budget",
    "Cap",
    "Capability",
    "Conflict",
    "Counted",
    "Curve",
    "Cuts",
    "Decided",
    "Effort",
    "FirstPlanOnly",
    "FirstQuarter",
    "FixedList",
    "FixedPlan",
    "Fleet",
    "Flip",
    "Futures",
    "Item",
    "ListReplay",
    "Margin",
    "MeanCost",
    "Measure",
    "MipLimits",
    "NestedRisk",
    "NoPlanError",
    "Offers",
    "Optimum",
    "OrdersByRegime",
    "OrdersPathByPath",
    "PathBooks",
    "Plan",
    "Point",
    "Policy",
    "PolicyGraph",
    "Porting",
    "PortingPlan",
    "Problem",
    "ProblemError",
    "QuarterBooked",
    "Reason",
    "Refused",
    "Rental",
    "Replay",
    "Risk",
    "Rule",
    "RulePrice",
    "Share",
    "Shocks",
    "Sites",
    "SolveOnce",
    "SolverError",
    "Status",
    "Trade",
    "TrainOptions",
    "Tree",
    "Values",
    "Violation",
    "Work",
    "bound_with_orders",
    "by_node",
    "carried_cuts",
    "check_plan",
    "chosen_level",
    "cost_of_first_orders",
    "cost_of_waiting",
    "curve",
    "event_probability",
    "expected",
    "explain_infeasible",
    "find_flip",
    "fingerprint",
    "first_orders",
    "keep_books",
    "load_policy",
    "margin",
    "mean_cost",
    "mean_future",
    "mean_path",
    "merge_alike_sites",
    "no_shocks",
    "node_values",
    "on_path",
    "open_books",
    "optimum",
    "orders_by_regime",
    "orders_now",
    "packaged_graph",
    "packaged_instance",
    "place_of",
    "plan_fixed_list",
    "plan_portings",
    "planning_benchmark",
    "quarterly_mean",
    "regime_chances",
    "relative_change",
    "relax",
    "replay",
    "replay_decided",
    "replay_list",
    "replay_whole",
    "risk_weights",
    "roll",
    "sample_futures",
    "save_policy",
    "service_front",
    "shares_hold",
    "simulate_rule",
    "single_path",
    "solve",
    "solve_given",
    "table_by_regime",
    "train",
    "tree_from_chain",
    "unfold",
    "value_of_signal",
    "values_of_information",
    "weighed_mean",
    "with_delay",
    "with_event",
    "with_porting_plan",
    "with_scaled_cap",
    "with_scaled_delivery",
    "with_scaled_power",
    "with_share",
]
