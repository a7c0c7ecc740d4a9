"""The JSON Schema for editors knows what the reader accepts, shorthands included."""

import json
from typing import Any, get_args

import pytest

from jointpay.plan.presets import PresetName, preset_text
from jointpay.plan.schema import plan_schema
from jointpay.plan.yaml_tree import yaml_tree

SCHEMA = plan_schema()


def nodes(node: Any) -> list[dict[str, Any]]:
    match node:
        case dict():
            return [node, *(inner for value in node.values() for inner in nodes(value))]
        case list():
            return [inner for value in node for inner in nodes(value)]
        case _:
            return []


def test_it_is_json_and_names_itself() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$id"] == "urn:jointpay:plan:1"
    assert SCHEMA["title"] == "jointpay plan"
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert SCHEMA["additionalProperties"] is False


def test_unions_keep_their_kinds() -> None:
    curve = SCHEMA["$defs"]["Measure"]["properties"]["curve"]
    assert curve["discriminator"]["propertyName"] == "kind"
    assert sorted(curve["discriminator"]["mapping"]) == [
        "bands",
        "deduction",
        "points",
        "proportional",
        "rating_scale",
        "steps",
        "three_point",
        "threshold",
    ]


def test_kinds_that_may_be_written_alone_are_allowed() -> None:
    assert SCHEMA["$defs"]["Measure"]["properties"]["scope"]["anyOf"][0] == {"enum": ["own", "all"]}
    assert SCHEMA["properties"]["period"]["anyOf"][0] == {"enum": ["month", "quarter", "iso_week"]}


def test_the_schema_version_may_be_a_number() -> None:
    assert SCHEMA["properties"]["schema_version"]["enum"] == ["1", 1]


def test_every_field_is_described() -> None:
    fields = [
        (name, key)
        for name, definition in [("Plan", SCHEMA), *SCHEMA["$defs"].items()]
        for key, field in definition.get("properties", {}).items()
        if key != "kind" and not field.get("description")
    ]
    assert fields == []


def test_nothing_may_be_null() -> None:
    assert all(node.get("type") != "null" and node.get("default", 0) is not None for node in nodes(SCHEMA))


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", get_args(PresetName))
def test_presets_are_valid(name: PresetName, validator: Any) -> None:
    validator.validate(yaml_tree(preset_text(name)).root)


def test_a_plan_that_uses_everything_is_valid(full_text: str, validator: Any) -> None:
    validator.validate(yaml_tree(full_text).root)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight: 40%", "wieght: 40%"),
        ("weight: 40%", "weight: forty"),
        ("scope: own", "scope: ownn"),
        ("kind: steps", "kind: stpes"),
        ("events: [click]", "events: click"),
        ("rounding: half_away_from_zero", "rounding: halfup"),
        ("title: Designer", "title: null"),
        ("schema_version: 1", "schema_version: 2"),
    ],
)
def test_what_the_reader_refuses_is_not_valid(old: str, new: str, full_text: str, validator: Any) -> None:
    assert old in full_text
    assert not validator.is_valid(yaml_tree(full_text.replace(old, new, 1)).root)


def test_numbers_and_flags_as_editors_read_them_are_valid(full_text: str, validator: Any) -> None:
    tree: Any = yaml_tree(full_text).root
    tree["schema_version"] = 1
    tree["version"] = 3
    tree["places"]["points"] = 2
    tree["roles"]["designer"]["components"]["draw"]["weight"] = 0.4
    tree["roles"]["designer"]["pay"][1]["allow_decreasing"] = True
    validator.validate(tree)
