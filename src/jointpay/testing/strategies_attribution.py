"""Rules of attribution for a plan, of every kind."""

from typing import Any

from jointpay.testing.strategies_choose import Choose

__all__ = ["attribution"]

_WINDOWS = ({"days": 7}, {"days": 1}, {"days": 30, "seconds": 1}, {"seconds": 43_200}, {"seconds": 1}, {"days": 400})
_SHARES = (("0.4", "0.4"), ("0.3", "0.5"), ("1/3", "1/3"), ("0", "1"), ("1", "0"), ("2/7", "0"))
_HALF_LIVES = (604_800, 86_400, 43_200, 1, 7, 100_000)


def attribution(choose: Choose, declared: dict[str, Any]) -> dict[str, Any] | None:
    """Choose a rule that credits orders by touch; None where no total reads orders and something else."""
    kinds = sorted({kind for total in declared.values() for kind in (*total["events"], *total.get("minus", ()))})
    touches = [kind for kind in kinds if kind not in {"order", "refund"}]
    if "order" not in kinds or not touches:
        return None
    rule: dict[str, Any] = {
        "kind": choose.pick(("last_click", "first_click", "linear", "position_based", "time_decay")),
        "credited": ["order"],
        "touches": {"events": choose.some(touches, at_least=1)},
        "window": choose.pick(_WINDOWS),
    }
    if choose.chance(80):
        rule["reversed_by"] = ["refund"]
    if choose.chance(20):
        rule["touches"]["where"] = choose.pick(({"without": ["bot"]}, {"at_most": 5000}, {"flags": ["paid"]}))
    if rule["kind"] == "position_based":
        rule["first"], rule["last"] = choose.pick(_SHARES)
    if rule["kind"] == "time_decay":
        rule["half_life"] = choose.pick(_HALF_LIVES)
    return rule
