"""Statements: one payee's pay of one period, from what was counted to the amount, in several forms."""
