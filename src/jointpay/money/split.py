"""Splits: an amount divided by weights, to the last minor unit."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from jointpay.errors import FloatRefusedError, MoneyError
from jointpay.money.number import exact, shown

__all__ = ["split"]


def split(
    amount_minor: int, weights: Sequence[int | str | Decimal | Fraction], *, keys: Sequence[str]
) -> tuple[int, ...]:
    """Split an amount by weights with the method of largest remainders (Hamilton).

    Formula: everybody gets the whole part of |amount| * weight / sum of weights; the units left over go one each to
    the largest fractional parts, and among equal ones to the key that sorts first by code point. The sign of the
    amount is put on at the end, so that a split of -x is the mirror image of a split of x.

    Weights and keys are (N,), in any order: who gets what depends on the keys alone. The parts come back in the order
    given and sum to the amount exactly. A weight of zero gets 0. An amount of zero gives zeros, whatever the weights;
    no weights at all and an amount of zero give ().

    Raises `FloatRefusedError` for a float, and `MoneyError` for an amount that is not whole, a negative weight, weights
    that sum to zero under an amount that is not zero, a key used twice, or more or fewer keys than weights.

    References: Balinski and Young, "Fair Representation" (1982), chapter 3.

    >>> split(10000, [1, 1, 1], keys=["cai", "an", "bo"])
    (3333, 3334, 3333)
    """
    if isinstance(amount_minor, float):
        raise FloatRefusedError.of("amount_minor", amount_minor)
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int):
        raise MoneyError(f"amount_minor: {shown(amount_minor)} is not a whole number of minor units; allowed: an int")
    _check_keys(len(weights), keys)
    parts = _whole_weights(weights, keys)
    whole = sum(parts)
    if amount_minor == 0:
        return (0,) * len(parts)
    if whole == 0:
        raise MoneyError(
            f"weights: {len(parts)} weights sum to zero, so nobody can be given the amount; "
            f"allowed: at least one weight above zero; next: decide who receives it before splitting"
        )
    shares, remainders = [], []
    for part in parts:
        share, remainder = divmod(abs(amount_minor) * part, whole)
        shares.append(share)
        remainders.append(remainder)
    left_over = abs(amount_minor) - sum(shares)
    for place in sorted(range(len(parts)), key=lambda place: (-remainders[place], keys[place]))[:left_over]:
        shares[place] += 1
    return tuple(-share for share in shares) if amount_minor < 0 else tuple(shares)


def _check_keys(count: int, keys: Sequence[str]) -> None:
    """Refuse keys that do not say who is who."""
    if len(keys) != count:
        raise MoneyError(f"keys: {len(keys)} keys for {count} weights; allowed: one key per weight")
    seen: set[str] = set()
    for key in keys:
        if not isinstance(key, str):
            raise MoneyError(
                f"keys: {shown(key)} is a {type(key).__name__}; allowed: text, so that ties have one order"
            )
        if key in seen:
            raise MoneyError(
                f"keys: {shown(key)} is there twice; allowed: each key once; next: add its weights up first"
            )
        seen.add(key)


def _whole_weights(weights: Sequence[int | str | Decimal | Fraction], keys: Sequence[str]) -> list[int]:
    """Bring the weights to whole numbers in the same proportion: times the least common denominator."""
    found = []
    for given, key in zip(weights, keys, strict=True):
        weight = exact(given, argument=f"weight of {shown(key)}")
        if weight < 0:
            raise MoneyError(f"weight of {shown(key)}: {weight} is negative; allowed: 0 or more")
        found.append(weight)
    common = lcm(*(weight.denominator for weight in found))
    return [weight.numerator * (common // weight.denominator) for weight in found]
