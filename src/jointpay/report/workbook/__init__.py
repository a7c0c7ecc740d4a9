"""A settlement as a workbook with live formulas."""

from jointpay.report.workbook.build import workbook, write_workbook

__all__ = ["workbook", "write_workbook"]
