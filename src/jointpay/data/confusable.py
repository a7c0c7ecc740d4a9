"""Ids that are not equal and look as if they were meant to be: told, and never merged."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping

from jointpay.data.problems import MOST_TOLD, shown
from jointpay.findings import Finding, Place

__all__ = ["confusable_ids"]

_LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһкмтнвαορντικχβε", "aeopcyxijsdhkmthbaopvtikxbe")
"""Small Cyrillic and Greek letters, and the Latin ones they look like, here or as capitals."""


def _likeness(label: str) -> str:
    """Give what ids that look alike have in common: no case, width, accents' form, spaces, alphabets, leading zeros."""
    if not label.isascii():
        label = unicodedata.normalize("NFKC", label).casefold().translate(_LOOK_ALIKE)
    label = "".join(label.casefold().split())
    return (label.lstrip("0") or "0") if label.isdecimal() else label


def confusable_ids(what: str, tables: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Give a finding for every set of ids that look alike, over all tables: ids by name of the table.

    Numbers that differ in leading zeros and never stand in one table are an error, because one of the tables has lost
    them (00123 became 123). All others are warnings. At most a thousand are told.
    """
    alike: dict[str, set[str]] = {}
    for label in set().union(*tables.values()):
        alike.setdefault(_likeness(label), set()).add(label)
    several = sorted(sorted(labels) for labels in alike.values() if len(labels) > 1)
    for labels in several[:MOST_TOLD]:
        told = ", ".join(
            f"{_spelled(label)} in {' and '.join(source for source, ids in tables.items() if label in ids)}"
            for label in labels
        )
        lost = all(label.isdecimal() for label in labels) and not any(
            sum(label in ids for label in labels) > 1 for ids in tables.values()
        )
        yield Finding(
            code="ids_lost_zeros" if lost else "ids_look_alike",
            severity="error" if lost else "warning",
            message=f"{what} ids that look alike and are not equal: {told}; they are never merged; next: "
            + ("read the column as text (dtype=str) where the zeros were lost" if lost else "check that all are meant"),
            place=Place(
                source=" and ".join(source for source in tables if any(label in tables[source] for label in labels))
            ),
        )


def _spelled(label: str) -> str:
    """Write an id so that look-alikes can be told apart."""
    return shown(label) if label.isascii() else f"{shown(label)} ({label!a})"
