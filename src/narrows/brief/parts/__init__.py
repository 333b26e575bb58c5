"""The parts of the page that need more than a template: charts with their findings."""

from narrows.brief.parts.cost import cap_chart, flip_chart, power_chart, share_chart
from narrows.brief.parts.futures import arrivals_chart, capability_chart
from narrows.brief.parts.insight import decision_chart, flow_chart, waiting_chart, work_chart
from narrows.brief.parts.margins import delay_chart, margin_rows
from narrows.brief.parts.orders import order_rows
from narrows.brief.parts.panel import Panel
from narrows.brief.parts.tables import given_charts, given_tables
from narrows.brief.parts.tornado import tornado_chart
from narrows.brief.parts.worth import worth_chart

__all__ = [
    "Panel",
    "arrivals_chart",
    "cap_chart",
    "capability_chart",
    "decision_chart",
    "delay_chart",
    "flip_chart",
    "flow_chart",
    "given_charts",
    "given_tables",
    "margin_rows",
    "order_rows",
    "power_chart",
    "share_chart",
    "tornado_chart",
    "waiting_chart",
    "work_chart",
    "worth_chart",
]
