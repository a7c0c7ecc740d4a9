"""The attribute docstrings of the models, which are the manual for plan authors.

They are read from the source when somebody asks, because reading them at every import would double its cost.
"""

import ast
import inspect
import sys
from functools import cache
from typing import Any

from pydantic import BaseModel

from jointpay.plan.values import Model

__all__ = ["described", "purpose", "with_descriptions"]


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    """Give the docstrings that follow annotated attributes, by class and attribute; none where there is no source."""
    try:
        source = inspect.getsource(sys.modules[name])
    except OSError:
        return {}
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        found[node.name] = {
            attribute.target.id: inspect.cleandoc(told.value.value)
            for attribute, told in zip(node.body, node.body[1:], strict=False)
            if isinstance(attribute, ast.AnnAssign)
            and isinstance(attribute.target, ast.Name)
            and isinstance(told, ast.Expr)
            and isinstance(told.value, ast.Constant)
            and isinstance(told.value.value, str)
        }
    return found


@cache
def described(model: type[BaseModel]) -> dict[str, str]:
    """Give the docstrings of a model's fields, by the names an author writes; those of its bases come first.

    >>> from jointpay.plan.header import Effective
    >>> described(Effective)["to"]
    'The day after the last day on which the plan holds.'
    """
    told: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            told |= _of_module(base.__module__).get(base.__name__, {})
    return {info.alias or name: told[name] for name, info in model.model_fields.items() if name in told}


def purpose(model: type[BaseModel], key: str) -> str:
    """Give the first sentence of a field's docstring, without its full stop; nothing where there is none."""
    return described(model).get(key, "").replace("\n", " ").partition(". ")[0].rstrip(".")


def with_descriptions(schema: dict[str, Any], root: type[BaseModel]) -> dict[str, Any]:
    """Put the docstrings into the JSON Schema that pydantic made of a model."""
    models = {model.__name__: model for model in _below(Model)}
    parts = {root.__name__: schema, **schema.get("$defs", {})}
    for name, part in parts.items():
        told = described(models[name]) if name in models else {}
        for key, text in told.items():
            part["properties"][key] = {**part["properties"][key], "description": text}
    return schema


def _below(model: type[BaseModel]) -> set[type[BaseModel]]:
    return {model} | {deeper for below in model.__subclasses__() for deeper in _below(below)}
