"""The packaged purchase problem put to PyPSA's two-stage planner, beside our policy.

PyPSA gets an environment of its own, and the package never imports it:

    python -m venv .venv-pypsa
    .venv-pypsa/bin/pip install pypsa highspy pydantic pyyaml
    PYTHONPATH=src .venv-pypsa/bin/python bench/planning_pypsa.py [--scenarios 30] [--json]

What PyPSA is asked. A generator for each system and quarter of order: its capacity, in chips, is
the first stage, decided before anything is known and the same in all scenarios; its availability
is the share that the gate of the scenario lets through, from the quarter of arrival on. Links
carry work from chips to workloads, generators stand for rental and for work left undone: the
second stage. Capital cost is the mean of price, duty, refund, operation, energy and end value over
the scenarios. Supply, the import cap, the domestic share, budget, power and floor bind the
capacities as linopy rows of our own, with the means of what the law may release or ask, and so
that sites and budget hold all of it if every gate opens.

What cannot be expressed. PyPSA's scenarios have two stages: no order may answer to what was seen
meanwhile, so there is no reaction, and no bank on which only those futures draw that filled it.
Timing and lead times have no word of their own: they are written here as vintages, which is more
than its users would write by hand. An item that the day forbids is a generator of availability 0
that costs nothing. Portings are given, sites merged and whole lots left out, for all sides alike.

What is compared. Our own list of orders fixed in advance answers the same problem in our own
formulation; the two optima must agree. Then PyPSA's list, our list and our policy meet the same
futures in the same replay: policy against list is what reaction is worth, list against list is
what the formulations differ by. The instance is synthetic; nothing here is a forecast.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import time
import warnings
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd
import pypsa
import xarray as xr
from planning_pypsa_vintages import Vintages, scenario_values

from narrows.planning import (
    Futures,
    PolicyGraph,
    Refused,
    TrainOptions,
    merge_alike_sites,
    packaged_graph,
    plan_fixed_list,
    plan_portings,
    replay,
    replay_list,
    sample_futures,
    train,
)

QUARTERS, REGIMES, SHOCKS = 12, 4, 4
WALKS = 150
SCENARIOS = 100
PLANNED_ON_SEED, JUDGED_ON_SEED = 11, 7
JUDGED_ON = 2000
MONEY = 1e6
AGREE_TO = 1e-6
"""Relative difference of two optima that are the same but for the solver's tolerances."""


def network(graph: PolicyGraph, futures: Futures, vintages: Vintages) -> pypsa.Network:
    """Return the two-stage problem as a PyPSA network."""
    n = pypsa.Network()
    n.set_snapshots(list(graph.axes.quarters))
    n.snapshot_weightings["objective"] = vintages.discount
    axes, work = graph.axes, graph.work
    demand = scenario_values(graph, futures, work.demand)
    demand[:, 1:] *= graph.shocks.demand[futures.shocks[:, 1:]]
    top = demand.max(axis=(0, 1))
    n.add("Bus", [*axes.systems, *axes.rentals, *axes.workloads])
    n.add(
        "Generator",
        vintages.names,
        bus=[axes.systems[k] for k in vintages.system],
        p_nom_extendable=True,
        capital_cost=vintages.unit_cost() / MONEY,
    )
    _add_second_stage(n, graph, top)
    count = len(futures.regimes)
    scenarios = [f"future {i}" for i in range(count)]
    n.set_scenarios(dict.fromkeys(scenarios, 1.0 / count))
    up = graph.fleet.availability[vintages.system]
    _by_scenario(n, "generators", "p_max_pu", vintages.names, vintages.share() * up)
    _by_scenario(n, "loads", "p_set", _named("wanted", axes.workloads), demand)
    undone = _named("undone", axes.workloads)
    _by_scenario(n, "generators", "p_max_pu", undone, demand / top)
    _add_rental_limits(n, graph, futures, demand)
    return n


def _add_second_stage(n: pypsa.Network, graph: PolicyGraph, top: np.ndarray) -> None:
    axes, work, fleet, rental = graph.axes, graph.work, graph.fleet, graph.rental
    stands = np.flatnonzero(fleet.installed.sum(axis=1))
    chips = (fleet.installed.sum(axis=1) * fleet.availability)[stands]
    n.add(
        "Generator", _named("standing", axes.systems, stands),
        bus=[axes.systems[k] for k in stands], p_nom=chips,
    )  # fmt: skip
    for k, system in enumerate(axes.systems):
        able = np.flatnonzero(work.rate[k] > 0.0)
        stack, quarters = graph.porting.stack[k], range(graph.n_stages)
        ready = np.stack([graph.ported_by(t)[stack] for t in quarters])
        n.add(
            "Link",
            [f"{system} does {axes.workloads[w]}" for w in able],
            bus0=system,
            bus1=[axes.workloads[w] for w in able],
            efficiency=work.rate[k, able],
            p_nom=(top / work.rate[k].clip(1e-9))[able],
            p_max_pu=ready[:, able].astype(float),
        )
    n.add(
        "Generator",
        _named("undone", axes.workloads),
        bus=list(axes.workloads),
        p_nom=top,
        marginal_cost=(work.unmet_price / MONEY).T,
    )
    n.add("Load", _named("wanted", axes.workloads), bus=list(axes.workloads))
    n.add(
        "Generator",
        _named("offer", axes.rentals),
        bus=list(axes.rentals),
        p_nom=rental.ceiling.max(axis=0),
    )
    for c, name in enumerate(axes.rentals):
        n.add(
            "Link",
            [f"{name} does {w}" for w in axes.workloads],
            bus0=name,
            bus1=list(axes.workloads),
            efficiency=rental.rate[c],
            p_nom=top / rental.rate[c],
        )


def _add_rental_limits(
    n: pypsa.Network, graph: PolicyGraph, futures: Futures, demand: np.ndarray
) -> None:
    axes, rental = graph.axes, graph.rental
    offers = _named("offer", axes.rentals)
    ceiling = scenario_values(graph, futures, rental.ceiling)
    _by_scenario(n, "generators", "p_max_pu", offers, ceiling / rental.ceiling.max(axis=0))
    price = scenario_values(graph, futures, rental.price) / MONEY
    _by_scenario(n, "generators", "marginal_cost", offers, price)
    allowed = scenario_values(graph, futures, rental.allowed)
    top = demand.max(axis=(0, 1))
    for c, name in enumerate(axes.rentals):
        links = [f"{name} does {w}" for w in axes.workloads]
        _by_scenario(n, "links", "p_max_pu", links, allowed[:, :, c] * demand / top)


def _named(what: str, names: tuple[str, ...], which: np.ndarray | None = None) -> list[str]:
    chosen = range(len(names)) if which is None else which
    return [f"{names[i]} {what}" for i in chosen]


def _by_scenario(
    n: pypsa.Network, component: str, attribute: str, names: list[str], values: np.ndarray
) -> None:
    """Give values ``(scenario, quarter, name)`` to a component."""
    scenarios = list(n.scenarios)
    columns = pd.MultiIndex.from_product([scenarios, names], names=["scenario", "name"])
    flat = values.transpose(1, 0, 2).reshape(len(n.snapshots), -1)
    table = getattr(n, f"{component}_t")[attribute]
    others = table.loc[:, ~table.columns.isin(columns)]
    new = pd.DataFrame(flat, index=n.snapshots, columns=columns)
    getattr(n, f"{component}_t")[attribute] = pd.concat([others, new], axis=1)


def put_to_pypsa(graph: PolicyGraph, futures: Futures) -> tuple[np.ndarray, dict[str, float]]:
    """Return PyPSA's list of lots, ``(T, K, S)``, with its optimum and CPU seconds by phase."""
    clock = [time.process_time()]
    vintages = Vintages(graph, futures)
    n = network(graph, futures, vintages)
    clock.append(time.process_time())
    n.optimize.create_model(include_objective_constant=False)
    rows, limit = vintages.limits()
    capacity = n.model["Generator-p_nom"].sel(name=vintages.names)
    weights = xr.DataArray(rows, dims=("row", "name"), coords={"name": vintages.names})
    bounds = xr.DataArray(limit, dims=("row",))
    n.model.add_constraints((capacity * weights).sum("name") <= bounds, name="listed")
    clock.append(time.process_time())
    status, condition = n.optimize.solve_model(
        solver_name="highs", io_api="direct", output_flag=False, threads=1
    )
    clock.append(time.process_time())
    if (status, condition) != ("ok", "optimal"):
        raise SystemExit(f"PyPSA found no optimum: {status}, {condition}")
    first = n.generators.loc[n.scenarios[0]]
    lots = np.zeros((graph.n_stages, graph.sizes["K"], graph.sizes["S"]))
    chips = first.loc[vintages.names, "p_nom_opt"].to_numpy()
    lots[vintages.ordered, vintages.system, 0] = chips / graph.offers.lot[vintages.system]
    phases = dict(zip(("set_up_cpu_s", "model_cpu_s", "solve_cpu_s"), np.diff(clock), strict=True))
    optimum = n.objective * MONEY + _standing_cost(graph, vintages)
    return lots.clip(0.0), phases | {"expected": optimum, "variables": float(n.model.nvars)}


def _standing_cost(graph: PolicyGraph, vintages: Vintages) -> float:
    """Return what is paid whatever is ordered: upkeep of the standing fleet, portings."""
    fleet, site = graph.fleet, graph.sites
    each = fleet.operating + fleet.power_kw[:, None] * site.energy_price[0][None]
    upkeep = (fleet.installed[:, 0] @ each) @ vintages.discount
    bills = [graph.porting_bill(t) for t in range(graph.n_stages)]
    return float(upkeep + np.array(bills) @ vintages.discount)


def judged(
    name: str, graph: PolicyGraph, lots: np.ndarray, futures: Futures, policy_cost: np.ndarray
) -> dict[str, float]:
    """Replay a list both ways and set it against the policy, path by path."""
    row: dict[str, float] = {}
    for refused in Refused:
        done = replay_list(graph, lots, futures, refused=refused)
        extra = done.cost - policy_cost
        error = float(extra.std(ddof=1) / np.sqrt(len(extra)))
        row |= {
            f"mean_{refused}": round(done.mean),
            f"over_policy_{refused}": round(float(extra.mean() / policy_cost.mean()), 5),
            f"standard_error_{refused}": round(error / float(policy_cost.mean()), 5),
            f"placed_{refused}": round(done.placed, 4),
            f"breaches_{refused}": done.breaches,
        }
    return {"name": name, **row}


def measure(scenarios: int) -> list[dict[str, object]]:
    """Return the rows: PyPSA's list, our list, our policy."""
    began = time.process_time()
    graph = merge_alike_sites(packaged_graph(quarters=QUARTERS, regimes=REGIMES, shocks=SHOCKS))
    graph = replace(graph, porting_start=plan_portings(graph).start)
    shared = time.process_time() - began
    policy = train(graph, TrainOptions(iterations=WALKS, stall=0.0))
    judged_on = sample_futures(graph, JUDGED_ON, seed=JUDGED_ON_SEED)
    reacting = replay(policy, judged_on)
    planned_on = sample_futures(graph, scenarios, seed=PLANNED_ON_SEED)
    ours = plan_fixed_list(graph, planned_on)
    lots, peer = put_to_pypsa(graph, planned_on)
    apart = abs(peer["expected"] / ours.expected - 1.0)
    if apart > AGREE_TO:
        raise SystemExit(f"the two formulations differ: optima {apart:.1e} apart")
    phases = {key: round(value, 2) for key, value in peer.items() if key.endswith("cpu_s")}
    return [
        judged("pypsa_fixed_list", graph, lots, judged_on, reacting.total)
        | phases
        | {
            "cpu_s": round(sum(phases.values()), 2),
            "expected": round(peer["expected"]),
            "variables": int(peer["variables"]),
            "version": version("pypsa"),
            "scenarios": scenarios,
            "optima_apart": float(f"{apart:.1e}"),
        },
        judged("narrows_fixed_list", graph, ours.lots, judged_on, reacting.total)
        | {
            "cpu_s": round(ours.build_cpu_s + ours.solve_cpu_s, 2),
            "model_cpu_s": round(ours.build_cpu_s, 2),
            "solve_cpu_s": round(ours.solve_cpu_s, 2),
            "expected": round(ours.expected),
            "scenarios": scenarios,
        },
        {
            "name": "narrows_policy",
            "cpu_s": round(policy.cpu_s, 2),
            "mean": round(reacting.mean),
            "bound": round(policy.bound),
            "breaches": reacting.breaches,
            "simulation_cpu_s": round(reacting.cpu_s, 2),
            "portings_and_sites_cpu_s": round(shared, 2),
            "paths": JUDGED_ON,
        },
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenarios", type=int, default=SCENARIOS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    answer = os.dup(1)
    os.dup2(2, 1)  # the peer's solver greets on standard output
    rows = measure(asked.scenarios)
    with os.fdopen(answer, "w") as out:
        out.write(json.dumps({"rows": rows}, indent=1) if asked.json else side_by_side(rows))
        out.write("\n")


def side_by_side(rows: list[dict[str, object]]) -> str:
    """Return the rows as columns."""
    keys = list(dict.fromkeys(key for row in rows for key in row if key != "name"))
    lines = [" " * 26 + "".join(f"{row['name']:>20}" for row in rows)]
    for key in keys:
        cells = [row.get(key, "") for row in rows]
        shown = [f"{cell:,}" if isinstance(cell, int | float) else str(cell) for cell in cells]
        lines.append(f"{key:26}" + "".join(f"{cell:>20}" for cell in shown))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
