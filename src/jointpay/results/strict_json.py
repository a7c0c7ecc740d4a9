"""Stored results, read strictly: what does not fit is refused with the path at which it stands."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import span
from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.money.number import shown
from jointpay.results.number_text import numbers_of

__all__ = ["Node", "refuse", "root"]


def refuse(source: str, path: str, message: str) -> NoReturn:
    """Raise the one error of a stored result that cannot be read."""
    place = Place(source=source, path=path)
    raise DataError([Finding(code="stored_result", severity="error", message=message, place=place)])


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON value, and where it stands."""

    value: Any
    """[k] stands for the k-th of `lists`."""
    source: str
    path: str
    lists: Sequence[NDArray[np.int64] | list[int]]
    """Every list of nothing but whole numbers, as an array where it was written as `numbers_of` reads it."""

    def at(self, path: str) -> "Node":
        """Give the same value under another path."""
        return Node(self.value, self.source, path, self.lists)

    def _listed(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give the value, a list of whole numbers in its place."""
        return _with_list(self.value, self.lists)

    def whole_tree(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give the value with every list of whole numbers in its place."""
        return _with_lists(self.value, self.lists)

    def refuse(self, message: str) -> NoReturn:
        """Say what is wrong here."""
        refuse(self.source, self.path, message)

    def _wrong(self, allowed: str) -> NoReturn:
        self.refuse(f"{shown(self._listed())} is not what belongs here; allowed: {allowed}")

    def fields(self, *names: str) -> "tuple[Node, ...]":
        """Take an object with exactly these keys apart, in the order asked for."""
        if not isinstance(self.value, dict):
            self._wrong(f"an object with the keys {', '.join(names)}")
        missing = [name for name in names if name not in self.value]
        unknown = [shown(name) for name in self.value if name not in names]
        if missing or unknown:
            told = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(unknown)}"] * bool(
                unknown
            )
            self.refuse(f"the keys do not fit; {'; '.join(told)}; allowed: {', '.join(names)}")
        return tuple(
            Node(self.value[name], self.source, f"{self.path}.{name}".lstrip("."), self.lists) for name in names
        )

    def each(self, *, count: int | None = None) -> "Iterator[Node]":
        """Go through a list, which must be `count` long where that is given."""
        value = self._listed()
        if not isinstance(value, list):
            self._wrong("a list")
        if count is not None and len(value) != count:
            self.refuse(f"a list of {len(value)}; allowed: {count} as the plan has it")
        return (Node(each, self.source, f"{self.path}[{place}]", self.lists) for place, each in enumerate(value))

    def mapping(self) -> dict[str, Any]:
        """Take an object, whatever its keys."""
        if not isinstance(self.value, dict):
            self._wrong("an object")
        whole: dict[str, Any] = self.whole_tree()
        return whole

    def text(self) -> str:
        """Take text."""
        if not isinstance(self.value, str):
            self._wrong("text")
        return self.value

    def exactly(self, wanted: object) -> None:
        """Take one value and no other."""
        if type(self.value) is not type(wanted) or self.value != wanted:
            self._wrong(repr(wanted))

    def texts(self) -> tuple[str, ...]:
        """Take a list of text."""
        return tuple(node.text() for node in self.each())

    def whole(self) -> int:
        """Take a whole number."""
        if type(self.value) is not int:
            self._wrong("a whole number")
        return self.value

    def denominator(self) -> int:
        """Take the number below the line of a fraction."""
        if self.whole() < 1:
            self.refuse(f"{self.value} is not a denominator; allowed: 1 or more")
        return self.whole()

    def array(
        self,
        dtype: type[np.signedinteger[Any]],
        *,
        count: int | None = None,
        low: int | None = None,
        below: int | None = None,
    ) -> NDArray[Any]:
        """Take a list of whole numbers as a read-only array; `low` <= each < `below` where these are given."""
        if not _stands_for_list(self.value):
            self.refuse("this is not a list of whole numbers; allowed: [1, 2, 3]")
        listed = self.lists[self.value[0]]
        if count is not None and len(listed) != count:
            self.refuse(f"{len(listed)} numbers; allowed: {count}, one for every row")
        limits = np.iinfo(dtype)
        smallest = int(limits.min) if low is None else low
        largest = int(limits.max) if below is None else below - 1
        for extreme in _extremes(listed):
            if not smallest <= extreme <= largest:
                self.refuse(f"{shown(extreme)} is out of range; allowed: {smallest} to {largest}")
        found = np.array(listed, dtype=dtype)
        found.flags.writeable = False
        return found


def _extremes(listed: NDArray[np.int64] | list[int]) -> tuple[int, ...]:
    """Give the smallest and the largest number, none for none."""
    if not len(listed):
        return ()
    return span(listed) if isinstance(listed, np.ndarray) else (min(listed), max(listed))


def _stands_for_list(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is int


def _with_list(value: Any, lists: Sequence[NDArray[np.int64] | list[int]]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not _stands_for_list(value):
        return value
    found = lists[value[0]]
    return found.tolist() if isinstance(found, np.ndarray) else found


def _with_lists(value: Any, lists: Sequence[NDArray[np.int64] | list[int]]) -> Any:  # noqa: ANN401 - whatever JSON holds
    match value:
        case dict():
            return {key: _with_lists(each, lists) for key, each in value.items()}
        case list() if not _stands_for_list(value):
            return [_with_lists(each, lists) for each in value]
        case _:
            return _with_list(value, lists)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a whole number, and stored results hold no others")


_TEXT_OR_NUMBERS = re.compile(r'"(?:[^"\\]|\\.)*"|\[[0-9,\s-]*\]')
"""Text, whatever is written in it, or a list of nothing but whole numbers."""


def root(text: str, source: str) -> Node:
    """Parse a stored result; refuses what is not JSON, repeated keys and numbers that are not whole.

    Lists of whole numbers, which are nearly everything, are read apart, as arrays.
    """
    lists: list[NDArray[np.int64] | list[int]] = []

    def set_aside(match: re.Match[str]) -> str:
        found = match.group()
        if found[0] == '"':
            return found
        numbers = numbers_of(found)
        lists.append(json.loads(found) if numbers is None else numbers)
        # Lists of one number are set aside, too, so that this can be no other.
        return f"[{len(lists) - 1}]"

    try:
        tree = json.loads(
            _TEXT_OR_NUMBERS.sub(set_aside, text),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (ValueError, RecursionError) as refused:
        refuse(source, "", f"cannot be read as a stored result: {refused}; next: check that the file is complete")
    return Node(tree, source, "", lists)
