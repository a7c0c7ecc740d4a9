"""How results show themselves: scores and lines as tables with their units, an explanation as its sums."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape
from itertools import accumulate

from jointpay.display import cell_text, counted, html_note, html_table, visible
from jointpay.engine.exact import exact_sum
from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text, fixed_text
from jointpay.plan.calendar import day_text
from jointpay.results.conservation import Conservation
from jointpay.results.explain_text import arithmetic
from jointpay.results.explanation import Explanation
from jointpay.results.scorecard import MISSING_REASONS, RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

__all__ = [
    "conservation_html",
    "conservation_line",
    "explanation_html",
    "explanation_line",
    "scorecard_html",
    "scorecard_line",
    "settlement_html",
    "settlement_line",
]

_WHO = ("period", "person", "name", "role", "first day", "last day")


def _grouped(number: int, places: int) -> str:
    """Write a whole number of last places, thousands apart."""
    whole, dot, decimals = fixed_text(abs(number), places).partition(".")
    return f"{'-' if number < 0 else ''}{int(whole):,}{dot}{decimals}"


def _of_plan(card: Scorecard) -> str:
    return f"plan {card.plan.id!r}, version {card.plan.version!r}, plan digest {card.plan_digest[:12]}, data digest {card.data_digest[:12]}"


def _who(card: Scorecard, role: RoleScores, row: int) -> tuple[object, ...]:
    payees = role.payees
    person = int(payees.persons[row])
    return (
        card.periods[int(payees.periods[row])].id,
        card.person_ids[person],
        card.names[person],
        role.role,
        day_text(int(payees.starts[row])),
        day_text(int(payees.ends[row]) - 1),
    )


def _place(sizes: Sequence[int], place: int) -> tuple[int, int]:
    """Give the block and the row in it of a row counted through all blocks, without listing them."""
    ends = list(accumulate(sizes))
    block = bisect_right(ends, place)
    return block, place - (ends[block] - sizes[block])


def scorecard_line(card: Scorecard) -> str:
    """Say in one line what was scored."""
    rows = sum(len(role.scores) for role in card.roles)
    span = f"{card.periods[0].id} to {card.periods[-1].id}" if card.periods else "no period"
    return f"<Scorecard: {counted(rows, 'row')} of {counted(len(card.person_ids), 'person')}, {span}; {_of_plan(card)}>"


def scorecard_html(card: Scorecard) -> str:
    """Write the scores: one row per payee row, in the order of the plan's roles."""
    sizes = [len(role.scores) for role in card.roles]
    places = card.plan.places.points

    def cells(place: int) -> Iterable[object]:
        block, row = _place(sizes, place)
        role = card.roles[block]
        state = int(role.states[row])
        score = "–" if state else fixed_text(int(role.scores[row]), places)
        return (*_who(card, role, row), score, MISSING_REASONS[state] if state else "")

    return html_table(
        (*_WHO, "score, points", "missing"),
        sum(sizes),
        cells,
        caption=scorecard_line(card)[1:-1],
        right=("score, points",),
    )


def settlement_line(settlement: Settlement) -> str:
    """Say in one line what is paid."""
    card = settlement.scorecard
    count = sum(len(line.states) for line in settlement.lines)
    return f"<Settlement: {counted(count, 'line')}, {_total(settlement)} in all; {_of_plan(card)}>"


def _total(settlement: Settlement) -> str:
    currency = settlement.scorecard.plan.currency
    return f"{_grouped(_sum(settlement.lines), minor_digits(currency))} {currency}"


def settlement_html(settlement: Settlement) -> str:
    """Write the lines: one row per payee row and pay rule, with what was read, the adjustment and the amount."""
    card = settlement.scorecard
    plan, by_role = card.plan, {role.role: role for role in card.roles}
    digits, currency = minor_digits(plan.currency), plan.currency
    sizes = [len(line.states) for line in settlement.lines]
    amount = f"amount, {currency}"

    def cells(place: int) -> Iterable[object]:
        block, row = _place(sizes, place)
        line = settlement.lines[block]
        read = "–" if line.states[row] else fixed_text(int(line.points[row]), plan.places.points)
        adjustment = f"{fixed_text(int(line.adjustment[row]), plan.places.adjustment)}%"
        paid = _grouped(int(line.amount_minor[row]), digits)
        return (*_who(card, by_role[line.role], row), line.rule_id, read, adjustment, paid)

    return html_table(
        (*_WHO, "rule", "points read", "adjustment", amount),
        sum(sizes),
        cells,
        caption=settlement_line(settlement)[1:-1],
        right=("points read", "adjustment", amount),
        foot=("sum", *[""] * 8, _grouped(_sum(settlement.lines), digits)),
    )


def _sum(lines: Iterable[RuleLines]) -> int:
    return sum(exact_sum(line.amount_minor) for line in lines)


def explanation_line(explanation: Explanation) -> str:
    """Say in one line whose sum it is; its text is longer."""
    paid = ""
    if explanation.amount_minor is not None:
        amount = _grouped(explanation.amount_minor, minor_digits(explanation.currency))
        paid = f", {amount} {explanation.currency}"
    told = counted(len(explanation.terms), "term")
    return f"<Explanation: {visible(explanation.payee)}, {visible(explanation.period)}{paid}, {told}>"


def explanation_html(explanation: Explanation) -> str:
    """Write every section of the sum: what each number is, and how it is computed."""
    written = [html_note(explanation_line(explanation)[1:-1])]
    for section in explanation.sections:
        margin = 1.5 * section.depth
        body = "".join(
            f'<tr><td style="text-align: left; padding: 0 1em 0 0; vertical-align: top">{cell_text(term.label)}</td>'
            f'<td style="text-align: left">{escape(visible(arithmetic(term)))}</td></tr>'
            for term in section.terms
        )
        title = f"<p style='margin: 0.5em 0 0 {margin}em'><strong>{cell_text(section.title)}</strong></p>"
        table = (
            f'<table style="margin: 0 0 0 {margin}em; font-variant-numeric: tabular-nums"><tbody>{body}</tbody></table>'
        )
        written.append(title + (table if body else ""))
    return "".join(written)


def conservation_line(conservation: Conservation) -> str:
    """Say in one line whether anything is lost."""
    broken = sum(line.difference != 0 for line in conservation.lines)
    return f"<Conservation: {counted(len(conservation.lines), 'sum')}, {broken} with a difference>"


def conservation_html(conservation: Conservation) -> str:
    """Write input = credited + unattributed + not scored + excluded, line by line."""
    heads = ("role", "total", "input", "credited", "unattributed", "not scored", "excluded", "difference")

    def cells(place: int) -> Iterable[object]:
        line = conservation.lines[place]
        excluded = sum(amount for _, amount in line.excluded)
        numbers = (line.input, line.credited, line.unattributed, line.not_scored, excluded, line.difference)
        return (line.role, line.total, *(_number(number) for number in numbers))

    return html_table(
        heads, len(conservation.lines), cells, caption=conservation_line(conservation)[1:-1], right=heads[2:]
    )


def _number(number: int | Fraction) -> str:
    """Write an exact number with its thousands apart; one whose decimals do not end stays a fraction."""
    text = decimal_text(Fraction(number))
    whole, dot, decimals = text.partition(".")
    return text if "/" in text else f"{int(whole):,}{dot}{decimals}" if Fraction(number) >= 0 else text
