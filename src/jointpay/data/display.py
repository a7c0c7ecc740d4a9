"""How tables that were read show themselves. Pay bases show how many they are, and no amount."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from jointpay.data.base_pay import BasePay
from jointpay.data.credits import Credits
from jointpay.data.dataset import Dataset
from jointpay.data.facts import Facts
from jointpay.data.people import People
from jointpay.data.targets import TargetTable
from jointpay.display import cell_text, counted, html_note, html_table
from jointpay.engine.exact import exact_sum
from jointpay.findings import Findings
from jointpay.plan.calendar import day_text

__all__ = [
    "base_pay_line",
    "credits_line",
    "dataset_html",
    "dataset_line",
    "facts_html",
    "facts_line",
    "people_line",
    "targets_line",
]


def _span(starts: NDArray[np.int32], ends: NDArray[np.int32]) -> str:
    """Write the days of a table; a table without rows has none."""
    return f", {day_text(int(starts.min()))} to {day_text(int(ends.max()) - 1)}" if len(starts) else ""


def _ends(facts: Facts) -> NDArray[np.int32]:
    return facts.days + 1 if facts.ends is None else facts.ends


def facts_line(facts: Facts) -> str:
    """Say in one line what the facts are."""
    parts = (
        counted(len(facts.days), "row"),
        counted(len(facts.item_ids), "item"),
        counted(len(facts.channel_ids), "channel"),
    )
    return f"<Facts: {', '.join(parts)}{_span(facts.days, _ends(facts))}; totals {', '.join(facts.totals)}>"


def facts_html(facts: Facts) -> str:
    """Write the first and last facts, their sums, and what was left out."""
    ends, names = _ends(facts), tuple(facts.totals)

    def row(place: int) -> Iterable[object]:
        first, last = day_text(int(facts.days[place])), day_text(int(ends[place]) - 1)
        return (
            first if first == last else f"{first} to {last}",
            facts.item_ids[facts.items[place]],
            facts.channel_ids[facts.channels[place]],
            *(f"{int(facts.totals[name][place]):,}" for name in names),
        )

    left_out = "".join(html_note(f"left out: {counted(left.rows, 'row')}, {left.reason}") for left in facts.excluded)
    sums = (f"{exact_sum(facts.totals[name]):,}" for name in names)
    table = html_table(
        ("day", "item", "channel", *names),
        len(facts.days),
        row,
        caption=facts_line(facts)[1:-1],
        right=names,
        foot=("sum", "", "", *sums),
    )
    return table + left_out


def people_line(people: People) -> str:
    """Say in one line who was read."""
    parts = (counted(len(people.persons), "seat"), f"of {counted(len(people.person_ids), 'person')}")
    groups = f"; groups {', '.join(people.groups)}" if people.groups else ""
    return f"<People: {' '.join(parts)}{groups}>"


def credits_line(credit: Credits) -> str:
    """Say in one line which credits were read."""
    who = f"{counted(len(credit.person_ids), 'person')} on {counted(len(credit.item_ids), 'item')}"
    return f"<Credits: {counted(len(credit.persons), 'credit')} of {who}>"


def targets_line(targets: Mapping[str, TargetTable]) -> str:
    """Say in one line which targets were read."""
    found = ", ".join(f"{name} ({len(table.values)})" for name, table in targets.items())
    return f"<Targets: {found or 'none'}>"


def base_pay_line(base_pay: BasePay) -> str:
    """Say in one line how many amounts were read, and none of them."""
    return (
        f"<BasePay: {counted(len(base_pay.amounts), 'amount')} in {base_pay.currency}, digest {base_pay.digest[:12]}>"
    )


def _tables(data: Dataset) -> list[str]:
    lines = [facts_line(data.facts), credits_line(data.credits), people_line(data.people)]
    return [*lines, targets_line(data.targets)] if data.targets else lines


def dataset_line(data: Dataset) -> str:
    """Say in one line what the dataset holds."""
    told = "; ".join(line[1:-1] for line in _tables(data))
    return f"<Dataset of plan {data.plan_digest[:12]}, digest {data.digest[:12]}: {told}>"


def dataset_html(data: Dataset) -> str:
    """Write what the dataset holds, and what is worth knowing about it."""
    lines = "".join(f"<li>{cell_text(line[1:-1])}</li>" for line in _tables(data))
    head = f"Dataset of plan {data.plan_digest[:12]}, digest {data.digest[:12]}"
    notes = Findings(data.notes)._repr_html_() if data.notes else ""
    return f"{html_note(head)}<ul>{lines}</ul>{notes}"
