"""A statement as data: JSON whose form is published as a JSON Schema with a version.

Days are ISO dates, ranges are half open, exact numbers are fractions as text ("3/2"), money is in minor units, and
every published number is a whole number of its last place, with the places beside it. The text is plain ASCII without
spaces: equal statements give equal bytes, and no character in it can pose as another.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from importlib.resources import files
from typing import Any

from jointpay.errors import MismatchError
from jointpay.money.currency import minor_digits
from jointpay.plan.calendar import Span, day_text
from jointpay.plan.values import Model
from jointpay.report.statements.changes import metric_changes, nearest_edges
from jointpay.report.statements.comparison import Comparison, Difference, compare
from jointpay.report.statements.recompute import recompute
from jointpay.report.statements.record import (
    ComponentStatement,
    LimitStep,
    LineStatement,
    MeasureStatement,
    RowStatement,
    Statement,
)

__all__ = ["STATEMENT_VERSION", "statement_json", "statement_schema", "statement_tree"]

STATEMENT_VERSION = 1
"""Version of the form; it rises where a reader of the older form would misread the new one."""


def statement_json(statement: Statement, *, earlier: Statement | None = None) -> str:
    """Write a statement as JSON; `statement_tree` says what is in it."""
    return json.dumps(
        statement_tree(statement, earlier=earlier), ensure_ascii=True, separators=(",", ":"), allow_nan=False
    )


def statement_tree(statement: Statement, *, earlier: Statement | None = None) -> dict[str, Any]:
    """Give a statement as a tree of objects, lists, texts, whole numbers, booleans and None.

    It is the record, and beside it what would change it, and, where the statement of an earlier period of the same
    payee is given, what made the difference. `statement_schema` describes it. Exact values of groups that are too small
    to be shown are left out; their published ones are always there.

    Raises `MismatchError` where a number does not follow from the others, and for an earlier statement of somebody else
    or of another plan, or one that is not earlier.
    """
    if earlier is not None:
        _refuse_other(statement, earlier)
    for row in statement.rows:
        recompute(statement, row)
    told: dict[str, Any] = {
        "format": "jointpay.statement",
        "format_version": STATEMENT_VERSION,
        "currency_places": minor_digits(statement.currency),
        **_record(statement),
    }
    told["rows"] = [_row(statement, row) for row in statement.rows]
    comparisons = () if earlier is None else compare(earlier, statement)
    told["earlier_period"] = None if earlier is None else _plain(earlier.period)
    told["comparisons"] = [_comparison(one) for one in comparisons]
    return told


def statement_schema() -> dict[str, Any]:
    """Give the JSON Schema of a statement (draft 2020-12), with a description of every field.

    >>> statement_schema()["$id"]
    'urn:jointpay:statement:1'
    """
    text = (files("jointpay.report.statements") / "statement_schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _refuse_other(statement: Statement, earlier: Statement) -> None:
    same = (earlier.payee, earlier.plan_digest) == (statement.payee, statement.plan_digest)
    if not same or earlier.period.end > statement.period.start:
        raise MismatchError(
            f"the statement of {earlier.payee!r} for {earlier.period.id!r} is none of an earlier period of "
            f"{statement.payee!r} under the same plan; next: give one of the same settlement"
        )


def _row(statement: Statement, row: RowStatement) -> dict[str, Any]:
    told = _record(row)
    told["start"], told["end"] = day_text(row.start), day_text(row.end)
    hidden = {(component.name, part.name) for component in row.components for part in _suppressed(component)}
    told["changes"] = [_record(change) for change in metric_changes(statement, row)]
    told["edges"] = [
        _record(edge) | ({"distance": None} if (edge.component, edge.measure) in hidden else {})
        for edge in nearest_edges(row)
    ]
    return told


def _suppressed(component: ComponentStatement) -> list[MeasureStatement]:
    return [
        part
        for part in (*component.measures, *component.modifiers)
        if isinstance(part, MeasureStatement) and part.suppressed
    ]


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "role": found.after.role,
        "differences": [_difference(one) for one in found.differences],
        "own": _sums(found, partner_driven=False),
        "partner_driven": _sums(found, partner_driven=True),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one) if field.name not in ("before", "after")}


def _sums(found: Comparison, *, partner_driven: bool) -> dict[str, int]:
    return dict(zip(("score", "adjustment", "amount_minor"), found.part(partner_driven=partner_driven), strict=True))


def _record(record: Any) -> dict[str, Any]:  # noqa: ANN401 - one of the records of a statement
    told = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    match record:
        case MeasureStatement(suppressed=True):
            told |= {"value_exact": None, "attainment_exact": None}
        case LimitStep():
            told["took"] = record.took
        case LineStatement():
            told["rounding_minor"] = str(record.rounding_minor)
    return told


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return str(value)
        case Span():
            return {"id": value.id, "start": day_text(value.start), "end": day_text(value.end)}
        case Model():
            return value.model_dump(mode="json", by_alias=True)
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
    assert is_dataclass(value)  # noqa: S101 - nothing else is in a record
    return _record(value)
