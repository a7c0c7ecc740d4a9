"""Ids that are not equal and look as if they were meant to be: told, and never merged."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet

from jointpay.data.problems import MOST_TOLD, shown
from jointpay.findings import Finding, Place

__all__ = ["confusable_ids"]

Tables = Sequence[tuple[str, Collection[str]]]
"""Names of tables and the ids in them; two tables may have one name."""

_LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһкмтнвαορντικχβε", "aeopcyxijsdhkmthbaopvtikxbe")
"""Small Cyrillic and Greek letters, and the Latin ones they look like, here or as capitals."""


def confusable_ids(what: str, tables: Tables) -> Iterator[Finding]:
    """Give a finding for every set of ids that look alike, over all tables, and for every id of mixed alphabets.

    Numbers that differ in leading zeros and never stand in one table are an error, because one of the tables has lost
    them (00123 became 123). All others are warnings, as is an id that mixes Latin letters with Cyrillic or Greek ones
    that look Latin. At most a thousand of each are told.
    """
    # Two tables often hold the same ids, which is told sooner than that each of them is known.
    labels: set[str] = set().union(*(ids for at, (_, ids) in enumerate(tables) if not at or ids != tables[at - 1][1]))
    if _surely_differ(labels):
        return
    tables = [(source, frozenset(ids)) for source, ids in tables]
    yield from _alike(what, labels, tables)
    mixed = sorted(label for label in labels if not label.isascii() and _mixes(label))
    for label in mixed[:MOST_TOLD]:
        yield Finding(
            code="id_mixes_alphabets",
            severity="warning",
            message=f"{what} id {_spelled(label)} mixes Latin letters with others that look Latin; it equals no id "
            f"written in Latin letters alone; next: check that it is meant",
            place=Place(source=_sources(tables, [label])),
        )


def _surely_differ(labels: AbstractSet[str]) -> bool:
    """Tell, in one step for all of them, whether labels are plain ones of which no two look alike."""
    joined = "\n".join(labels)
    if not joined.isascii() or joined.count("\n") != max(len(labels) - 1, 0):
        return False
    folded = joined.lower().replace(" ", "")
    alike = folded.split("\n")
    if "\n0" in f"\n{folded}":
        alike = [(label.lstrip("0") or "0") if label[:1] == "0" and label.isdecimal() else label for label in alike]
    return len(set(alike)) == len(labels)


def _alike(what: str, labels: set[str], tables: Tables) -> Iterator[Finding]:
    likenesses = list(map(_likeness, labels))
    if len(set(likenesses)) == len(likenesses):
        return  # which is the rule, and there may be a hundred thousand of them
    by_likeness: dict[str, list[str]] = {}
    for label, likeness in zip(labels, likenesses, strict=True):
        by_likeness.setdefault(likeness, []).append(label)
    several = sorted(sorted(alike) for alike in by_likeness.values() if len(alike) > 1)
    for alike in several[:MOST_TOLD]:
        told = ", ".join(f"{_spelled(label)} in {_sources(tables, [label])}" for label in alike)
        lost = all(label.isdecimal() for label in alike) and not any(
            sum(label in ids for label in alike) > 1 for _, ids in tables
        )
        yield Finding(
            code="ids_lost_zeros" if lost else "ids_look_alike",
            severity="error" if lost else "warning",
            message=f"{what} ids that look alike and are not equal: {told}; they are never merged; next: "
            + ("read the column as text (dtype=str) where the zeros were lost" if lost else "check that all are meant"),
            place=Place(source=_sources(tables, alike)),
        )


def _likeness(label: str) -> str:
    """Give what ids that look alike have in common: no case, width, accents' form, spaces, alphabets, leading zeros."""
    if label.isascii():
        label = label.lower()
    else:
        label = label.casefold()
        label = unicodedata.normalize("NFKC", label).casefold().translate(_LOOK_ALIKE)
    if " " in label:
        label = label.replace(" ", "")
    return (label.lstrip("0") or "0") if label.isdecimal() else label


def _mixes(label: str) -> bool:
    folded = label.casefold()
    return any(ord(char) in _LOOK_ALIKE for char in folded) and any("a" <= char <= "z" for char in folded)


def _sources(tables: Tables, labels: Sequence[str]) -> str:
    """Name the tables that hold any of the ids, each name once."""
    return " and ".join(dict.fromkeys(source for source, ids in tables if not set(labels).isdisjoint(ids)))


def _spelled(label: str) -> str:
    """Write an id so that look-alikes can be told apart."""
    return shown(label) if label.isascii() else f"{shown(label)} ({label!a})"
