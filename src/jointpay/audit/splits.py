"""Splits: the parts sum to the pool, mirror its sign, stay within one unit of their quota and know no order."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.number import exact
from jointpay.money.split import split

__all__ = ["splits_exactly"]

Weight = int | str | Decimal | Fraction


def splits_exactly(
    amount_minor: int,
    weights: Sequence[Weight],
    *,
    keys: Sequence[str],
    by: Callable[..., tuple[int, ...]] = split,
) -> tuple[Finding, ...]:
    """Find what is wrong with how a method splits an amount by weights.

    The parts must sum to the amount; each must lie less than one unit from amount * weight / sum of weights, so that a
    weight of zero gets nothing; the split of the opposite amount must be the mirror image; and turned around, and
    rotated by one, the same keys must get the same parts. `by` is called as `by(amount, weights, keys=keys)`.

    Raises what the method raises.

    >>> splits_exactly(-1000, [1, 1, 1], keys=["cai", "an", "bo"])
    ()
    """
    parts = by(amount_minor, weights, keys=keys)
    told = (
        ("amount", str(amount_minor)),
        ("weights", ", ".join(map(str, weights))),
        ("parts", ", ".join(map(str, parts))),
    )
    found = []

    def add(code: str, message: str) -> None:
        found.append(Finding(code=code, severity="error", message=message, place=Place(path="split"), witness=told))

    if len(parts) != len(weights) or sum(parts) != amount_minor:
        add("split_not_whole", f"{len(parts)} parts sum to {sum(parts)} instead of {amount_minor}")
    found_far = _far_from_quota(amount_minor, weights, keys, parts)
    if found_far:
        add("split_far_from_quota", found_far)
    mirrored = by(-amount_minor, weights, keys=keys)
    if mirrored != tuple(-part for part in parts):
        add("split_not_symmetric", f"the opposite amount is split into {mirrored}, which is not the mirror image")
    for said, order in (
        ("turned around", list(range(len(keys)))[::-1]),
        ("rotated by one", [*range(1, len(keys)), *range(min(1, len(keys)))]),
    ):
        moved = by(amount_minor, [weights[place] for place in order], keys=[keys[place] for place in order])
        if moved != tuple(parts[place] for place in order):
            add("split_depends_on_order", f"{said}, the same keys get other parts: {moved}")
    return tuple(found)


def _far_from_quota(amount: int, weights: Sequence[Weight], keys: Sequence[str], parts: tuple[int, ...]) -> str:
    """Name the first part a whole unit or more from its quota; empty where there is none."""
    numbers = [exact(weight, argument="weight") for weight in weights]
    whole = sum(numbers, Fraction(0))
    for key, weight, part in zip(keys, numbers, parts, strict=False):
        quota = amount * weight / whole if whole else Fraction(0)
        if abs(part - quota) >= 1:
            return f"{key!r} gets {part}, a whole unit or more from {quota}"
    return ""
