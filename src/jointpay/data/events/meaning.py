"""What a plan wants to know of raw events: which columns, kinds, channels and flags it reads, and what each means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jointpay.data.cell_complaints import TOTAL_WORDS
from jointpay.data.cell_values import Refusal, read_id
from jointpay.data.events.closed_days import Closed
from jointpay.data.problems import shown
from jointpay.data.table import nearest
from jointpay.data.table_problems import TableProblems
from jointpay.plan.plan import Plan
from jointpay.plan.totals import CountTotal, OncePer, SumTotal, Total, ValueLimit

__all__ = ["EventMeaning", "column_names", "event_meaning", "kinds_of", "once_per"]


@dataclass(frozen=True, slots=True)
class EventMeaning:
    """What the plan, and the run, read of events."""

    kinds: frozenset[str]
    """Kinds that some total names."""
    ignored: frozenset[str]
    """Kinds that may occur and mean nothing."""
    valued_kinds: frozenset[str]
    """Kinds whose every event needs a value."""
    limits: Mapping[str, ValueLimit]
    """Largest plausible value, by kind."""
    flags: tuple[str, ...]
    """Flag columns that some total reads, sorted."""
    known_channels: tuple[str, ...] | None
    """The channels the plan knows; None: any."""
    other_channel: str | None
    needs_channel: bool
    needs_id: bool
    placed_by_touch: frozenset[str]
    """Kinds whose rows count on the items and in the channels of touches; their own are not read."""
    needs_visitor: bool
    """Whether it matters who did what when: the tables of one log are then measured together."""
    needs_order: bool
    leaves_out_empty: bool
    """Whether an event without an item or a channel is left out, and not refused."""
    closed: Closed | None
    """Days whose events do not count any more."""

    def judge_kind(self, label: str) -> str | Refusal:
        """Read a kind of event."""
        if label in self.kinds or label in self.ignored:
            return label
        if not label:
            return Refusal("cell_empty", "the cell is empty; allowed: the kind of the event; next: fill it in")
        if label.casefold() in TOTAL_WORDS:
            return Refusal(
                "total_row", f"{shown(label)} is the label of a total row, not an event; next: drop total rows"
            )
        known = sorted(self.kinds | self.ignored)
        return Refusal(
            "kind_unknown",
            f"{shown(label)} is not a kind of event of the plan{nearest(label, known)}; allowed: "
            f"{', '.join(map(repr, known))}; next: name it in a total, or in events.ignored_kinds",
        )

    def judge_channel(self, label: str) -> str | Refusal:
        """Read a channel; one that the plan does not know may be counted as another."""
        if not label:
            return Refusal("cell_empty", "the cell is empty; allowed: the channel of the event; next: fill it in")
        read = read_id(label)
        if isinstance(read, Refusal) or self.known_channels is None or label in self.known_channels:
            return read
        if self.other_channel is not None:
            return self.other_channel
        return Refusal(
            "channel_unknown",
            f"{shown(label)} is not a channel of the plan{nearest(label, self.known_channels)}; allowed: "
            f"{', '.join(map(repr, self.known_channels))}; next: add it to channels.known, or declare channels.other",
        )


def kinds_of(total: Total) -> tuple[str, ...]:
    """Give the kinds of event that change a total."""
    return (*total.events, *total.minus)


def once_per(total: Total) -> OncePer | None:
    """Give the interval in which a visitor counts once on an item; None where every event counts."""
    return total.once_per if isinstance(total, CountTotal) else None


def event_meaning(plan: Plan, *, closed: Closed | None = None) -> EventMeaning:
    """Gather what all totals of a plan read of events, of which some days may be closed."""
    totals, rule = list(plan.totals.values()), plan.events.attribution
    kinds = frozenset(kind for total in totals for kind in kinds_of(total))
    by_value = [
        total
        for total in totals
        if isinstance(total, SumTotal) or total.where.at_least is not None or total.where.at_most is not None
    ]
    filters = [total.where for total in totals] + ([] if rule is None else [rule.touches.where])
    valued = {kind for total in by_value for kind in kinds_of(total)}
    if rule is not None and (rule.touches.where.at_least is not None or rule.touches.where.at_most is not None):
        valued.update(rule.touches.events)
    return EventMeaning(
        kinds=kinds,
        ignored=frozenset(plan.events.ignored_kinds) - kinds,
        valued_kinds=frozenset(valued),
        limits={kind: limit for kind, limit in plan.events.value_limits.items() if kind in kinds},
        flags=tuple(sorted({flag for where in filters for flag in (*where.flags, *where.without)})),
        known_channels=plan.channels.known if plan.channels is not None else None,
        other_channel=plan.channels.other if plan.channels is not None else None,
        needs_channel=plan.channels is not None or any(where.channels is not None for where in filters),
        needs_id=plan.events.duplicates == "by_event_id",
        placed_by_touch=frozenset() if rule is None else frozenset((*rule.credited, *rule.reversed_by)),
        needs_visitor=rule is not None or any(once_per(total) is not None for total in totals),
        needs_order=rule is not None and bool(rule.reversed_by),
        leaves_out_empty=plan.events.empty_keys == "exclude",
        closed=closed,
    )


def column_names(
    plan: Plan,
    meaning: EventMeaning,
    found: Sequence[str],
    *,
    override: Mapping[str, str] | None,
    problems: TableProblems,
) -> dict[str, str]:
    """Give the column for each meaning, and refuse a table that lacks one.

    The columns of channels and values are needed only where the plan reads them; a flag column has the flag's own name.
    """
    named = dict(plan.events.columns)
    if not meaning.needs_visitor:
        del named["visitor"]
    if not meaning.needs_order:
        del named["order"]
    for key, column in (override or {}).items():
        if key not in named:
            told = f"columns names {key!r}{nearest(key, list(named))}; allowed: {', '.join(named)}"
            problems.refuse("column_meaning", told)
        named[key] = column
    fields = ("event_id", "time", "item", "channel", "kind", "value", "visitor", "order")
    needed = [name for name in fields if _is_needed(name, meaning)]
    names = {name: named[name] for name in needed}
    names.update({f"flag {flag}": flag for flag in meaning.flags})
    if "channel" not in names and named["channel"] in found:
        names["channel"] = named["channel"]
    for name, column in names.items():
        if column not in found:
            others = [other for other in found if other not in names.values()]
            joined = any(mark in column for column in found for mark in ";\t|") and len(found) == 1
            problems.refuse(
                "column_missing",
                f"column {column!r} ({name}) is missing{nearest(column, others)}; expected: {', '.join(names.values())}; "
                f"found: {', '.join(map(shown, found))}; next: "
                + (
                    "save it with commas between the cells"
                    if joined
                    else "rename it, or name the column in events.columns of the plan"
                    if name != "event_id"
                    else "rename it, or state events.duplicates: not_checked in the plan"
                ),
                row=1,
            )
    problems.stop()
    ignored = [column for column in found if column not in names.values()]
    if ignored:
        problems.note("column_ignored", "info", f"columns that are not read: {', '.join(map(shown, ignored))}")
    return names


def _is_needed(name: str, meaning: EventMeaning) -> bool:
    match name:
        case "event_id":
            return meaning.needs_id
        case "channel":
            return meaning.needs_channel
        case "value":
            return bool(meaning.valued_kinds or meaning.limits)
        case "visitor":
            return meaning.needs_visitor
        case "order":
            return meaning.needs_order
        case _:
            return True
