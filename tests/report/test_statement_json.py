"""Statements as JSON: as the published schema says, complete, and enough to compute the pay again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import jointpay as jp
from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.report.statements.build import Statements, statement
from jointpay.report.statements.record import Statement
from jointpay.report.statements.tree import statement_json, statement_schema, statement_tree
from jointpay.report.work import work_of
from jointpay.testing.strategies_seeded import random_case

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = statement_schema()


def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def told(seeds: range, *, group_of_at_least: int = 3) -> Iterator[tuple[Statement, Statement | None]]:
    """Statements of generated plans, each with the one of the period before where there is one."""
    for seed in seeds:
        try:
            case = random_case(seed)
            settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
        except (DataError, TooLargeError):
            continue
        card = settlement.scorecard
        work = work_of(case.plan, case.dataset, [span.id for span in card.periods])
        made = Statements(settlement, work=work, group_of_at_least=group_of_at_least)
        seats = sorted(
            {
                (int(person), int(period))
                for role in card.roles
                for person, period in zip(role.payees.persons, role.payees.periods, strict=True)
            }
        )
        for person, period in seats:
            payee = card.person_ids[person]
            before = (person, period - 1) in seats
            yield (
                made.of(payee, card.periods[period].id),
                made.of(payee, card.periods[period - 1].id) if before else None,
            )


def test_generated_statements_are_as_the_schema_says() -> None:
    check, seen, compared = validator(), 0, 0
    for one, earlier in told(range(60)):
        tree = json.loads(statement_json(one, earlier=earlier))
        check.validate(tree)
        seen += 1
        compared += len(tree["comparisons"])
    assert seen > 100
    assert compared > 20


def test_the_schema_refuses_what_is_missing_unknown_or_a_float() -> None:
    check = validator()
    tree = statement_tree(ann())
    assert check.is_valid(tree)
    for broken in (
        {key: value for key, value in tree.items() if key != "amount_minor"},
        tree | {"bonus": 1},
        tree | {"amount_minor": 900.5},
        tree | {"format_version": 2},
    ):
        assert not check.is_valid(broken)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


def test_every_object_of_the_schema_is_closed_and_complete() -> None:
    found = list(objects(SCHEMA))
    assert len(found) > 30
    for schema in found:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


def line_amount(line: dict[str, Any], places: int) -> Fraction:
    return Fraction(line["base_minor"] * line["adjustment"], 100 * 10**places)


def test_pay_can_be_computed_again_from_the_json_alone() -> None:
    """With nothing but the JSON: contributions make the score, pieces the adjustment, and both the amount."""
    lines = 0
    for one, _ in told(range(30)):
        tree = json.loads(statement_json(one))
        for row in tree["rows"]:
            if row["score"] is not None:
                assert 100 * 10 ** tree["points_places"] + sum(step["points"] for step in row["steps"]) == row["score"]
            for line in row["lines"]:
                exact = line_amount(line, tree["adjustment_places"])
                assert Fraction(line["amount_exact"]) == exact
                assert exact + Fraction(line["rounding_minor"]) == line["amount_given"]
                assert (
                    line["amount_given"] - sum(step["took"] for step in line["amount_limits"]) == line["amount_minor"]
                )
                lines += 1
        assert tree["amount_minor"] == sum(line["amount_minor"] for row in tree["rows"] for line in row["lines"])
    assert lines > 50


def sold(days: tuple[str, ...] = ("2026-01-05", "2026-02-05"), *, name: str = "") -> jp.Settlement:
    """110 orders in January and 150 in February, of the one poster of ann."""
    plan = jp.presets.minimal()
    facts = jp.read_facts({"day": list(days), "item": ["poster"] * 2, "orders": [110, 150]}, plan)
    people = jp.read_people({"person": ["ann"], "role": ["seller"], "from": [""], "to": [""], "name": [name]}, plan)
    own = {"person": ["ann"], "role": ["seller"], "item": ["poster"], "share": ["1"], "from": [""], "to": [""]}
    pay = {"person": ["ann"] * 2, "period": ["2026-01", "2026-02"], "base": ["monthly_salary"] * 2}
    data = jp.dataset(plan, facts=facts, people=people, credits=jp.read_credits(own, plan))
    return jp.settle(plan, jp.score(plan, data), jp.read_base_pay(pay | {"amount": ["9000.00"] * 2}, plan))


def ann() -> Statement:
    return statement(sold(), "ann", "2026-01")


def test_what_it_says_by_hand() -> None:
    """110 orders of 100: 110%, 110 points, 10% of 9,000.00, which is 900.00; 40 points more pay up to the cap of 30%."""
    settlement = sold()
    tree = statement_tree(statement(settlement, "ann", "2026-02"), earlier=statement(settlement, "ann", "2026-01"))
    assert tree["period"] == {"id": "2026-02", "start": "2026-02-01", "end": "2026-03-01"}
    assert (tree["currency"], tree["currency_places"], tree["amount_minor"]) == ("CNY", 2, 270_000)
    (row,) = tree["rows"]
    assert (row["start"], row["end"], row["score"]) == ("2026-02-01", "2026-03-01", 15_000)
    measure = row["components"][0]["measures"][0]
    assert measure["counted"] == [{"total": "orders", "unit": "count", "amount": "150"}]
    assert measure["target"]["asked"] == {"kind": "fixed", "value": "100", "unit": None}
    assert (measure["value"], measure["value_exact"], measure["attainment"]) == (15_000, "150", 15_000)
    (line,) = row["lines"]
    assert line["adjustment_limits"] == [
        {"limit": {"kind": "cap", "at": "0.3"}, "bound": 3000, "before": 5000, "after": 3000, "took": 2000}
    ]
    (found,) = tree["comparisons"]
    assert found["own"] == {"score": 4000, "adjustment": 2000, "amount_minor": 180_000}
    assert found["partner_driven"] == {"score": 0, "adjustment": 0, "amount_minor": 0}
    assert [one["name"] for one in found["differences"]] == ["orders"]


def test_equal_statements_give_equal_ascii_bytes_and_names_come_back_unchanged() -> None:
    name = "安</script>\u202e=1+1"
    one, again = (statement_json(statement(sold(name=name), "ann", "2026-01")) for _ in range(2))
    assert one == again
    assert one.isascii()
    assert json.loads(one)["name"] == name


def hidden(row: dict[str, Any]) -> Iterator[tuple[dict[str, Any], set[str | None]]]:
    """Parts whose group is too small, each with the distances to the edges of its curve."""
    for component in row["components"]:
        for part in (*component["measures"], *component["modifiers"]):
            if part.get("suppressed"):
                names = (component["name"], part["name"])
                yield part, {edge["distance"] for edge in row["edges"] if (edge["component"], edge["measure"]) == names}


def test_exact_values_of_small_groups_are_left_out() -> None:
    found = [
        (part["counted"], part["value_exact"], part["attainment_exact"], distances <= {None})
        for one, _ in told(range(40), group_of_at_least=1_000)
        for row in statement_tree(one)["rows"]
        for part, distances in hidden(row)
    ]
    assert len(found) > 10
    assert all(one == ([], None, None, True) for one in found)


def test_what_does_not_follow_is_not_written() -> None:
    one = ann()
    with pytest.raises(MismatchError, match="do not follow from one another"):
        statement_json(replace(one, rows=(replace(one.rows[0], score=1),)))


def test_only_an_earlier_statement_of_the_same_payee_is_compared() -> None:
    settlement = sold()
    january, february = (statement(settlement, "ann", period) for period in ("2026-01", "2026-02"))
    with pytest.raises(MismatchError, match=r"^the statement of 'ann' for '2026-02' is none of an earlier period"):
        statement_json(january, earlier=february)
    with pytest.raises(MismatchError, match=r"^the statement of 'bob' for '2026-01' is none of an earlier period"):
        statement_json(february, earlier=replace(january, payee="bob"))
