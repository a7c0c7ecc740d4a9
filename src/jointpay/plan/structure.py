"""What pydantic says about the structure of a plan, in the words of the plan language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from jointpay.plan.manual import purpose
from jointpay.plan.tree import Path, Problem, full_width, shown

__all__ = ["REFERENCES", "nearest", "structure_problems"]

LENGTHS_APART = 3
MOST_COMPARED = 300
REFERENCES = "references"
"""Type of the error a plan raises for what its own checks found; it is not an error of structure."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was most likely meant; empty if none is near.

    Only names of about its length are compared, and not too many, so that a plan full of errors is refused quickly.
    """
    alike = list(islice((one for one in known if abs(len(one) - len(name)) <= LENGTHS_APART), MOST_COMPARED))
    found = get_close_matches(name, alike, n=1) or get_close_matches(name.lower().replace("-", "_"), alike, n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _bare(annotation: Any) -> Any:  # noqa: ANN401 -- annotations have no common type
    """Strip `Annotated` and `| None`; several models that remain come back as a tuple."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, UnionType}:
        members = tuple(_bare(member) for member in get_args(annotation) if member is not type(None))
        return members[0] if len(members) == 1 else members
    return annotation


def _kind(model: type[BaseModel]) -> str:
    return str(get_args(_bare(model.model_fields["kind"].annotation))[0])


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give the fields of a model under the names an author writes."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error is: its path in the tree, what stands there by the models, and the model that holds it."""

    path: Path
    want: Any
    holder: type[BaseModel] | None
    on_key: bool


def _place(location: tuple[str | int, ...], root: type[BaseModel]) -> _Place:
    """Follow pydantic's location through the models: the tags of unions, which are no keys, are dropped."""
    path: Path = ()
    want: Any = root
    holder: type[BaseModel] | None = None
    on_key = False
    for step in location:
        if isinstance(want, tuple):
            want = _bare(next((model for model in want if _kind(model) == step), None))
        elif step == "[key]":
            on_key = True
        else:
            path = (*path, step)
            if isinstance(want, type) and issubclass(want, BaseModel):
                holder = want
                info = _fields(want).get(str(step))
                want = _bare(info.annotation) if info else None
            else:
                inner = get_args(want)
                want = _bare(inner[-1 if get_origin(want) is dict else 0]) if inner else None
    return _Place(path, want, holder, on_key)


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _unknown_key(place: _Place) -> Problem:
    known = list(_fields(place.holder)) if place.holder else []
    key = str(place.path[-1])
    told = f"unknown key {shown(key)}{nearest(key, known)}{full_width(key)}"
    return Problem(place.path, "unknown_key", f"{told}; allowed: {_listed(known)}")


def _missing_key(place: _Place) -> Problem:
    key = str(place.path[-1])
    if key == "schema_version":
        told = "it is missing; supported: '1'; next: write schema_version: 1"
        return Problem(place.path, "schema_version", told)
    says = purpose(place.holder, key) if place.holder else ""
    words = get_args(place.want) if get_origin(place.want) is Literal else ()
    allowed = f"; allowed: {_listed([str(word) for word in words])}" if words else ""
    return Problem(place.path, "missing_key", f"it is missing{allowed}; what it says: {says}")


def _unknown_kind(place: _Place, error: ErrorDetails) -> Problem:
    kinds = [_kind(model) for model in place.want] if isinstance(place.want, tuple) else []
    if error["type"] == "union_tag_not_found":
        return Problem((*place.path, "kind"), "missing_key", f"it is missing; allowed: {_listed(kinds)}")
    tag = str(error.get("ctx", {}).get("tag", ""))
    told = f"unknown kind {shown(tag)}{nearest(tag, kinds)}{full_width(tag)}; allowed: {_listed(kinds)}"
    return Problem((*place.path, "kind"), "unknown_kind", told)


def _unknown_word(place: _Place, error: ErrorDetails) -> Problem:
    words = [str(word) for word in get_args(place.want)]
    found = error["input"]
    if place.path == ("schema_version",):
        told = f"{shown(found)} is not supported; supported: '1'; next: install a newer jointpay"
        return Problem(place.path, "schema_version", told)
    if not isinstance(found, str):
        return _wrong_shape(place, error)
    told = f"{shown(found)} is not known here{nearest(found, words)}{full_width(found)}; allowed: {_listed(words)}"
    return Problem(place.path, "unknown_word", told)


def _found(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str():
            return f"the text {shown(value)}"
        case _:
            return shown(repr(value))


def _wrong_shape(place: _Place, error: ErrorDetails) -> Problem:
    found, want = error["input"], place.want
    hint = full_width(found) if isinstance(found, str) else ""
    if isinstance(want, tuple):
        kinds = [_kind(model) for model in want]
        guess = nearest(found, kinds) if isinstance(found, str) else ""
        told = f"{_found(found)} stands here{guess}{hint}; allowed kinds: {_listed(kinds)}"
        return Problem(place.path, "unknown_kind" if guess else "wrong_shape", told)
    if isinstance(want, type) and issubclass(want, BaseModel):
        allowed = f"a mapping with {_listed(list(_fields(want)))}"
    elif get_origin(want) is dict:
        allowed = "a mapping from names to their descriptions"
    elif get_origin(want) is tuple:
        allowed = "a list"
    elif get_origin(want) is Literal:
        allowed = _listed([str(word) for word in get_args(want)])
    else:
        allowed = "text"
    return Problem(place.path, "wrong_shape", f"{_found(found)} stands here{hint}; allowed: {allowed}")


def _limit(place: _Place, error: ErrorDetails) -> Problem:
    """Tell of a number beyond the bounds its field declares, or a list or mapping that is too short."""
    context = error.get("ctx", {})
    match error["type"]:
        case "too_short":
            return Problem(
                place.path,
                "too_short",
                f"it holds too little; allowed: at least {context['min_length']}; next: write one",
            )
        case "too_long":
            return Problem(place.path, "too_long", f"it holds too much; allowed: at most {context['max_length']}")
        case "greater_than_equal":
            told = f"{shown(error['input'])} is too small; allowed: {context['ge']} or more"
        case _:
            told = f"{shown(error['input'])} is too large; allowed: {context['le']} or less"
    return Problem(place.path, "out_of_bounds", told)


_SHAPES = {
    "model_type", "model_attributes_type", "dict_type", "tuple_type", "list_type", "string_type", "mapping_type",
    "dict_attributes_type",
}  # fmt: skip


def _problem(error: ErrorDetails, root: type[BaseModel]) -> Problem:
    place = _place(error["loc"], root)
    match error["type"]:
        case "extra_forbidden":
            return _unknown_key(place)
        case "missing":
            return _missing_key(place)
        case "union_tag_invalid" | "union_tag_not_found":
            return _unknown_kind(place, error)
        case "literal_error":
            return _unknown_word(place, error)
        case "too_short" | "too_long" | "greater_than_equal" | "less_than_equal":
            return _limit(place, error)
        case shape if shape in _SHAPES:
            return _wrong_shape(place, error)
        case code:
            return Problem(place.path, code, error["msg"])


def structure_problems(refused: ValidationError, root: type[BaseModel]) -> Iterator[Problem]:
    """Give each error of structure as a problem of the tree: its path, a stable code, what, and what is allowed."""
    for error in refused.errors(include_url=False):
        if error["type"] != REFERENCES:
            yield _problem(error, root)
