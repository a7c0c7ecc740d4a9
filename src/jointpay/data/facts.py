"""Facts: totals per day, item and channel, summed by others or measured here; merged by addition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import lt
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from jointpay.data.frozen import frozen
from jointpay.data.occurring import occurring_codes
from jointpay.data.ordering import packed, sorting
from jointpay.engine.exact import exact_sum
from jointpay.errors import MismatchError, TooLargeError
from jointpay.findings import Finding

__all__ = ["Exclusion", "Facts", "input_totals", "less_facts", "merge_facts", "summed_facts"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that were read but do not count, with what they would have added to every total.

    The reason `value_cap` is the exception: its rows count, as the cap, and the totals are what the cap took from them.
    """

    reason: str
    rows: int
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Totals per day x item x channel, sorted by (day, item, channel, end), each combination once.

    Shapes: F facts. `item_ids` and `channel_ids` are sorted by code point, and hold only labels that occur.
    """

    days: NDArray[np.int32]
    """(F,) day number since 1970-01-01 in the plan's zone."""
    items: NDArray[np.int32]
    """(F,) index into `item_ids`."""
    channels: NDArray[np.int32]
    """(F,) index into `channel_ids`."""
    totals: Mapping[str, NDArray[np.int64]]
    """By name of the plan's total: (F,) whole numbers in the smallest unit."""
    item_ids: tuple[str, ...]
    channel_ids: tuple[str, ...]
    excluded: tuple[Exclusion, ...]
    """What was read and left out, by reason, sorted by reason. Input = sum of facts + sum of excluded, per total."""
    rows_read: int
    """Rows of input behind these facts."""
    ends: NDArray[np.int32] | None = None
    """(F,) the day after the last day of each fact; None: each fact is of one day."""
    backend: str | None = None
    """Name of the dataframe library the input came in, so that results can be given back in the same kind."""
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the tables these facts came from; nothing in it stops a run."""

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.facts_line(self)

    def _repr_html_(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - the same

        return display.facts_html(self)


def input_totals(facts: Facts) -> dict[str, int]:
    """Sum up what was read, by name: the number of `rows`, and every total of the plan, what was excluded included."""
    totals = {
        name: int(total.sum()) + sum(left.totals[name] for left in facts.excluded)
        for name, total in facts.totals.items()
    }
    return {"rows": facts.rows_read} | totals


def summed_facts(
    *,
    days: NDArray[np.int32],
    items: NDArray[np.int32],
    channels: NDArray[np.int32],
    totals: Mapping[str, NDArray[np.int64]],
    item_ids: Sequence[str],
    channel_ids: Sequence[str],
    ends: NDArray[np.int32] | None = None,
) -> Facts:
    """Add up rows of the same day, item, channel and end, and put them into the one order facts have.

    Labels may repeat and need no order; only those that occur are kept.
    """
    items, item_names = _recoded(items, item_ids)
    channels, channel_names = _recoded(channels, channel_ids)
    for name, total in totals.items():
        largest = max(int(total.max(initial=0)), -int(total.min(initial=0)))
        # The sum of magnitudes bounds every sum of some of the rows; it is only taken where the quick bound fails.
        if largest * max(len(total), 1) >= 2**63 and exact_sum(np.abs(total)) >= 2**63:
            raise TooLargeError(
                f"total {name!r}: {len(total)} rows with numbers up to {largest} could sum to more than 2**63"
            )
    keys = [days, items, channels, *([] if ends is None else [ends])]
    sums = dict(totals)
    found = packed(keys)
    if found is None or not np.all(found[0][1:] > found[0][:-1]):
        order = sorting(keys)
        keys = [codes.take(order) for codes in keys]
        sums = {name: total.take(order) for name, total in sums.items()}
        starts = np.zeros(len(order), np.bool_)
        starts[:1] = True
        for codes in keys:
            starts[1:] |= codes[1:] != codes[:-1]
        if not starts.all():
            first = np.flatnonzero(starts)
            keys = [codes[first] for codes in keys]
            sums = {name: np.add.reduceat(total, first) for name, total in sums.items()}
    return Facts(
        days=frozen(keys[0]),
        items=frozen(keys[1]),
        channels=frozen(keys[2]),
        totals=MappingProxyType({name: frozen(total) for name, total in sums.items()}),
        ends=None if ends is None or (keys[3] == keys[0] + 1).all() else frozen(keys[3]),
        item_ids=item_names,
        channel_ids=channel_names,
        excluded=(),
        rows_read=len(days),
    )


def _recoded(codes: NDArray[np.int32], ids: Sequence[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Code labels by their place among those that occur, sorted by code point."""
    used = occurring_codes(codes)
    named = [ids[code] for code in used]
    if len(named) == len(ids) and all(map(lt, named, named[1:])):
        return codes, tuple(named)
    occurring = sorted(set(named))
    place = {label: at for at, label in enumerate(occurring)}
    recode = np.zeros(len(ids) + 1, np.int32)
    recode[used] = [place[label] for label in named]
    return recode[codes], tuple(occurring)


def merge_facts(*facts: Facts) -> Facts:
    """Add facts up: the totals of every day, item and channel, the excluded by reason, and the rows read.

    The result is the same whatever the order of the parts and however the events were split into them, except that a
    repetition of one event in two parts cannot be seen here; `measure` a list of files to have it refused.

    Raises `MismatchError` for no facts at all and for facts of different totals, `TooLargeError` where a sum could pass
    2**63.
    """
    if not facts:
        raise MismatchError("there are no facts to merge; allowed: one Facts or more")
    names = set(facts[0].totals)
    for part in facts[1:]:
        if set(part.totals) != names:
            raise MismatchError(
                f"facts of different totals: {', '.join(sorted(names))} and {', '.join(sorted(part.totals))}; "
                f"next: measure or read all of them with one plan"
            )
    items_before = np.cumsum([0, *(len(part.item_ids) for part in facts)]).tolist()
    channels_before = np.cumsum([0, *(len(part.channel_ids) for part in facts)]).tolist()
    summed = summed_facts(
        days=np.concatenate([part.days for part in facts]),
        items=np.concatenate([part.items + shift for part, shift in zip(facts, items_before, strict=False)]),
        channels=np.concatenate([part.channels + shift for part, shift in zip(facts, channels_before, strict=False)]),
        totals={name: np.concatenate([part.totals[name] for part in facts]) for name in facts[0].totals},
        item_ids=[label for part in facts for label in part.item_ids],
        channel_ids=[label for part in facts for label in part.channel_ids],
        ends=np.concatenate([_ends(part) for part in facts]) if any(part.ends is not None for part in facts) else None,
    )
    notes = {str(note): note for part in facts for note in part.notes}
    return replace(
        summed,
        excluded=_excluded_together(facts),
        rows_read=sum(part.rows_read for part in facts),
        backend=next((part.backend for part in facts if part.backend is not None), None),
        notes=tuple(note for _, note in sorted(notes.items())),
    )


def less_facts(facts: Facts, part: Facts) -> Facts:
    """Take facts away from facts that hold them: their totals, what was excluded with them, and their rows.

    Days, items and channels that are left with nothing stay, as facts of zeros.
    """
    negative = replace(part, totals={name: -total for name, total in part.totals.items()})
    others = {left.reason: left for left in part.excluded}
    excluded = []
    for left in facts.excluded:
        other = others.get(left.reason, Exclusion(left.reason, 0, dict.fromkeys(left.totals, 0)))
        totals = {name: number - other.totals[name] for name, number in left.totals.items()}
        if left.rows > other.rows:
            excluded.append(Exclusion(left.reason, left.rows - other.rows, MappingProxyType(totals)))
    summed = merge_facts(replace(facts, excluded=()), replace(negative, excluded=()))
    return replace(summed, excluded=tuple(excluded), rows_read=facts.rows_read - part.rows_read, backend=facts.backend)


def _ends(facts: Facts) -> NDArray[np.int32]:
    return facts.days + np.int32(1) if facts.ends is None else facts.ends


def _excluded_together(facts: Sequence[Facts]) -> tuple[Exclusion, ...]:
    by_reason: dict[str, list[Exclusion]] = {}
    for part in facts:
        for exclusion in part.excluded:
            by_reason.setdefault(exclusion.reason, []).append(exclusion)
    return tuple(
        Exclusion(
            reason=reason,
            rows=sum(exclusion.rows for exclusion in listed),
            totals=MappingProxyType(
                {name: sum(exclusion.totals[name] for exclusion in listed) for name in facts[0].totals}
            ),
        )
        for reason, listed in sorted(by_reason.items())
    )
