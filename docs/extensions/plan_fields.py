"""A directive that prints what an author can write in one part of a plan, from the docstrings of its model.

``{plan-fields} jointpay.plan.header.Places`` gives the model's docstring, then every key with its type, whether it must
be there, and its docstring. So the manual cannot say anything else than the code.
"""

import inspect
from importlib import import_module
from typing import Any, get_args

from docutils import nodes
from docutils.statemachine import StringList
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from jointpay.plan.manual import described
from jointpay.plan.values import Model


def _kinds(annotation: Any) -> list[str]:  # noqa: ANN401 -- an annotation may be anything
    """Models an annotation allows, in order, by their heading in the manual and the kind an author writes."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        kind = annotation.model_fields.get("kind")
        words = _literals(kind.annotation) if kind else []
        heading = f"[`{annotation.__name__}`](#{annotation.__name__.lower()})"
        return [f"{heading} (kind `{words[0]}`)" if words else heading]
    found: list[str] = []
    for argument in get_args(annotation):
        for name in _kinds(argument):
            if name not in found:
                found.append(name)
    return found


def _literals(annotation: Any) -> list[str]:  # noqa: ANN401 -- an annotation may be anything
    """Words an annotation allows, in order."""
    if getattr(annotation, "__origin__", None) is not None and str(annotation.__origin__) == "typing.Literal":
        return [str(value) for value in get_args(annotation)]
    return [word for argument in get_args(annotation) for word in _literals(argument) if argument is not annotation]


def _value(info: FieldInfo) -> str:
    """Say in a few words what may be written."""
    words = _literals(info.annotation)
    models = _kinds(info.annotation)
    if models:
        return ("one of " if len(models) > 1 else "") + ", ".join(models)
    return " | ".join(f"`{word}`" for word in words)


def _need(info: FieldInfo) -> str:
    if info.is_required():
        return "needed"
    default = info.get_default(call_default_factory=True)
    if default is None or isinstance(default, Model) or default in ((), {}):
        return "may be left out"
    return f"`{default}` if left out".lower() if isinstance(default, bool) else f"`{default}` if left out"


class PlanFields(SphinxDirective):
    """Print the keys of one model."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the docstring and a definition list of the keys."""
        module, _, name = self.arguments[0].rpartition(".")
        model: type[Model] = getattr(import_module(module), name)
        lines = [inspect.getdoc(model) or "", ""]
        told = described(model)
        for field, info in model.model_fields.items():
            key = info.alias or field
            value = _value(info)
            lines.append(f"`{key}`")
            # Further paragraphs of a docstring stay inside the definition.
            said = told.get(key, "").replace("\n", "\n  ")
            lines.append(f": *{_need(info)}*" + (f"; {value}" if value else "") + f". {said}".rstrip())
            lines.append("")
        text = "\n".join(lines)
        container = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), source=self.arguments[0]), self.content_offset, container)
        return container.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("plan-fields", PlanFields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
