"""The digest of a dataset: of what it says, not of how it was written down."""

import math
import operator
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.data.credits import Credits
from jointpay.data.digest import ContentDigest
from jointpay.data.facts import Facts
from jointpay.data.occurring import occurring_codes
from jointpay.data.ordering import sorting
from jointpay.data.people import People
from jointpay.data.targets import TargetTable
from jointpay.money.number import decimal_text

__all__ = ["content_digest"]

_KIND = "jointpay dataset 1"


def content_digest(*, facts: Facts, credits: Credits, people: People, targets: Mapping[str, TargetTable]) -> str:  # noqa: A002 - as in `dataset`
    """Give the sha256 of the content, in hexadecimal.

    Every label is written out and rows are sorted by their labels, so neither the order of rows nor how labels were
    coded matters; shares are over their least common denominator. What the source was called, how many rows were read
    and which library they came in is not content.
    """
    digest = ContentDigest(_KIND)
    _add_facts(digest, facts)
    _add_credits(digest, credits)
    _add_people(digest, people)
    _add_targets(digest, targets)
    return digest.hexdigest()


def _canonical(codes: NDArray[np.int32], ids: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Code labels by their place among those that occur, sorted; -1 stays."""
    used = occurring_codes(codes)
    if len(used) == len(ids) and all(map(operator.lt, ids, ids[1:])):
        return codes, list(ids)
    occurring = sorted({ids[code] for code in used})
    place = {label: at for at, label in enumerate(occurring)}
    recode = np.full(len(ids) + 1, -1, np.int32)
    for code in used:
        recode[code] = place[ids[code]]
    return recode[codes], occurring


def _add_rows(digest: ContentDigest, columns: Sequence[NDArray[np.integer]]) -> None:
    """Add rows in sorted order, a column at a time; the first column sorts first."""
    order = slice(None) if _in_order(columns) else sorting(columns)
    for column in columns:
        digest.numbers(column[order])


def _in_order(columns: Sequence[NDArray[np.integer]]) -> bool:
    """Tell whether rows are sorted already, which is much faster than sorting them."""
    tied = np.ones(max(len(columns[0]) - 1, 0), np.bool_)
    for column in columns:
        if np.any(tied & (column[:-1] > column[1:])):
            return False
        tied &= column[:-1] == column[1:]
        if not tied.any():
            break
    return True


def _add_facts(digest: ContentDigest, facts: Facts) -> None:
    items, item_ids = _canonical(facts.items, facts.item_ids)
    channels, channel_ids = _canonical(facts.channels, facts.channel_ids)
    names = sorted(facts.totals)
    digest.texts(["facts", *names])
    digest.texts(item_ids)
    digest.texts(channel_ids)
    several = [] if facts.ends is None else [facts.ends]
    if several:
        digest.texts(["ends"])
    _add_rows(digest, [facts.days, items, channels, *several, *(facts.totals[name] for name in names)])
    excluded = sorted(facts.excluded, key=lambda exclusion: exclusion.reason)
    digest.texts(exclusion.reason for exclusion in excluded)
    digest.texts(str(exclusion.rows) for exclusion in excluded)
    for exclusion in excluded:
        digest.texts(sorted(exclusion.totals))
        digest.texts(str(exclusion.totals[name]) for name in sorted(exclusion.totals))


def _add_credits(digest: ContentDigest, edges: Credits) -> None:
    persons, person_ids = _canonical(edges.persons, edges.person_ids)
    roles, role_ids = _canonical(edges.roles, edges.role_ids)
    items, item_ids = _canonical(edges.items, edges.item_ids)
    common = math.gcd(edges.share_denominator, int(np.gcd.reduce(edges.shares, initial=0)))
    digest.texts(["credits", str(edges.share_denominator // common)])
    for ids in (person_ids, role_ids, item_ids):
        digest.texts(ids)
    _add_rows(digest, [persons, roles, items, edges.starts, edges.ends, edges.shares // common])


def _add_people(digest: ContentDigest, people: People) -> None:
    persons, person_ids = _canonical(people.persons, people.person_ids)
    roles, role_ids = _canonical(people.roles, people.role_ids)
    columns = sorted(people.groups)
    groups = {name: _canonical(people.groups[name], people.group_values[name]) for name in columns}
    digest.texts(["people", *columns])
    for ids in (person_ids, role_ids, *(groups[name][1] for name in columns)):
        digest.texts(ids)
    _add_rows(digest, [persons, people.starts, people.ends, roles, *(groups[name][0] for name in columns)])
    digest.texts(text for named in sorted(people.names.items()) for text in named)


def _add_targets(digest: ContentDigest, targets: Mapping[str, TargetTable]) -> None:
    digest.texts(["targets", *sorted(targets)])
    for _, table in sorted(targets.items()):
        rows = sorted(table.values.items())
        digest.texts(table.keys)
        digest.texts(decimal_text(value) for _, value in rows)
        for column in range(len(table.keys)):
            digest.texts(key[column] for key, _ in rows)
