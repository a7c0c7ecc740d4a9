"""Why pay differs from the period before, in words."""

from jointpay.report.statements.comparison import Comparison, Difference
from jointpay.report.statements.record import LinkStatement, MeasureStatement, Statement
from jointpay.report.statements.view_records import ComparisonView, DifferenceView
from jointpay.report.statements.words import Words
from jointpay.results.explain_text import visible

__all__ = ["comparison_view"]


def comparison_view(words: Words, earlier: Statement, comparison: Comparison) -> ComparisonView:
    """Write the difference between two rows of one role, the largest parts first."""
    amounts = [sum(line.amount_minor for line in row.lines) for row in (comparison.before, comparison.after)]
    moved = amounts[1] - amounts[0]
    partner = comparison.part(partner_driven=True)
    own = comparison.part(partner_driven=False)
    told = sorted(comparison.differences, key=lambda one: (-abs(one.score), -abs(one.amount_minor)))
    components = {component.name: component.title for component in comparison.after.components}
    whole = (partner[0] + own[0], partner[1] + own[1], moved)
    return ComparisonView(
        title=words.text("compare_title", role=words.role(comparison.after.role), period=earlier.period.id),
        summary=words.text(
            "compare_summary",
            before=words.money(amounts[0]),
            after=words.money(amounts[1]),
            moved=words.money(moved, signed=True),
            adjustment=words.percent(whole[1], signed=True),
            points=words.points(whole[0], signed=True),
            partner_points=words.points(partner[0], signed=True),
            partner_amount=words.money(partner[2], signed=True),
            own_points=words.points(own[0], signed=True),
            own_amount=words.money(own[2], signed=True),
        ),
        differences=tuple(_difference(words, one, components) for one in told),
        partner=_sum(words, words.text("compare_partner"), partner),
        own=_sum(words, words.text("compare_own"), own),
        whole=_sum(words, words.text("compare_whole"), whole),
    )


def _sum(words: Words, title: str, parts: tuple[int, int, int]) -> DifferenceView:
    return DifferenceView(
        title=title,
        component="",
        driven_by="",
        partner_driven=False,
        moved="",
        score=words.points(parts[0], signed=True),
        adjustment=words.percent(parts[1], signed=True),
        amount=words.money(parts[2], signed=True),
    )


def _difference(words: Words, one: Difference, components: dict[str, str]) -> DifferenceView:
    part = one.after
    return DifferenceView(
        title=words.text(f"compare_{one.kind}") if part is None else visible(part.title),
        component=visible(components.get(one.component, "")),
        driven_by=words.role(one.driven_by),
        partner_driven=one.partner_driven,
        moved=_moved(words, one),
        score=words.points(one.score, signed=True),
        adjustment=words.percent(one.adjustment, signed=True),
        amount=words.money(one.amount_minor, signed=True),
    )


def _moved(words: Words, one: Difference) -> str:
    """Write value and target as they were and as they are."""
    before, after = _stood(words, one.before), _stood(words, one.after)
    return "" if not after else words.text("compare_moved", before=before or "–", after=after)


def _stood(words: Words, part: MeasureStatement | LinkStatement | None) -> str:
    if part is None:
        return ""
    if isinstance(part, LinkStatement) or part.value is None:
        return "–" if part.points is None else words.text("compare_points", points=words.points(part.points))
    if part.target is None:
        return words.value(part, part.value)
    return words.text(
        "compare_value", value=words.value(part, part.value), target=words.value(part, part.target.published)
    )
