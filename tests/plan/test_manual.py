import pytest
from pydantic import BaseModel

from jointpay.plan.header import Effective, PeriodRange
from jointpay.plan.manual import _of_module, described, purpose
from jointpay.plan.plan import Plan
from jointpay.plan.values import Model


def models(below: type[BaseModel] = Model) -> list[type[BaseModel]]:
    return [model for one in below.__subclasses__() for model in (one, *models(one))]


def test_every_field_of_every_model_is_described_or_is_its_kind() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in models()
        for name, info in model.model_fields.items()
        if name != "kind" and (info.alias or name) not in described(model)
    ]
    assert silent == []


def test_fields_have_the_names_authors_write_and_come_down_to_their_heirs() -> None:
    assert list(described(Effective)) == ["from", "to"]
    assert described(PeriodRange)["from"] == described(Effective)["from"]
    assert described(PeriodRange)["id"] == "Name of the period as it appears in every result."


def test_the_purpose_is_the_first_sentence() -> None:
    assert purpose(Plan, "time_zone") == "IANA name of the zone in which days begin and end, such as `Asia/Shanghai`"
    assert purpose(Plan, "nothing") == ""


def test_an_installation_without_sources_has_no_manual(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: object) -> str:
        raise OSError("could not get source code")

    monkeypatch.setattr("jointpay.plan.manual.inspect.getsource", absent)
    assert _of_module.__wrapped__("jointpay.plan.header") == {}
