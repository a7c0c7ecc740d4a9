"""The items behind a payee's counts, in words."""

from itertools import groupby

from jointpay.report.statements.record import ItemStatement, Statement
from jointpay.report.statements.view_records import ItemsView
from jointpay.report.statements.words import Words
from jointpay.results.explain_text import visible

__all__ = ["items_views"]

_LISTED = 20
"""Items of a role that are listed; those with most of its first total."""


def items_views(words: Words, statement: Statement) -> tuple[ItemsView, ...]:
    """Write the items of every role of a statement that has any."""
    return tuple(
        _view(words, role, list(items)) for role, items in groupby(statement.items or (), key=lambda one: one.role)
    )


def _view(words: Words, role: str, items: list[ItemStatement]) -> ItemsView:
    left = len(items) - _LISTED
    return ItemsView(
        title=words.text("items_title", role=words.role(role), number=len(items)),
        heads=tuple(visible(part.total) for part in items[0].counted),
        rows=tuple(
            (
                visible(one.item),
                tuple(words.counted(part.unit, part.amount) for part in one.counted),
                words.text("items_comma").join(
                    words.text("items_partner", who=who.name or who.payee, role=words.role(who.role))
                    for who in one.partners
                ),
            )
            for one in items[:_LISTED]
        ),
        more=words.text("items_more", number=left) if left > 0 else "",
    )
