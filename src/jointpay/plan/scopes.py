"""Scopes: whose facts a measure reads."""

from typing import Annotated, Literal

from pydantic import Field

from jointpay.plan.values import Model, Name, kind_alone

__all__ = ["AllScope", "GroupScope", "OwnScope", "Scope", "SharedScope"]


class OwnScope(Model):
    """The items credited to the payee in this role, by share, on the days credited."""

    kind: Literal["own"]


class GroupScope(Model):
    """The items credited, on that day and in any role, to anybody with the payee's value in a group column.

    Each fact counts once and whole, however many members share its item.
    """

    kind: Literal["group"]
    column: Name
    """Column of the people table, such as `team` or `department`."""


class AllScope(Model):
    """Every fact there is, credited or not."""

    kind: Literal["all"]


Scope = Annotated[Annotated[OwnScope | GroupScope | AllScope, Field(discriminator="kind")], kind_alone("own", "all")]
SharedScope = Annotated[Annotated[GroupScope | AllScope, Field(discriminator="kind")], kind_alone("all")]
