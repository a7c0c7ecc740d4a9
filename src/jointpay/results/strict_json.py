"""Stored results, read strictly: what does not fit is refused with the path at which it stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.money.number import shown

__all__ = ["Node", "refuse", "root"]


def refuse(source: str, path: str, message: str) -> NoReturn:
    """Raise the one error of a stored result that cannot be read."""
    place = Place(source=source, path=path)
    raise DataError([Finding(code="stored_result", severity="error", message=message, place=place)])


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON value, and where it stands."""

    value: Any
    source: str
    path: str

    def refuse(self, message: str) -> NoReturn:
        """Say what is wrong here."""
        refuse(self.source, self.path, message)

    def _wrong(self, allowed: str) -> NoReturn:
        self.refuse(f"{shown(self.value)} is not what belongs here; allowed: {allowed}")

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
        return tuple(Node(self.value[name], self.source, f"{self.path}.{name}".lstrip(".")) for name in names)

    def each(self, *, count: int | None = None) -> "Iterator[Node]":
        """Go through a list, which must be `count` long where that is given."""
        if not isinstance(self.value, list):
            self._wrong("a list")
        if count is not None and len(self.value) != count:
            self.refuse(f"a list of {len(self.value)}; allowed: {count} as the plan has it")
        return (Node(value, self.source, f"{self.path}[{place}]") for place, value in enumerate(self.value))

    def mapping(self) -> dict[str, Any]:
        """Take an object, whatever its keys."""
        if not isinstance(self.value, dict):
            self._wrong("an object")
        return self.value

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
        if not isinstance(self.value, list) or not set(map(type, self.value)) <= {int}:
            self.refuse("this is not a list of whole numbers; allowed: [1, 2, 3]")
        if count is not None and len(self.value) != count:
            self.refuse(f"{len(self.value)} numbers; allowed: {count}, one for every row")
        limits = np.iinfo(dtype)
        smallest = int(limits.min) if low is None else low
        largest = int(limits.max) if below is None else below - 1
        for extreme in (min(self.value), max(self.value)) if self.value else ():
            if not smallest <= extreme <= largest:
                self.refuse(f"{shown(extreme)} is out of range; allowed: {smallest} to {largest}")
        found = np.array(self.value, dtype=dtype)
        found.flags.writeable = False
        return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a whole number, and stored results hold no others")


def root(text: str, source: str) -> Node:
    """Parse a stored result; refuses what is not JSON, repeated keys and numbers that are not whole."""
    try:
        tree = json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as refused:
        refuse(source, "", f"cannot be read as a stored result: {refused}; next: check that the file is complete")
    return Node(tree, source, "")
