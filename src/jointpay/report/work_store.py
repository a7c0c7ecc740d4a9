"""Shared work as JSON and back, exactly: columns of codes and whole numbers, sealed like a stored result."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.report.work import CreditedTotals, ItemTotals, Members, SharedWork
from jointpay.results.store import sealed, unsealed
from jointpay.results.strict_json import Node

__all__ = ["work_from_json", "work_to_json"]

_KIND = "jointpay.shared_work"
_LABELS = ("periods", "roles", "person_ids", "item_ids", "channel_ids")
_ITEM_CODES = {"periods": "periods", "items": "item_ids", "channels": "channel_ids"}
_CREDITED_CODES = {"roles": "roles", "periods": "periods", "persons": "person_ids"} | {
    "items": "item_ids",
    "channels": "channel_ids",
}
_SEATS = ("persons", "roles", "starts", "ends")


def _columns(record: object, names: Mapping[str, str] | tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def work_to_json(work: SharedWork) -> str:
    """Write shared work as JSON; equal work gives equal bytes."""
    members = work.members
    tree: dict[str, Any] = {"plan_digest": work.plan_digest, "data_digest": work.data_digest}
    tree |= {name: list(getattr(work, name)) for name in _LABELS}
    tree |= {
        "share_denominator": work.share_denominator,
        "items": _columns(work.items, _ITEM_CODES) | {"totals": dict(work.items.totals)},
        "credited": _columns(work.credited, _CREDITED_CODES) | {"totals": dict(work.credited.totals)},
        "members": _columns(members, _SEATS)
        | {
            "groups": [
                {"column": column, "values": list(members.group_values[column]), "codes": codes}
                for column, codes in members.groups.items()
            ]
        },
        "rows_read": work.rows_read,
        "excluded": [list(pair) for pair in work.excluded],
        "findings": [list(pair) for pair in work.findings],
    }
    return sealed(_KIND, tree)


def work_from_json(text: str, *, source: str = "<text>") -> SharedWork:
    """Read shared work that `work_to_json` wrote. `source` says in errors which file it was.

    Raises `MismatchError` where the text was changed since, `DataError` with the path of anything that does not fit.
    """
    fields = ("plan_digest", "data_digest", *_LABELS, "share_denominator", "items", "credited", "members")
    node = unsealed(_KIND, text, source)
    found = node.fields(*fields, "rows_read", "excluded", "findings")
    plan_digest, data_digest, *labels, shares, items, credited, members, rows, excluded, findings = found
    known = {name: label.texts() for name, label in zip(_LABELS, labels, strict=True)}
    return SharedWork(
        plan_digest=plan_digest.text(),
        data_digest=data_digest.text(),
        periods=known["periods"],
        roles=known["roles"],
        person_ids=known["person_ids"],
        item_ids=known["item_ids"],
        channel_ids=known["channel_ids"],
        share_denominator=shares.denominator(),
        items=ItemTotals(**_cells(items, _ITEM_CODES, known)),
        credited=CreditedTotals(**_cells(credited, _CREDITED_CODES, known)),
        members=_members(members, known),
        rows_read=rows.whole(),
        excluded=tuple(_exclusion(pair) for pair in excluded.each()),
        findings=tuple(_finding(pair) for pair in findings.each()),
    )


def _cells(node: Node, codes: Mapping[str, str], known: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Read a table of cells: codes that stand for labels, and totals."""
    *columns, totals = node.fields(*codes, "totals")
    count = len(list(columns[0].each()))
    found: dict[str, Any] = {
        name: column.array(np.int32, count=count, low=0, below=len(known[labels]))
        for (name, labels), column in zip(codes.items(), columns, strict=True)
    }
    numbers = totals.mapping()
    found["totals"] = MappingProxyType(
        {
            name: column.array(np.int64, count=count)
            for name, column in zip(numbers, totals.fields(*numbers), strict=True)
        }
    )
    return found


def _members(node: Node, known: Mapping[str, tuple[str, ...]]) -> Members:
    persons, roles, starts, ends, groups = node.fields(*_SEATS, "groups")
    held = persons.array(np.int32, low=0, below=len(known["person_ids"]))
    count = len(held)
    codes: dict[str, NDArray[np.int32]] = {}
    values: dict[str, tuple[str, ...]] = {}
    for group in groups.each():
        column, of_column, coded = group.fields("column", "values", "codes")
        values[column.text()] = of_column.texts()
        codes[column.text()] = coded.array(np.int32, count=count, low=-1, below=len(values[column.text()]))
    return Members(
        persons=held,
        roles=roles.array(np.int32, count=count, low=0, below=len(known["roles"])),
        starts=starts.array(np.int32, count=count),
        ends=ends.array(np.int32, count=count),
        groups=MappingProxyType(codes),
        group_values=MappingProxyType(values),
    )


def _exclusion(node: Node) -> tuple[str, int]:
    reason, rows = node.each(count=2)
    return reason.text(), rows.whole()


def _finding(node: Node) -> tuple[str, str]:
    severity, told = node.each(count=2)
    return severity.text(), told.text()
