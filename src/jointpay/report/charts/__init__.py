"""Charts of results: functions that give a `Chart`, which a notebook shows and which saves to SVG, PNG and HTML.

No browser, no network and no clock takes part. They need the extra `report`.
"""

from jointpay.report.charts.attainment_on_curve import attainment_on_curve
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.coupling_map import coupling_map
from jointpay.report.charts.funnel import channel_totals, funnel
from jointpay.report.charts.glyphs import MissingFontWarning
from jointpay.report.charts.heat_map import heat_map
from jointpay.report.charts.trend import trend
from jointpay.report.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "MissingFontWarning",
    "attainment_on_curve",
    "channel_totals",
    "coupling_map",
    "funnel",
    "heat_map",
    "trend",
    "waterfall",
]
