"""Floor 3: what to order now, when the rules may change. Plain arrays with names only."""

from narrows.planning.check import Violation, check_plan
from narrows.planning.errors import ProblemError, SolverError
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
from narrows.planning.solve import NoPlanError, relax, solve
from narrows.planning.tree import NO_NODE, Tree, single_path, tree_from_chain

__all__ = [
    "CAPITAL",
    "NEVER_HELD",
    "NO_NODE",
    "SHARE_MAX",
    "Axes",
    "Budget",
    "Cap",
    "Counted",
    "Effort",
    "Fleet",
    "Item",
    "MipLimits",
    "NoPlanError",
    "Offers",
    "Plan",
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
    "expected",
    "mean_path",
    "packaged_instance",
    "relax",
    "single_path",
    "solve",
    "tree_from_chain",
]
