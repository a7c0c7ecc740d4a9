"""Statements: one payee's pay of one period, from what was counted to the amount, in several forms.

`Statements` makes the statements of a settlement, `StatementWriter` writes them as text and as pages of HTML in one
language, `statement_json` writes them as data.
"""

from jointpay.report.statements.build import Statements, statement
from jointpay.report.statements.changes import metric_changes, nearest_edges
from jointpay.report.statements.comparison import compare
from jointpay.report.statements.record import Statement
from jointpay.report.statements.tree import statement_json, statement_schema, statement_tree
from jointpay.report.statements.write import StatementWriter

__all__ = [
    "Statement",
    "StatementWriter",
    "Statements",
    "compare",
    "metric_changes",
    "nearest_edges",
    "statement",
    "statement_json",
    "statement_schema",
    "statement_tree",
]
