"""Pay rules: every source, curve and limit, in any order in which limits may stand."""

from fractions import Fraction
from typing import Any

from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_curves import curve

__all__ = ["BASES", "pay_rules"]

BASES = ("basic", "variable")
_SCORES = tuple(Fraction(text) for text in ("0", "40", "50", "60", "80", "90", "99.5", "100", "110", "120"))
_ADJUSTMENTS = tuple(
    Fraction(text) for text in ("0", "0.1", "0.05", "0.3", "-0.1", "-0.2", "1/3", "0.125", "0.0005", "1", "-1/7")
)


def _limits(choose: Choose, places: int, digits: int, *, guarded: bool) -> list[dict[str, Any]]:
    """Choose limits that are exact at the places published: on the adjustment first, then on the amount."""
    step = Fraction(1, 100 * 10**places)
    cap = choose.pick((Fraction(3, 10), Fraction(1, 5), 7 * step, Fraction(0)))
    of_adjustment: list[dict[str, Any]] = [
        {"kind": "cap", "at": cap},
        {"kind": "floor", "at": choose.pick((Fraction(-1, 10), Fraction(-1, 5), -3 * step, Fraction(0), cap))},
        {"kind": "guard", "at": choose.pick((Fraction(1, 5), Fraction(1, 20), 5 * step, Fraction(0)))},
    ]
    chosen = [limit for limit in of_adjustment if choose.chance(30) or (guarded and limit["kind"] == "guard")]
    if choose.chance(30):
        chosen.reverse()
    unit = Fraction(1, 10**digits)
    most = choose.pick((Fraction(100), 33 * unit, Fraction(0)))
    of_amount: list[dict[str, Any]] = [
        {"kind": "amount_cap", "amount": most},
        {"kind": "amount_floor", "amount": choose.pick((Fraction(-50), -7 * unit, Fraction(0), most))},
    ]
    bounds = [limit for limit in of_amount if choose.chance(20)]
    if choose.chance(30):
        bounds.reverse()
    return [*chosen, *bounds]


def pay_rules(choose: Choose, components: list[str], places: int, digits: int) -> list[dict[str, Any]]:
    """Choose none to three pay rules for a role."""
    rules = []
    for number in range(choose.pick((1, 2, 0, 3))):
        compensation = choose.chance(20)
        reads = {"kind": "component", "component": choose.pick(components)} if choose.chance(40) else {"kind": "score"}
        rules.append(
            {
                "id": f"rule_{number}",
                "nature": "loss_compensation" if compensation else "agreed_variable",
                "base": choose.pick(BASES),
                "reads": reads,
                "curve": curve(choose, _SCORES, _ADJUSTMENTS),
                "limits": _limits(choose, places, digits, guarded=compensation),
                "allow_decreasing": True,
            }
        )
    return rules
