"""The shell: a thin layer over the same functions that a program would call."""

from jointpay.cli.main import main

__all__ = ["main"]
