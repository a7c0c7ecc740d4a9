"""Control totals: what whoever exported a table says is in it, held against what was read."""

from collections.abc import Mapping
from fractions import Fraction

from jointpay.data.problems import shown
from jointpay.data.table import nearest
from jointpay.data.table_problems import TableProblems
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan
from jointpay.plan.units import total_scale

__all__ = ["refuse_other_control"]


def refuse_other_control(
    control: Mapping[str, int] | None, read: Mapping[str, int], plan: Plan, *, source: str
) -> None:
    """Refuse a table whose content is not what was declared: its number of rows, or the sum of a total.

    `read` is what there is, by name, as facts count; what is declared is in the unit of the total, also where facts
    count in millionths of it. None, and an empty declaration, declare nothing.

    Raises `DataError` with every difference, and for a name that is none and a number that is not whole.
    """
    problems = TableProblems(source)
    for name, declared in sorted((control or {}).items()):
        if name not in read:
            told = f"there is no control total {shown(name)}{nearest(name, list(read))}; allowed: {', '.join(read)}"
        elif isinstance(declared, bool) or not isinstance(declared, int):
            told = f"the control total {name!r} is {shown(declared)}; allowed: a whole number, in the smallest unit"
        elif declared != (found := _in_units(read[name], name, plan)):
            told = (
                f"the control total {name!r} is declared as {declared}, and {decimal_text(found)} was read, which is "
                f"{decimal_text(abs(found - declared))} too {'much' if found > declared else 'little'}; "
                f"next: export it again whole, or correct what is declared"
            )
        else:
            continue
        problems.refuse("control_total", told)
    problems.stop()


def _in_units(number: int, name: str, plan: Plan) -> Fraction:
    total = plan.totals.get(name)  # there is none for the number of rows
    return Fraction(number, 1 if total is None else total_scale(total, plan.events.attribution))
