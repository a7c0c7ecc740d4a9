"""The dashboard of a team: one page of HTML that needs no network, for those who work together to look at together.

It shows scores and adjustments in per cent. Amounts of money are on it only where they are asked for, and pay bases
never.
"""

from jointpay.report.dashboard.write import dashboard

__all__ = ["dashboard"]
