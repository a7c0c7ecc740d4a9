"""Results as JSON and back, exactly: every array, the plan included.

The text is plain ASCII without spaces, so that equal results are equal bytes in every file encoding. Keys stand in a
fixed order, those of the plan in the order of the plan, because results are in that order, too. It holds whole numbers
and text only. On reading, the digest of the content and that of the plan are checked.
"""

import hashlib
import json
from typing import Any

import numpy as np

from jointpay.errors import MismatchError
from jointpay.results.conservation import ConservationLine
from jointpay.results.number_text import text_of
from jointpay.results.scorecard import BaselineSums, LinkScores, MeasureScores, RoleScores, Scorecard
from jointpay.results.settlement import Settlement
from jointpay.results.store_read import read_scorecard, read_settlement
from jointpay.results.strict_json import Node, root

__all__ = [
    "FORMAT_VERSION",
    "scorecard_from_json",
    "scorecard_to_json",
    "sealed",
    "settlement_from_json",
    "settlement_to_json",
    "unsealed",
]

FORMAT_VERSION = 1
_SCORECARD = "jointpay.scorecard"
_SETTLEMENT = "jointpay.settlement"


def scorecard_to_json(scorecard: Scorecard) -> str:
    """Write a scorecard as JSON; equal scorecards give equal bytes."""
    return sealed(_SCORECARD, _scorecard_tree(scorecard))


def settlement_to_json(settlement: Settlement) -> str:
    """Write a settlement, with the scorecard it comes from, as JSON; equal settlements give equal bytes."""
    return sealed(_SETTLEMENT, _settlement_tree(settlement))


def scorecard_from_json(text: str, *, source: str = "<text>") -> Scorecard:
    """Read a scorecard that `scorecard_to_json` wrote. `source` says in errors which file it was.

    Raises `MismatchError` where the content or the plan is not what was stored, `DataError` with the path of anything
    that does not fit, `PlanError` for a plan this version cannot read.
    """
    return read_scorecard(unsealed(_SCORECARD, text, source))


def settlement_from_json(text: str, *, source: str = "<text>") -> Settlement:
    """Read a settlement that `settlement_to_json` wrote; otherwise as `scorecard_from_json`."""
    return read_settlement(unsealed(_SETTLEMENT, text, source))


def _dumped(tree: object) -> str:
    """Write a tree of mappings, lists, arrays of whole numbers, text and numbers."""
    pieces: list[str] = []
    _put(tree, pieces)
    return "".join(pieces)


def _put(tree: object, pieces: list[str]) -> None:
    match tree:
        case np.ndarray():
            pieces.append(text_of(tree))
        case dict():
            for place, (key, value) in enumerate(tree.items()):
                pieces.append(f"{',' if place else '{'}{_leaf(key)}:")
                _put(value, pieces)
            pieces.append("}" if tree else "{}")
        case [dict() | np.ndarray(), *_]:
            for place, value in enumerate(tree):
                pieces.append("," if place else "[")
                _put(value, pieces)
            pieces.append("]")
        case _:
            pieces.append(_leaf(tree))


def _leaf(tree: object) -> str:
    return json.dumps(tree, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def _opening(kind: str, digest: str) -> str:
    """Give the text of a stored result before its content."""
    head = _leaf({"format": kind, "format_version": FORMAT_VERSION, "content_digest": digest})
    return f'{head[:-1]},"content":'


def sealed(kind: str, content: dict[str, Any]) -> str:
    """Write content as JSON with its kind and its digest before it; equal content gives equal bytes."""
    body = _dumped(content)
    return f"{_opening(kind, hashlib.sha256(body.encode()).hexdigest())}{body}}}"


def unsealed(kind: str, text: str, source: str) -> Node:
    """Give the content of what `sealed` wrote.

    Raises `MismatchError` where it was changed since, `DataError` where it is something else.
    """
    form, version, digest, content = root(text, source).fields("format", "format_version", "content_digest", "content")
    form.exactly(kind)
    version.exactly(FORMAT_VERSION)
    opening = _opening(kind, digest.text())
    # As it was written, the content is the rest but for one brace; otherwise it is written again.
    body = text[len(opening) : -1] if text.startswith(opening) else _dumped(content.whole_tree())
    found = hashlib.sha256(body.encode()).hexdigest()
    if digest.text() != found:
        raise MismatchError(
            f"{source}: the content has the digest {found}, but {digest.value} was stored with it; it was changed after "
            f"it was written; next: take the file that was written, or compute the result again"
        )
    return content.at("")


def _scorecard_tree(card: Scorecard) -> dict[str, Any]:
    card.require_all("storing a scorecard")
    return {
        "plan": card.plan.to_json_tree(),
        "plan_digest": card.plan_digest,
        "data_digest": card.data_digest,
        "engine_version": card.engine_version,
        "periods": [[span.id, span.start, span.end] for span in card.periods],
        "person_ids": list(card.person_ids),
        "names": list(card.names),
        "roles": [_role_tree(role) for role in card.roles],
        "conservation": [_conservation_tree(line) for line in card.conservation.lines],
        "backend": card.backend,
    }


def _role_tree(role: RoleScores) -> dict[str, Any]:
    rows = role.payees
    return {
        "role": role.role,
        "periods": rows.periods,
        "persons": rows.persons,
        "starts": rows.starts,
        "ends": rows.ends,
        "components": [
            {
                "name": component.name,
                "measures": [_ingredient_tree(measure) for measure in component.measures],
                "modifiers": [_ingredient_tree(modifier) for modifier in component.modifiers],
                "points": component.points,
                "states": component.states,
            }
            for component in role.components
        ],
        "scores": role.scores,
        "states": role.states,
    }


_MEASURE_ARRAYS = ("numerators", "denominators", "values", "targets", "attainments", "points")
_BASELINE_ARRAYS = ("numerators", "denominators", "days")


def _ingredient_tree(scores: MeasureScores | LinkScores) -> dict[str, Any]:
    head = {"name": scores.name, "points": scores.points, "states": scores.states}
    if isinstance(scores, LinkScores):
        return head | {name: getattr(scores, name) for name in ("rows", "partners", "weights")}
    arrays = {name: getattr(scores, name) for name in _MEASURE_ARRAYS}
    return (
        head
        | arrays
        | {
            "share_denominator": scores.share_denominator,
            "baseline": None if scores.baseline is None else _baseline_tree(scores.baseline),
        }
    )


def _baseline_tree(sums: BaselineSums) -> dict[str, Any]:
    arrays = {name: getattr(sums, name) for name in _BASELINE_ARRAYS}
    return {"share_denominator": sums.share_denominator} | arrays


def _conservation_tree(line: ConservationLine) -> dict[str, Any]:
    return {
        "role": line.role,
        "total": line.total,
        "input": line.input,
        "credited": list(line.credited.as_integer_ratio()),
        "unattributed": list(line.unattributed.as_integer_ratio()),
        "not_scored": line.not_scored,
        "excluded": [list(pair) for pair in line.excluded],
    }


_PLACE_TEXTS = ("source", "path", "column", "who")
_PLACE_NUMBERS = ("line", "char", "row")


def _settlement_tree(settlement: Settlement) -> dict[str, Any]:
    return {
        "scorecard": _scorecard_tree(settlement.scorecard),
        "base_pay_digest": settlement.base_pay_digest,
        "lines": [
            {
                "role": line.role,
                "rule_id": line.rule_id,
                "kind": line.kind,
                "points": line.points,
                "states": line.states,
                "base_minor": line.base_minor,
                "adjustments": list(line.adjustments),
                "amounts": list(line.amounts),
            }
            for line in settlement.lines
        ],
    }
