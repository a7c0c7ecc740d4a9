"""Who works in the made-up shop, in which seats, and on which items."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

__all__ = ["Credit", "Seat", "Staff", "staff_of", "work_of"]

_DEPARTMENTS = ("服饰", "家居", "美妆", "数码")
_DESIGNERS = (
    "王雨桐",
    "李思远",
    "张晓彤",
    "刘梓萱",
    "陈嘉怡",
    "杨子墨",
    "赵一诺",
    "黄诗涵",
    "周梦琪",
    "吴俊熙",
    "徐可欣",
    "孙浩然",
    "马依娜",
    "朱雅静",
    "胡睿",
    "林清越",
    "郭书瑶",
    "何俊杰",
    "高远",
    "罗曼",
    "郑雪",
    "Anna Keller",
)
_OPERATORS = (
    "梁栋",
    "宋佳",
    "谢安琪",
    "韩冰",
    "唐一凡",
    "冯雪儿",
    "董卓然",
    "萧然",
    "程亮",
    "曹颖",
    "袁野",
    "邓超凡",
    "许诺",
    "傅明",
    "沈星辰",
    "曾琳",
    "彭宇",
    "Omar Haddad",
)

_JOINS = date(2026, 1, 12)
_MOVES_DEPARTMENT = date(2026, 3, 16)
_BECOMES_DESIGNER = date(2026, 4, 9)
_LEAVES = date(2026, 4, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat, on half-open days; an end of None is open."""

    person: str
    role: str
    start: date
    end: date | None
    name: str
    department: str
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit, on half-open days, with its share as it is written in a table."""

    person: str
    role: str
    item: str
    share: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, by department and role, with their seats and monthly pay."""

    seats: tuple[Seat, ...]
    monthly_pay: Mapping[str, str]

    def holding(self, role: str, department: str, day: date) -> list[str]:
        """Give the people who hold such a seat on a day, in order of id."""
        return sorted(
            seat.person
            for seat in self.seats
            if seat.role == role
            and seat.department == department
            and seat.start <= day
            and (seat.end is None or day < seat.end)
        )


def staff_of(chance: np.random.Generator, first: date, last: date) -> Staff:
    """Seat 22 designers and 18 operators in four departments, and let four of them move.

    One designer changes department and one operator becomes a designer in the middle of a month, one designer joins
    late, one operator leaves early.
    """
    if not first < _JOINS < _MOVES_DEPARTMENT < _BECOMES_DESIGNER < _LEAVES < last:
        raise ValueError(f"the shop is open from {first} to {last}, but its people move outside of that")
    seats: list[Seat] = []
    pay: dict[str, str] = {}
    for role, letter, names in (("designer", "D", _DESIGNERS), ("operator", "O", _OPERATORS)):
        for number, name in enumerate(names):
            person = f"{letter}{number + 1:02}"
            place = number % len(_DEPARTMENTS)
            seats.append(
                Seat(
                    person=person,
                    role=role,
                    start=first,
                    end=None,
                    name=name,
                    department=_DEPARTMENTS[place],
                    team=f"{_DEPARTMENTS[place]}{1 + number // len(_DEPARTMENTS) % 2}组",
                )
            )
            pay[person] = f"{int(chance.integers(16, 38)) * 500 + int(chance.integers(0, 2)) * 66}.{number % 4 * 25:02}"
    return Staff(tuple(moved for seat in seats for moved in _moved(seat)), pay)


def _moved(seat: Seat) -> tuple[Seat, ...]:
    match seat.person:
        case "D05":
            there = replace(seat, start=_MOVES_DEPARTMENT, department="家居", team="家居1组")
            return replace(seat, end=_MOVES_DEPARTMENT), there
        case "O03":
            return replace(seat, end=_BECOMES_DESIGNER), replace(seat, start=_BECOMES_DESIGNER, role="designer")
        case "D09":
            return (replace(seat, start=_JOINS),)
        case "O08":
            return (replace(seat, end=_LEAVES),)
        case _:
            return (seat,)


_SHARES = (("1",), ("1/2", "1/2"), ("0.6", "0.4"), ("1/3", "1/3", "1/3"), ("70%",))
_HOW_OFTEN = (0.68, 0.12, 0.10, 0.07, 0.03)
"""How often designers share an item in each of these ways; the last leaves a rest that is credited to nobody."""


def _least_busy(chance: np.random.Generator, people: Sequence[str], made: Sequence[Credit], day: date) -> list[str]:
    """Put people in order of how many items they have on a day, ties by lot."""
    busy = Counter(credit.person for credit in made if credit.start <= day < credit.end)
    lot = chance.permutation(len(people)).tolist()
    return [person for _, _, person in sorted((busy[person], lot[at], person) for at, person in enumerate(people))]


def work_of(
    chance: np.random.Generator, staff: Staff, items: int, first: date, days: int
) -> tuple[tuple[str, ...], tuple[Credit, ...]]:
    """Give every item its designers and operators; one in eight changes hands from one operator to another."""
    item_ids = tuple(f"{'poster' if number % 3 else 'page'}-{number + 1:03}" for number in range(items))
    made: list[Credit] = []

    def give(item: str, role: str, department: str, start: date, end: date, shares: Sequence[str]) -> None:
        people = _least_busy(chance, staff.holding(role, department, start), made, start)
        made.extend(
            Credit(person=person, role=role, item=item, share=share, start=start, end=end)
            for person, share in zip(people, shares, strict=False)
        )

    for number, item in enumerate(item_ids):
        department = _DEPARTMENTS[int(chance.choice(len(_DEPARTMENTS), p=(0.27, 0.27, 0.23, 0.23)))]
        opens = max(number * (days + 40) // items - 52 + int(chance.integers(0, 12)), 0)
        start = first + timedelta(days=opens)
        end = first + timedelta(days=min(opens + int(chance.integers(40, 80)), days))
        shares = _SHARES[int(chance.choice(len(_SHARES), p=_HOW_OFTEN))]
        give(item, "designer", department, start, end, shares)
        handed = start + (end - start) // 2
        if number % 8 == 0 and handed > start:
            give(item, "operator", department, start, handed, ("1",))
            give(item, "operator", department, handed, end, ("1",))
        else:
            give(item, "operator", department, start, end, ("1/2", "1/2") if number % 5 == 0 else ("1",))
    return item_ids, tuple(made)
