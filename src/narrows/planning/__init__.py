"""Floor 3: what to order now, when the rules may change. Plain arrays with names only."""

from narrows.planning.check import Violation, check_plan
from narrows.planning.errors import ProblemError, SolverError
from narrows.planning.first_orders import cost_of_first_orders
from narrows.planning.flip import Flip, find_flip, orders_now
from narrows.planning.infeasible import Breach, Conflict, explain_infeasible
from narrows.planning.instance import packaged_instance
from narrows.planning.lp import MipLimits, Status
from narrows.planning.parts import (
    CAPITAL,
    NEVER_HELD,
    SHARE_MAX,
    Axes,
    Budget,
    Cap,
    Counted,
    Fleet,
    Item,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.plan import Effort, Plan, Reason, RulePrice, expected
from narrows.planning.problem import Problem, by_node, mean_path
from narrows.planning.sensitivity import Curve, Point, curve
from narrows.planning.solve import NoPlanError, relax, solve
from narrows.planning.tree import NO_NODE, Tree, single_path, tree_from_chain
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
    "NEVER_HELD",
    "NO_NODE",
    "SHARE_MAX",
    "Axes",
    "Breach",
    "Budget",
    "Cap",
    "Conflict",
    "Counted",
    "Curve",
    "Effort",
    "Fleet",
    "Flip",
    "Item",
    "MipLimits",
    "NoPlanError",
    "Offers",
    "Plan",
    "Point",
    "Porting",
    "Problem",
    "ProblemError",
    "Reason",
    "Rental",
    "Risk",
    "RulePrice",
    "Share",
    "Sites",
    "SolverError",
    "Status",
    "Tree",
    "Violation",
    "Work",
    "by_node",
    "check_plan",
    "cost_of_first_orders",
    "curve",
    "event_probability",
    "expected",
    "explain_infeasible",
    "find_flip",
    "mean_path",
    "orders_now",
    "packaged_instance",
    "relax",
    "single_path",
    "solve",
    "tree_from_chain",
    "with_delay",
    "with_event",
    "with_scaled_cap",
    "with_scaled_delivery",
    "with_scaled_power",
    "with_share",
]
