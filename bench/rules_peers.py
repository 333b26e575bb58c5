"""Our evaluator beside OpenFisca-core and policyengine-core on one small rule system.

Both peers are AGPL-3, so they get an environment of their own, and the package never imports them:

    python -m venv .venv-peers
    .venv-peers/bin/pip install openfisca-core policyengine-core pydantic pyyaml
    PYTHONPATH=src .venv-peers/bin/python bench/rules_peers.py [--json]

The rule system: TPP and performance density from four inputs, two tiers, a bandwidth window and
a decision of three values. Every engine answers the same million cases, and they must agree.
Times are CPU seconds, the least of several runs on one thread.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

CASES = 1_000_000
RUNS = 5
ONE_CASE_LOOPS = 300
PERIOD = "2026-02"
DAY = date(2026, 2, 1)
NONE, CASE_BY_CASE, DENIAL, UNPROVEN = 0, 1, 2, -1
LINES = {
    "tpp_a1": 4800.0,
    "tpp_density": 1600.0,
    "density_a2": 5.92,
    "tpp_b1": 2400.0,
    "density_b1": 1.6,
    "window_tpp": 21000.0,
    "window_dram": 6500.0,
}
INPUTS = ("dense_tops", "bits", "die_mm2", "dram_gb_s", "datacentre")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    name: str
    cpu_s: float
    rate: float
    peer: str | None = None
    peer_rate: float | None = None
    ratio: float | None = None


def inputs() -> dict[str, np.ndarray]:
    """Return the cases, the same for every engine."""
    rng = np.random.default_rng(20260115)
    return {
        "dense_tops": rng.uniform(50.0, 4000.0, CASES),
        "bits": rng.choice([4.0, 8.0, 16.0], CASES),
        "die_mm2": rng.uniform(100.0, 1700.0, CASES),
        "dram_gb_s": rng.uniform(0.0, 9000.0, CASES),
        "datacentre": rng.random(CASES) < 0.7,
    }


def plain(table: dict[str, np.ndarray]) -> np.ndarray:
    """Return the decisions by NumPy alone: what no engine can beat by much."""
    tpp = table["dense_tops"] * table["bits"]
    density = tpp / table["die_mm2"]
    a1 = tpp >= LINES["tpp_a1"]
    a2 = (tpp >= LINES["tpp_density"]) & (density >= LINES["density_a2"])
    b1 = (tpp >= LINES["tpp_b1"]) & (density >= LINES["density_b1"])
    controlled = table["datacentre"] & (a1 | a2 | b1)
    top = table["datacentre"] & (a1 | a2)
    window = (tpp < LINES["window_tpp"]) & (table["dram_gb_s"] < LINES["window_dram"])
    return np.where(top & ~window, DENIAL, np.where(controlled, CASE_BY_CASE, NONE))


def least(run: Callable[[], object], loops: int = 1) -> float:
    """Return the least CPU seconds of one call over several runs."""
    run()
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        for _ in range(loops):
            run()
        found.append((time.process_time() - start) / loops)
    return min(found)


class Narrows:
    """The rule system as cards."""

    name = "narrows"

    def __init__(self) -> None:
        from narrows.rules import load_pack

        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_pack(root)
            self.regime = load_pack(root).at(on=DAY, known_on=DAY)

    def one(self, case: dict[str, float | bool]) -> int:
        """Decide one case; the answer carries its proofs."""
        answer = self.regime.decide(case, "review").answer("review")
        return CODES[answer.word or ""] if answer.proofs[0].children else UNPROVEN

    def many(self, table: dict[str, np.ndarray]) -> np.ndarray:
        """Decide all cases, as codes."""
        from narrows.rules import number_column, word_column

        columns = {
            name: word_column(values) if name == "datacentre" else number_column(values)
            for name, values in table.items()
        }
        return self.regime.decide_many(columns, "review").codes + 1


CODES = {"none": NONE, "case_by_case": CASE_BY_CASE, "presumed_denial": DENIAL}


def write_pack(root: Path) -> None:
    """Write the rule system as a folder of cards."""
    title = "{en: x, zh-Hant: x, zh-Hans: x}"
    cite = "{instrument: i, at: x, read: 2026-01-01, certainty: A}"
    (root / "cards").mkdir()
    instrument = f"- {{id: i, title: {title}, issuer: x, published: null, known_on: 2026-01-01}}\n"
    (root / "instruments.yaml").write_text(instrument)
    units = {"tpp": "TPP", "density": "TPP/mm2", "window_tpp": "TPP", "window_dram": "GB/s"}
    lines = [
        f"- {{id: {name}, title: {title}, kind: number, unit: {_unit(name, units)}, "
        f"values: [{{value: {value}, known_on: 2026-01-01, cite: {cite}}}]}}\n"
        for name, value in LINES.items()
    ]
    (root / "parameters.yaml").write_text("".join(lines))
    (root / "facts.yaml").write_text(
        f"- {{id: dense_tops, title: {title}, kind: number, unit: TOP/s}}\n"
        f"- {{id: bits, title: {title}, kind: number}}\n"
        f"- {{id: die_mm2, title: {title}, kind: number, unit: mm2, positive: true}}\n"
        f"- {{id: dram_gb_s, title: {title}, kind: number, unit: GB/s}}\n"
        f"- {{id: datacentre, title: {title}, kind: flag}}\n"
        f"- {{id: tpp, title: {title}, kind: number, unit: TPP, "
        "derive: [{by: total_processing_performance, of: [dense_tops, bits]}]}\n"
        f"- {{id: density, title: {title}, kind: number, unit: TPP/mm2, "
        "derive: [{by: performance_density, of: [tpp, die_mm2]}]}\n"
    )
    (root / "questions.yaml").write_text(
        f"- {{id: review, title: {title}, none: {{id: none, title: {title}}}, answers: "
        f"[{{id: case_by_case, title: {title}}}, {{id: presumed_denial, title: {title}}}]}}\n"
    )
    (root / "cards" / "all.yaml").write_text("".join(_cards(title, cite)))


def _unit(name: str, units: dict[str, str]) -> str:
    return units.get(name) or units[name.split("_")[0]]


def _cards(title: str, cite: str) -> list[str]:
    trees = {
        "line_a1": ("{fact: tpp, ge: tpp_a1}", None),
        "line_a2": (
            "{all: [{fact: tpp, ge: tpp_density}, {fact: density, ge: density_a2}]}",
            None,
        ),
        "line_b1": ("{all: [{fact: tpp, ge: tpp_b1}, {fact: density, ge: density_b1}]}", None),
        "top": (
            "{all: [{fact: datacentre, eq: true}, {any: [{rule: line_a1}, {rule: line_a2}]}]}",
            None,
        ),
        "window": (
            "{all: [{fact: tpp, lt: window_tpp}, {fact: dram_gb_s, lt: window_dram}]}",
            None,
        ),
        "case": (
            "{any: [{rule: top}, {all: [{fact: datacentre, eq: true}, {rule: line_b1}]}]}",
            "case_by_case",
        ),
        "denial": ("{then: {rule: top}, unless: [window]}", "presumed_denial"),
    }
    return [
        f"- {{id: {name}, title: {title}, layers: [codified, enforced], in_force: {{}}, "
        f"known_on: 2026-01-01, cite: [{cite}], cases: [], when: {tree}"
        + (f", effect: {{question: review, answer: {answer}}}" if answer else "")
        + "}\n"
        for name, (tree, answer) in trees.items()
    ]


def formulas(base: type, entity: object, month: object) -> list[type]:
    """Return the rule system as variables of OpenFisca or of policyengine-core."""

    def variable(name: str, kind: type, formula: Callable[..., object] | None) -> type:
        body: dict[str, object] = {
            "value_type": kind,
            "entity": entity,
            "definition_period": month,
            "label": name,
        }
        if formula is not None:
            body["formula"] = formula
        return type(name, (base,), body)

    def lines(parameters: Callable[..., object], period: object) -> object:
        return parameters(period).lines

    def tpp(chip: Callable[..., np.ndarray], period: object) -> np.ndarray:
        return chip("dense_tops", period) * chip("bits", period)

    def density(chip: Callable[..., np.ndarray], period: object) -> np.ndarray:
        return chip("tpp", period) / chip("die_mm2", period)

    def top(chip: Callable[..., np.ndarray], period: object, parameters: object) -> np.ndarray:
        line = lines(parameters, period)
        a1 = chip("tpp", period) >= line.tpp_a1
        a2 = (chip("tpp", period) >= line.tpp_density) & (
            chip("density", period) >= line.density_a2
        )
        return chip("datacentre", period) & (a1 | a2)

    def controlled(chip: Callable[..., np.ndarray], period: object, parameters: object) -> object:
        line = lines(parameters, period)
        b1 = (chip("tpp", period) >= line.tpp_b1) & (chip("density", period) >= line.density_b1)
        return chip("top", period) | (chip("datacentre", period) & b1)

    def window(chip: Callable[..., np.ndarray], period: object, parameters: object) -> object:
        line = lines(parameters, period)
        below = chip("tpp", period) < line.window_tpp
        return below & (chip("dram_gb_s", period) < line.window_dram)

    def decision(chip: Callable[..., np.ndarray], period: object) -> np.ndarray:
        shut = chip("top", period) & ~chip("window", period)
        return np.where(shut, DENIAL, np.where(chip("controlled", period), CASE_BY_CASE, NONE))

    return [
        *(variable(name, bool if name == "datacentre" else float, None) for name in INPUTS),
        variable("tpp", float, tpp),
        variable("density", float, density),
        variable("top", bool, top),
        variable("controlled", bool, controlled),
        variable("window", bool, window),
        variable("decision", int, decision),
    ]


def _parameter_tree(node: type) -> object:
    dated = {name: {"values": {"2020-01-01": {"value": value}}} for name, value in LINES.items()}
    return node("", data={"lines": dated})


class OpenFisca:
    """The rule system as OpenFisca variables."""

    name = "OpenFisca-core"

    def __init__(self) -> None:
        from openfisca_core import entities, parameters, periods, taxbenefitsystems, variables
        from openfisca_core.simulation_builder import SimulationBuilder

        entity = entities.build_entity("chip", "chips", "", is_person=True)
        self.system = taxbenefitsystems.TaxBenefitSystem([entity])
        month = periods.DateUnit.MONTH
        for one in formulas(variables.Variable, entity, month):
            self.system.add_variable(one)
        self.system.parameters = _parameter_tree(parameters.ParameterNode)
        self.builder = SimulationBuilder

    def _run(self, table: dict[str, np.ndarray], count: int) -> np.ndarray:
        simulation = self.builder().build_default_simulation(self.system, count=count)
        simulation.trace = count == 1
        for name, values in table.items():
            simulation.set_input(name, PERIOD, values)
        return simulation.calculate("decision", PERIOD)

    def one(self, case: dict[str, float | bool]) -> int:
        """Decide one case with its trace."""
        return int(self._run({name: np.array([value]) for name, value in case.items()}, 1)[0])

    def many(self, table: dict[str, np.ndarray]) -> np.ndarray:
        """Decide all cases."""
        return self._run(table, CASES)


class PolicyEngine(OpenFisca):
    """The rule system as policyengine-core variables."""

    name = "policyengine-core"

    def __init__(self) -> None:
        from policyengine_core import entities, parameters, periods, taxbenefitsystems, variables
        from policyengine_core.simulations import SimulationBuilder

        entity = entities.build_entity("chip", "chips", "", is_person=True)
        self.system = taxbenefitsystems.TaxBenefitSystem([entity])
        for one in formulas(variables.Variable, entity, periods.MONTH):
            self.system.add_variable(one)
        self.system.parameters = _parameter_tree(parameters.ParameterNode)
        self.builder = SimulationBuilder


def measure() -> list[Row]:
    """Return the measurements of all engines, after checking that they agree."""
    table = inputs()
    expected = plain(table)
    numpy_s = least(lambda: plain(table))
    rows = [Row(name="numpy million", cpu_s=numpy_s, rate=CASES / numpy_s)]
    case = {name: values[0].item() for name, values in table.items()}
    engines = [kind() for kind in (Narrows, OpenFisca, PolicyEngine)]
    singles: dict[str, float] = {}
    for engine in engines:
        wrong = int((engine.many(table) != expected).sum())
        singles[engine.name] = least(lambda engine=engine: engine.one(case), ONE_CASE_LOOPS)
        many_s = least(lambda engine=engine: engine.many(table))
        rows.append(
            Row(
                name=f"{engine.name} million ({wrong} differ from float64)",
                cpu_s=many_s,
                rate=CASES / many_s,
                peer="numpy",
                peer_rate=CASES / numpy_s,
                ratio=many_s / numpy_s,
            )
        )
        if engine.one(case) != expected[0]:
            raise SystemExit(f"{engine.name} decides the first case otherwise")
    peers = {name: seconds for name, seconds in singles.items() if name != Narrows.name}
    fastest = min(peers, key=lambda name: peers[name])
    for name, seconds in singles.items():
        rows.append(
            Row(
                name=f"{name} one case with proof",
                cpu_s=seconds,
                rate=1.0 / seconds,
                peer=fastest,
                peer_rate=1.0 / peers[fastest],
                ratio=peers[fastest] / seconds,
            )
        )
    return rows


def main() -> int:
    """Print the measurements."""
    rows = measure()
    if "--json" in sys.argv[1:]:
        sys.stdout.write(json.dumps({"rows": [asdict(row) for row in rows]}) + "\n")
        return 0
    for row in rows:
        ratio = "" if row.ratio is None else f"  {row.ratio:8.2f} x {row.peer}"
        sys.stdout.write(f"{row.name:52} {row.cpu_s * 1e6:12.1f} us{ratio}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
