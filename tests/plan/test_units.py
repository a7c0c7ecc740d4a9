"""From totals to the unit of a metric, exactly."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from jointpay.plan.metrics import Metric
from jointpay.plan.totals import Total
from jointpay.plan.units import total_unit, unit_factor

METRICS: TypeAdapter[Any] = TypeAdapter(Metric)
TOTALS: dict[str, Any] = {
    name: TypeAdapter(Total).validate_python(body)
    for name, body in {
        "clicks": {"kind": "count", "events": ["click"]},
        "dwell": {"kind": "sum", "events": ["dwell"], "unit": "ms"},
        "watched": {"kind": "sum", "events": ["watch"], "unit": "s"},
        "sales": {"kind": "sum", "events": ["payment"], "unit": "minor"},
        "stars": {"kind": "sum", "events": ["rating"], "unit": "stars"},
    }.items()
}


def factor(unit: str, *totals: str, currency: str = "CNY") -> Fraction | None:
    read = {"total": totals[0]} if len(totals) == 1 else {"numerator": totals[0], "denominator": totals[1]}
    kind = "total" if len(totals) == 1 else "ratio"
    metric = METRICS.validate_python({"kind": kind, "direction": "higher_is_better", "unit": unit, "places": 0, **read})
    return unit_factor(metric, TOTALS, currency)


def test_a_total_knows_its_unit() -> None:
    assert [total_unit(total) for total in TOTALS.values()] == ["count", "ms", "s", "minor", "stars"]


@pytest.mark.parametrize(
    ("unit", "totals", "expected"),
    [
        ("count", ["clicks"], Fraction(1)),
        ("s", ["dwell"], Fraction(1, 1000)),
        ("ms", ["watched"], Fraction(1000)),
        ("h", ["dwell"], Fraction(1, 3_600_000)),
        ("major", ["sales"], Fraction(1, 100)),
        ("minor", ["sales"], Fraction(1)),
        ("s", ["clicks"], None),
        ("ratio", ["clicks"], None),
        ("ratio", ["clicks", "clicks"], Fraction(1)),
        ("ratio", ["dwell", "watched"], Fraction(1, 1000)),
        ("ratio", ["stars", "clicks"], None),
        ("stars", ["stars", "clicks"], Fraction(1)),
        ("s", ["dwell", "clicks"], Fraction(1, 1000)),
        ("major", ["sales", "clicks"], Fraction(1, 100)),
        ("stars/ms", ["stars", "dwell"], Fraction(1)),
        ("ms/s", ["dwell", "watched"], None),
        ("stars", ["stars", "dwell"], None),
    ],
)
def test_the_factor_from_totals_to_the_unit(unit: str, totals: list[str], expected: Fraction | None) -> None:
    assert factor(unit, *totals) == expected


@pytest.mark.parametrize(("currency", "expected"), [("JPY", Fraction(1)), ("KWD", Fraction(1, 1000))])
def test_money_has_the_digits_of_its_currency(currency: str, expected: Fraction) -> None:
    assert factor("major", "sales", currency=currency) == expected
