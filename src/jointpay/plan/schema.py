"""The JSON Schema of the plan language, for editors: completion and first checks while a plan is written.

It knows the structure only; what the parts must be to each other is checked when the plan is read.
"""

from typing import Any

from jointpay.plan.plan import SCHEMA_VERSION, Plan

__all__ = ["plan_schema"]

_NULL = {"type": "null"}


def _without_null(node: Any) -> Any:  # noqa: ANN401 -- a JSON value
    """Take out the alternative `null`: a plan has no empty values, it leaves the key out."""
    if isinstance(node, list):
        return [_without_null(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    found = {key: _without_null(inner) for key, inner in node.items() if not (key == "default" and inner is None)}
    branches = [branch for branch in found.get("anyOf", []) if branch != _NULL]
    if len(branches) == len(found.get("anyOf", [])):
        return found
    if len(branches) > 1:
        return {**found, "anyOf": branches}
    del found["anyOf"]
    return {**branches[0], **found}


def plan_schema() -> dict[str, Any]:
    """Give the JSON Schema of a plan, with the attribute docstrings as descriptions.

    An editor takes it from the first line of a YAML plan: ``# yaml-language-server: $schema=./plan.schema.json``.

    >>> plan_schema()["title"]
    'jointpay plan'
    """
    # Editors ask for it once; the descriptions are read out of source text, with what reads source text.
    from jointpay.plan.manual import with_descriptions  # noqa: PLC0415

    schema: dict[str, Any] = _without_null(with_descriptions(Plan.model_json_schema(by_alias=True), Plan))
    # an editor reads a bare 1 as a number, the plan's reader as the text it is
    version = schema["properties"]["schema_version"]
    schema["properties"]["schema_version"] = {
        "title": version["title"],
        "description": version["description"],
        "enum": [SCHEMA_VERSION, int(SCHEMA_VERSION)],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:jointpay:plan:{SCHEMA_VERSION}",
        **schema,
        "title": "jointpay plan",
    }
