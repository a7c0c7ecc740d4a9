"""The items behind a payee's counts, and who else worked on them, from the shared work of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.units import total_scale, total_unit
from jointpay.report.statements.record import CountedTotal, ItemStatement, Partner
from jointpay.report.work import SharedWork
from jointpay.results.explain_reading import totals_of

__all__ = ["CreditedItems"]

Seat = tuple[int, int, int]
"""Role, period and person, as the shared work numbers them."""


@dataclass(frozen=True)
class CreditedItems:
    """Gives the items of everybody; what they have in common is made once."""

    plan: Plan
    work: SharedWork
    names: Mapping[str, str]
    """By id of a person."""

    def of(self, payee: str, period: str) -> tuple[ItemStatement, ...]:
        """Give the items credited to a payee in a period, by role, most of the first total first, then by id.

        Formula: for each total, sum over channels of what is credited. Empty where nothing is credited.
        """
        person, within = self.work.person_ids.index(payee), self.work.periods.index(period)
        found: list[ItemStatement] = []
        for role, name in enumerate(self.work.roles):
            rows = self._rows.get((role, within, person))
            if rows is None:
                continue
            sums = self._sums(name, rows)
            items = [self._item(name, item, amounts, (role, within, person)) for item, amounts in sums.items()]
            found += sorted(items, key=lambda one: ([-part.amount for part in one.counted[:1]], one.item))
        return tuple(found)

    def _sums(self, role: str, rows: slice) -> dict[int, list[int]]:
        """Sum up every total the role reads, by item."""
        credited = self.work.credited
        items = credited.items[rows].tolist()
        found: dict[int, list[int]] = {item: [] for item in items}
        for total in self._read[role]:
            sums = dict.fromkeys(found, 0)
            for item, amount in zip(items, credited.totals[total][rows].tolist(), strict=True):
                sums[item] += amount
            for item, amount in sums.items():
                found[item].append(amount)
        return found

    def _item(self, role: str, item: int, amounts: list[int], seat: Seat) -> ItemStatement:
        events, shares = self.plan.events, self.work.share_denominator
        return ItemStatement(
            role=role,
            item=self.work.item_ids[item],
            counted=tuple(
                CountedTotal(
                    total=total,
                    unit=total_unit(self.plan.totals[total]),
                    amount=Fraction(amount, shares * total_scale(self.plan.totals[total], events.attribution)),
                )
                for total, amount in zip(self._read[role], amounts, strict=True)
            ),
            partners=tuple(
                Partner(role=self.work.roles[other], payee=who, name=self.names.get(who, ""))
                for other, person in self._holders[seat[1], item]
                if person != seat[2] and (who := self.work.person_ids[person])
            ),
        )

    @cached_property
    def _read(self) -> dict[str, tuple[str, ...]]:
        """By role: the totals that its measures and modifiers read from own items, in the order of the plan."""
        found: dict[str, tuple[str, ...]] = {}
        for name, role in self.plan.roles.items():
            read = {
                total
                for component in role.components.values()
                for reading in (*component.measures.values(), *component.modifiers.values())
                if not isinstance(reading, Link) and isinstance(reading.scope, OwnScope)
                for total in totals_of(self.plan, reading.metric)
            }
            found[name] = tuple(total for total in self.plan.totals if total in read)
        return found

    @cached_property
    def _rows(self) -> dict[Seat, slice]:
        """By seat: its rows of the credited totals, which are sorted by role, period and person."""
        credited = self.work.credited
        if not credited.roles.size:
            return {}
        change = np.zeros(credited.roles.size, dtype=np.bool_)
        change[0] = True
        for codes in (credited.roles, credited.periods, credited.persons):
            change[1:] |= codes[1:] != codes[:-1]
        starts = np.flatnonzero(change)
        ends = np.append(starts[1:], change.size).tolist()
        keys = (codes[starts].tolist() for codes in (credited.roles, credited.periods, credited.persons))
        return {
            (role, period, person): slice(start, end)
            for role, period, person, start, end in zip(*keys, starts.tolist(), ends, strict=True)
        }

    @cached_property
    def _holders(self) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """By period and item: role and person of everybody credited, sorted."""
        credited = self.work.credited
        found: dict[tuple[int, int], set[tuple[int, int]]] = {}
        columns = (credited.periods, credited.items, credited.roles, credited.persons)
        for period, item, role, person in zip(*(codes.tolist() for codes in columns), strict=True):
            found.setdefault((period, item), set()).add((role, person))
        return {key: sorted(holders) for key, holders in found.items()}
