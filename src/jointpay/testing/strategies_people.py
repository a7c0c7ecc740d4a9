"""People and credits for a plan: seats that change in the middle of a period, shares that do not come out even."""

from dataclasses import dataclass

from jointpay.data.group_columns import groups_read
from jointpay.plan.calendar import Span, day_text, periods
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import Choose

__all__ = ["GROUPS", "ITEMS", "Stage", "Table", "credits_table", "people_table", "set_stage"]

Table = dict[str, list[object]]
"""A table as a mapping of column name to cells."""

ITEMS = ("poster", "banner", "page", "film")
_PERSONS = ("ada", "bo", "chen", "dina")
GROUPS = ("north", "south")
_DENOMINATORS = (1, 2, 3, 4, 7, 10)
_LONG_SHARES = ("0.333333", "0.666666", "0.000001")
"""As large a common denominator as shares may have."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where and when a generated case plays."""

    scored: tuple[Span, ...]
    """Periods in which something may happen, at most 3."""
    cuts: tuple[int, ...]
    """Days inside them on which seats and credits change, rising."""
    items: tuple[str, ...]
    persons: tuple[str, ...]


def set_stage(choose: Choose, plan: Plan) -> Stage:
    """Choose periods, days of change, items and people."""
    spans = periods(plan)
    first = choose.whole(0, len(spans) - 1)
    scored = spans[first : first + choose.whole(1, 3)]
    cuts = {span.start + choose.whole(0, span.days - 1) for span in scored}
    return Stage(
        scored=scored,
        cuts=tuple(sorted(cuts)),
        items=ITEMS[: choose.pick((2, 1, 3, 4))],
        persons=_PERSONS[: choose.pick((2, 1, 3, 4, 4))],
    )


def _add(table: Table, **cells: object) -> None:
    for column, cell in cells.items():
        table.setdefault(column, []).append(cell)


def _range(choose: Choose, stage: Stage) -> tuple[int | None, int | None]:
    """Choose a half-open range of days, often open, often cut in the middle of a period."""
    match choose.pick(("open", "from", "to", "between", "open", "open")):
        case "from":
            return choose.pick(stage.cuts), None
        case "to":
            return None, choose.pick(stage.cuts) + 1
        case "between":
            start = choose.pick(stage.cuts)
            return start, start + choose.pick((1, 7, 30, 3))
        case _:
            return None, None


def _text(day: int | None) -> str:
    return "" if day is None else day_text(day)


def people_table(choose: Choose, plan: Plan, stage: Stage) -> Table:
    """Choose seats: one for good, one for a while, or two that meet, or nearly meet, in the middle of a period."""
    columns_of = groups_read(plan)
    columns = sorted({column for read in columns_of.values() for column in read})
    roles = list(plan.roles)
    table: Table = {}

    def seat(person: str, role: str, start: int | None, end: int | None) -> None:
        groups = {column: choose.pick(GROUPS) for column in columns}
        groups |= {column: "" for column in columns if column not in columns_of[role] and choose.chance(30)}
        _add(table, person=person, role=role, **{"from": _text(start), "to": _text(end)}, **groups)

    for number, person in enumerate(stage.persons):
        role = roles[number % len(roles)] if choose.chance(70) else choose.pick(roles)
        if choose.chance(35):
            cut = choose.pick(stage.cuts)
            gap = choose.pick((0, 0, 2))
            seat(person, role, None, cut)
            seat(person, choose.pick(roles), cut + gap, None)
        else:
            seat(person, role, *_range(choose, stage))
    return table


def credits_table(choose: Choose, plan: Plan, stage: Stage, people: Table) -> Table:
    """Choose who is credited on what; shares of a role on an item never sum to more than 1, and often to less."""
    table: Table = {}
    holders = {
        role: sorted({str(who) for who, held in zip(people["person"], people["role"], strict=True) if held == role})
        for role in plan.roles
    }
    long = choose.chance(4)
    for item in stage.items:
        for role in plan.roles:
            credited = choose.some(holders[role], at_least=0 if choose.chance(15) else 1, at_most=3)
            if credited:
                shares = [str(share) for share in choose.shares(len(credited) + choose.whole(0, 1), _DENOMINATORS)]
                shares = list(_LONG_SHARES) if long else shares
                for person, share in zip(credited, shares, strict=False):
                    for start, end in _stretches(choose, stage):
                        days = {"from": _text(start), "to": _text(end)}
                        _add(table, person=person, role=role, item=item, share=share, **days)
    if not table:
        first = {"person": people["person"][0], "role": people["role"][0], "item": stage.items[0]}
        _add(table, **first, share="1/3", **{"from": "", "to": ""})
    return table


def _stretches(choose: Choose, stage: Stage) -> list[tuple[int | None, int | None]]:
    """Choose one range, or two with a gap between them."""
    if choose.chance(20):
        cut = choose.pick(stage.cuts)
        return [(None, cut), (cut + choose.pick((1, 5)), None)]
    return [_range(choose, stage)]
