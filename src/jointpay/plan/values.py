"""The scalar types of a plan: every number is exact and every name is plain text.

A plan file hands every scalar over as text, and the model that wants it decides what it means. So `no`, `010` and
`1:30` stay text where text is wanted and are refused where a number is wanted.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from jointpay.errors import JointPayError
from jointpay.money.number import decimal_text, exact

__all__ = [
    "Day",
    "Exact",
    "Flag",
    "KindAlone",
    "Model",
    "Name",
    "NonNegative",
    "Positive",
    "Sealed",
    "Weight",
    "Whole",
    "kind_alone",
    "sealed",
]

LONGEST_NAME = 100
FIRST_YEAR, LAST_YEAR = 1970, 2199

K = TypeVar("K")
V = TypeVar("V")


class Sealed(dict[K, V]):
    """A mapping that never changes, so that a frozen plan cannot drift away from its digest.

    >>> Sealed({"a": 1})["b"] = 2
    Traceback (most recent call last):
    ...
    TypeError: a plan never changes; make another one with model_copy(update=...)
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a plan never changes; make another one with model_copy(update=...)")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[Self], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


sealed = AfterValidator(Sealed)
"""Makes the mapping of a field one that never changes."""


class Model(BaseModel):
    """The base of everything an author writes: frozen, unknown keys refused, documented by its attribute docstrings."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        validate_default=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # the first plan pays for building the models, not the import
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Make a copy with other values in some fields, checked like any other; nothing cached is carried over.

        `deep` changes nothing, because nothing inside ever changes.
        """
        del deep
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})


def _one_value(value: object, *, allowed: str) -> None:
    """Refuse a mapping or a list where one value is wanted."""
    if isinstance(value, dict | list | tuple):
        found = "mapping" if isinstance(value, dict) else "list"
        told = {"found": f"a {found}", "allowed": allowed}
        raise PydanticCustomError("wrong_shape", "{found} stands here; allowed: {allowed}", told)


def _exact(value: object) -> Fraction:
    _one_value(value, allowed="a number such as 0.4, 40%, 1/3 or -12.50")
    try:
        return exact(value, argument="value")
    except JointPayError as refused:
        told = str(refused).removeprefix("value: ")
        raise PydanticCustomError("number", "{told}", {"told": told}) from None


def _whole(value: object) -> int:
    number = _exact(value)
    if number.denominator != 1 or "%" in str(value) or "/" in str(value):
        raise PydanticCustomError(
            "whole", "{value} is not a whole number; allowed: 0, 1, 2, ...", {"value": repr(value)}
        )
    return int(number)


def _day(value: object) -> date:
    _one_value(value, allowed="a calendar day written 2026-01-31")
    text = str(value)
    try:
        day = value if type(value) is date else date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError(
            "day",
            "{value} is not a day; allowed: a calendar day written 2026-01-31, from {first} to {last}",
            {"value": repr(text), "first": FIRST_YEAR, "last": LAST_YEAR},
        )
    return day


def _flag(value: object) -> bool:
    _one_value(value, allowed="true, false")
    match value:
        case bool():
            return value
        case "true":
            return True
        case "false":
            return False
        case _:
            raise PydanticCustomError(
                "flag", "{value} is neither true nor false; allowed: true, false", {"value": repr(value)}
            )


def _name(value: object) -> str:
    _one_value(value, allowed="a name")
    if not isinstance(value, str):
        raise PydanticCustomError(
            "name", "{value} is not text; allowed: a name, in quotes if it looks like a number", {"value": repr(value)}
        )
    if not value or value != value.strip() or len(value) > LONGEST_NAME:
        raise PydanticCustomError(
            "name",
            "{value} is not a name; allowed: 1 to 100 characters without spaces around them",
            {"value": repr(value[: LONGEST_NAME + 10])},
        )
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in value):
        raise PydanticCustomError(
            "name",
            "{value} holds a control or invisible character; allowed: characters that can be seen",
            {"value": ascii(value)},
        )
    if unicodedata.normalize("NFC", value) != value:
        raise PydanticCustomError(
            "name",
            "{value} is not in Unicode form NFC; next: write the name again as {composed}",
            {"value": ascii(value), "composed": ascii(unicodedata.normalize("NFC", value))},
        )
    return value


def _at_least_zero(value: Fraction) -> Fraction:
    if value < 0:
        raise PydanticCustomError("negative", "{value} is negative; allowed: 0 or more", {"value": decimal_text(value)})
    return value


def _above_zero(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError(
            "not_positive", "{value} is not above zero; allowed: more than 0", {"value": decimal_text(value)}
        )
    return value


def _weight(value: Fraction) -> Fraction:
    if not 0 < value <= 1:
        raise PydanticCustomError(
            "weight",
            "{value} is not a weight; allowed: more than 0, at most 1 (100%); leave a measure out instead of giving it 0",
            {"value": decimal_text(value)},
        )
    return value


_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?%?$|^-?[0-9]+/[0-9]+$"}, {"type": "number"}]
}

Exact = Annotated[
    Fraction, BeforeValidator(_exact), PlainSerializer(decimal_text, return_type=str), WithJsonSchema(_NUMBER_SCHEMA)
]
"""Any exact number: `0.4`, `40%`, `1/3`."""

NonNegative = Annotated[Exact, AfterValidator(_at_least_zero)]
Positive = Annotated[Exact, AfterValidator(_above_zero)]
Weight = Annotated[Exact, AfterValidator(_weight)]
Whole = Annotated[
    int,
    BeforeValidator(_whole),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]+$"}]}),
]
Flag = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Name = Annotated[
    str,
    BeforeValidator(_name),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}, {"type": ["number", "boolean"]}]}
    ),
]


class KindAlone:
    """Lets an author write `scope: own` for `scope: {kind: own}`; anything else is left to the model."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds

    def __call__(self, value: object) -> object:
        """Turn the bare name of a kind into its mapping."""
        return {"kind": value} if isinstance(value, str) and value in self.kinds else value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 -- pydantic's own signature
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"enum": list(self.kinds)}, handler(schema)]}


def kind_alone(*kinds: str) -> KindAlone:
    """Name the kinds that need nothing else and may be written alone."""
    return KindAlone(kinds)
