"""Orders credited by touch, order by order: the touches each has, and the million parts it is divided into."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import assert_never

from jointpay.plan.attribution import Attribution, FirstClick, LastClick, Linear, PositionBased, TimeDecay

__all__ = ["Visit", "touches_of", "whole_parts"]

_PARTS = 1_000_000
_BILLION = 1_000_000_000
_SECOND_US = 1_000_000
_DIGITS = Context(prec=120, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Visit:
    """An event of somebody, and where it happened."""

    visitor: str
    instant_us: int
    event_id: str
    item: str
    channel: str


def touches_of(rule: Attribution, order: Visit, touches: Sequence[Visit]) -> list[Visit]:
    """Give the touches of an order, the earliest first; at one instant by event id."""
    if not order.visitor:
        return []
    window_us = (rule.window.days * 86_400 + rule.window.seconds) * _SECOND_US
    mine = [
        touch
        for touch in touches
        if touch.visitor == order.visitor and order.instant_us - window_us <= touch.instant_us <= order.instant_us
    ]
    return sorted(mine, key=lambda touch: (touch.instant_us, touch.event_id))


def whole_parts(rule: Attribution, touches: Sequence[Visit]) -> list[int]:
    """Divide a million among touches, at least one, by their weights.

    Each gets the whole part of its quota; what is left goes, one each, to the largest remainders, of equal ones to the
    earlier touch.
    """
    weights = _weights(rule, touches)
    quotas = [_PARTS * weight / sum(weights) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - quotas[place], place))
    for place in by_remainder[: _PARTS - sum(parts)]:
        parts[place] += 1
    return parts


def _weights(rule: Attribution, touches: Sequence[Visit]) -> list[Fraction]:
    count = len(touches)
    match rule:
        case FirstClick():
            return [Fraction(place == 0) for place in range(count)]
        case LastClick():
            return [Fraction(place == count - 1) for place in range(count)]
        case Linear():
            return [Fraction(1)] * count
        case PositionBased(first=first, last=last):
            if count == 1:
                return [Fraction(1)]
            if count == 2:
                return [first, last]
            return [first, *[(1 - first - last) / (count - 2)] * (count - 2), last]
        case TimeDecay(half_life=half_life):
            return [_decayed(touches[-1].instant_us - touch.instant_us, half_life * _SECOND_US) for touch in touches]
        case _:  # pragma: no cover
            assert_never(rule)


def _decayed(age: int, half_life: int) -> Fraction:
    """Give what is left of a billion, rounded, a half up; exact where whole half-lives have passed."""
    halvings = Fraction(age, half_life)
    if halvings.denominator == 1:
        left = Fraction(_BILLION, 2**halvings.numerator)
    else:
        exponent = _DIGITS.divide(Decimal(-halvings.numerator), Decimal(halvings.denominator))
        left = Fraction(_DIGITS.multiply(_DIGITS.power(Decimal(2), exponent), Decimal(_BILLION)))
    return Fraction((left + Fraction(1, 2)).__floor__())
