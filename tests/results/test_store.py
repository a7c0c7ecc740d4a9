import dataclasses
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from jointpay.errors import DataError, MismatchError
from jointpay.results.conservation import Conservation, ConservationLine
from jointpay.results.scorecard import MeasureScores, Scorecard
from jointpay.results.settlement import Settlement
from jointpay.results.store import scorecard_from_json, sealed, settlement_from_json


def _changed(text: str, *path: str | int, value: object) -> str:
    """Change one value of a stored result and seal it again, as somebody with this library could."""
    whole = json.loads(text)
    node = whole["content"]
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return sealed(whole["format"], whole["content"])


def test_a_settlement_comes_back_the_same(settlement: Settlement) -> None:
    text = settlement.to_json()
    back = Settlement.from_json(text)
    assert back.to_json() == text
    assert back.scorecard.plan == settlement.scorecard.plan
    assert back.base_pay_digest == settlement.base_pay_digest
    for line, again in zip(settlement.lines, back.lines, strict=True):
        assert (line.role, line.rule_id, line.kind) == (again.role, again.rule_id, again.kind)
        for before, after in zip((*line.adjustments, *line.amounts), (*again.adjustments, *again.amounts), strict=True):
            assert before.tolist() == after.tolist()


def test_every_array_comes_back_with_its_type_and_cannot_be_written(card: Scorecard) -> None:
    back = Scorecard.from_json(card.to_json())
    for before, after in zip(_arrays(card), _arrays(back), strict=True):
        assert before.tolist() == after.tolist()
        assert before.dtype == after.dtype
        assert not after.flags.writeable


def _arrays(thing: Any) -> list[np.ndarray]:
    if isinstance(thing, np.ndarray):
        return [thing]
    if isinstance(thing, tuple):
        return [array for each in thing for array in _arrays(each)]
    if dataclasses.is_dataclass(thing):
        return [array for field in dataclasses.fields(thing) for array in _arrays(getattr(thing, field.name))]
    return []


def test_the_bytes_are_ascii_and_depend_on_the_content_alone(card: Scorecard) -> None:
    text = card.to_json()
    assert text.isascii()
    assert text == dataclasses.replace(card).to_json()
    assert text != dataclasses.replace(card, backend="polars").to_json()


def test_another_layout_of_the_same_content_comes_back(settlement: Settlement) -> None:
    text = settlement.to_json()
    spread = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    assert len(spread) > len(text)
    assert Settlement.from_json(spread).to_json() == text


def test_a_name_that_looks_like_numbers_stays_text(card: Scorecard) -> None:
    names = ("[1,2]", '"[3]', "\\", "[]")
    named = dataclasses.replace(card, names=names)
    assert Scorecard.from_json(named.to_json()).names == names


def test_conservation_and_large_numbers_come_back(card: Scorecard) -> None:
    line = ConservationLine("designer", "clicks", 2**70, Fraction(1, 3), Fraction(-2, 3), 5, (("bot", 7), ("late", 0)))
    role = card.roles[0]
    component = role.components[0]
    measure = component.measures[0]
    assert isinstance(measure, MeasureScores)
    extreme = np.array([-(2**63), 2**63 - 1, *measure.numerators[2:].tolist()], dtype=np.int64)
    component = dataclasses.replace(
        component, measures=(dataclasses.replace(measure, numerators=extreme), *component.measures[1:])
    )
    changed = dataclasses.replace(
        card,
        conservation=Conservation((line,)),
        roles=(dataclasses.replace(role, components=(component, *role.components[1:])), *card.roles[1:]),
        backend="pandas",
    )
    back = Scorecard.from_json(changed.to_json())
    assert back.conservation == changed.conservation
    assert back.backend == "pandas"
    again = back.roles[0].components[0].measures[0]
    assert isinstance(again, MeasureScores)
    assert again.numerators.tolist() == extreme.tolist()


def test_a_changed_number_is_noticed(card: Scorecard) -> None:
    text = card.to_json().replace('"scores":[7923', '"scores":[9923')
    with pytest.raises(
        MismatchError, match=r"^file\.json: the content has the digest [0-9a-f]{64}, but [0-9a-f]{64} was"
    ):
        scorecard_from_json(text, source="file.json")


def test_a_changed_plan_is_noticed_even_when_sealed_again(card: Scorecard) -> None:
    text = _changed(card.to_json(), "plan", "roles", "designer", "pay", 0, "limits", 0, "at", value="0.9")
    with pytest.raises(
        MismatchError, match=r"^<text>: the plan stored in it has the digest [0-9a-f]{64}, but the result"
    ):
        scorecard_from_json(text)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("plan",), [], r"^f: plan: \[\] is not what belongs here; allowed: an object"),
        (("plan",), {}, r"^f: plan:.*schema_version"),
        (("engine_version",), 1, "^f: engine_version: 1 is not what belongs here; allowed: text"),
        (("backend",), 1, "^f: backend: 1 is not what belongs here; allowed: text"),
        (("periods", 0), ["2026-01", 1], r"^f: periods\[0\]: a list of 2; allowed: 3 as the plan has it"),
        (("periods", 0, 1), True, r"^f: periods\[0\]\[1\]: True is not what belongs here; allowed: a whole number"),
        (("names",), ["a"], "^f: names: a list of 1; allowed: 4"),
        (("names",), "a", "^f: names: 'a' is not what belongs here; allowed: a list"),
        (("roles", 0, "role"), "x", r"^f: roles\[0\]\.role: 'x' is not what belongs here; allowed: 'designer'"),
        (("roles",), [], "^f: roles: a list of 0; allowed: 2 as the plan has it"),
        (("roles", 0, "periods", 0), 9, r"^f: roles\[0\]\.periods: 9 is out of range; allowed: 0 to 1"),
        (("roles", 0, "persons", 0), -1, r"^f: roles\[0\]\.persons: -1 is out of range; allowed: 0 to 3"),
        (("roles", 0, "scores", 0), 2**63, r"^f: roles\[0\]\.scores: 9223372036854775808 is out of range"),
        (("roles", 0, "scores", 0), "1", r"^f: roles\[0\]\.scores: this is not a list of whole numbers"),
        (("roles", 0, "scores", 0), True, r"^f: roles\[0\]\.scores: this is not a list of whole numbers"),
        (("roles", 0, "scores"), {}, r"^f: roles\[0\]\.scores: this is not a list of whole numbers"),
        (("roles", 0, "scores"), [1], r"^f: roles\[0\]\.scores: 1 numbers; allowed: 4, one for every row"),
        (("roles", 0, "states", 0), 7, r"^f: roles\[0\]\.states: 7 is out of range; allowed: 0 to 6"),
        (("roles", 0, "starts", 0), 2**31, r"^f: roles\[0\]\.starts: 2147483648 is out of range"),
        (("roles", 0, "components", 0, "name"), "x", r"components\[0\]\.name: 'x' is not what belongs here; allowed: 'quality'"),
        (("roles", 0, "components", 0, "measures", 0, "share_denominator"), 0, "0 is not a denominator; allowed: 1 or more"),
        (("roles", 1, "components", 1, "measures", 0, "partners", 0), 4, r"^f: roles: the link 'designs' of 'operator' points at row 4 "),
        (("roles", 0, "components", 0, "extra"), 1, "the keys do not fit; unknown: 'extra'; allowed: name, measures"),
        (("roles", 0, "components", 0, "measures", 0, "baseline"), {}, r"measures\[0\]\.baseline: .* allowed: None"),
        (("roles", 0, "components", 0, "measures", 2, "baseline"), None, r"measures\[2\]\.baseline: None is not what .* an object"),
        (("roles", 0, "components", 0, "measures", 2, "baseline", "days", 0), -1, r"baseline\.days: -1 is out of range"),
        (("roles", 0, "components", 0, "measures", 2, "baseline", "numerators"), [1], r"numerators: 1 numbers; allowed: 4"),
        (("roles", 0, "components", 0, "measures", 2, "baseline", "share_denominator"), 0, r"0 is not a denominator"),
        (("roles", 0, "components", 1, "modifiers", 0, "baseline"), {}, r"modifiers\[0\]\.baseline: .* allowed: None"),
        (("conservation", 0, "credited"), [1, 0], r"credited\[1\]: 0 is not a denominator"),
        (("conservation", 0, "excluded"), [["a", 1, 2]], r"excluded\[0\]: a list of 3; allowed: 2"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(card: Scorecard, path: tuple[str | int, ...], value: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        scorecard_from_json(_changed(card.to_json(), *path, value=value), source="f")


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("lines",), [], r"^f: lines: a list of 0; allowed: 4 as the plan has it"),
        (
            ("lines", 0, "rule_id"),
            "x",
            r"^f: lines\[0\]\.rule_id: 'x' is not what belongs here; allowed: 'performance'",
        ),
        (("lines", 0, "kind"), "x", r"^f: lines\[0\]\.kind: 'x' is not what belongs here; allowed: 'adjustment'"),
        (("lines", 0, "adjustments"), [], r"^f: lines\[0\]\.adjustments: a list of 0; allowed: 4"),
        (("lines", 0, "amounts"), [], r"^f: lines\[0\]\.amounts: a list of 0; allowed: 3"),
        (("scorecard", "names"), [], r"^f: scorecard\.names: a list of 0; allowed: 4"),
    ],
)
def test_lines_that_do_not_fit_are_named(
    settlement: Settlement, path: tuple[str | int, ...], value: object, told: str
) -> None:
    with pytest.raises(DataError, match=told):
        settlement_from_json(_changed(settlement.to_json(), *path, value=value), source="f")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "^<text>: cannot be read as a stored result: Expecting value"),
        ("{", "cannot be read as a stored result"),
        ("[" * 100_000, "cannot be read as a stored result"),
        ("[1.5]", "cannot be read as a stored result: 1.5 is not a whole number, and stored results hold no others"),
        ("[NaN]", "cannot be read as a stored result: NaN is not a whole number"),
        ('{"a":[1 2]}', "cannot be read as a stored result: Expecting ',' delimiter"),
        ('{"a":[01]}', "cannot be read as a stored result: Expecting ',' delimiter"),
        ('{"a":1,"a":1}', "cannot be read as a stored result: a key is there twice"),
        ("[" + "9" * 5000 + "]", "cannot be read as a stored result: Exceeds the limit"),
        ("[]", "^<text>: .. is not what belongs here; allowed: an object with the keys format, format_version"),
        (
            '{"format":1}',
            "^<text>: the keys do not fit; missing: format_version, content_digest, content; allowed: format",
        ),
    ],
    ids=range(11),
)
def test_what_is_no_stored_result(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        Scorecard.from_json(text)


def test_kinds_and_versions_are_not_mixed_up(card: Scorecard, settlement: Settlement) -> None:
    with pytest.raises(DataError, match=r"^<text>: format: 'jointpay.settlement' is not what .*: 'jointpay.scorecard'"):
        Scorecard.from_json(settlement.to_json())
    with pytest.raises(DataError, match=r"^<text>: format: 'jointpay.scorecard' is not what .*: 'jointpay.settlement'"):
        Settlement.from_json(card.to_json())
    with pytest.raises(DataError, match=r"^<text>: format_version: 2 is not what belongs here; allowed: 1"):
        Scorecard.from_json(card.to_json().replace('"format_version":1', '"format_version":2'))


def test_a_scorecard_without_periods_and_payees_comes_back(card: Scorecard) -> None:
    def emptied(thing: Any) -> Any:
        if isinstance(thing, np.ndarray):
            return thing[:0]
        if isinstance(thing, tuple):
            return tuple(emptied(each) for each in thing)
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            changes: dict[str, Any] = {f.name: emptied(getattr(thing, f.name)) for f in dataclasses.fields(thing)}
            return dataclasses.replace(thing, **changes)
        return thing

    nobody = dataclasses.replace(card, periods=(), person_ids=(), names=(), roles=emptied(card.roles))
    assert Scorecard.from_json(nobody.to_json()).to_json() == nobody.to_json()
