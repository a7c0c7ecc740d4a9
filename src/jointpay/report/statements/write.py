"""Statements written out: plain text, a page of HTML, JSON."""

from collections.abc import Iterable

from jointpay.money.currency import format_minor
from jointpay.plan.plan import Plan
from jointpay.report.language import Language, language
from jointpay.report.page_template import page_template
from jointpay.report.statements.comparison import compare
from jointpay.report.statements.record import RowStatement, Statement, Step
from jointpay.report.statements.view import row_view
from jointpay.report.statements.view_comparison import comparison_view
from jointpay.report.statements.view_items import items_views
from jointpay.report.statements.view_records import ComponentView, Line, PartView, RowView, StatementView
from jointpay.report.statements.words import Words
from jointpay.results.explain_text import display_width, visible

__all__ = ["StatementWriter"]


class StatementWriter:
    """Writes the statements of one plan in one language.

    Raises `ValueError` for a language that is not there, `MissingExtraError` without the extra `report`.
    """

    def __init__(self, plan: Plan, *, lang: str = "en") -> None:
        self._language: Language = language(lang)
        self._words = Words(plan, self._language)

    def view(self, statement: Statement, *, earlier: Statement | None = None) -> StatementView:
        """Put a statement into words; with the one of an earlier period, say also why pay differs from it."""
        words = self._words
        name = visible(f"{statement.name} ({statement.payee})" if statement.name else statement.payee)
        comparisons = () if earlier is None else compare(earlier, statement)
        shown = [] if earlier is None else [comparison_view(words, earlier, one) for one in comparisons]
        return StatementView(
            tag=self._language.tag,
            title=words.text("title"),
            who=name,
            period=words.text(
                "period",
                period=statement.period.id,
                days=self._language.days(statement.period.start, statement.period.end),
            ),
            plan=words.text("plan", title=statement.plan_title, version=statement.plan_version),
            amount=words.money(statement.amount_minor),
            answer=tuple(_answer(words, statement)),
            sentences=tuple(sentence for row in statement.rows for sentence in _why(words, row)),
            comparisons=tuple(shown),
            rows=tuple(row_view(words, statement, row) for row in statement.rows),
            items=items_views(words, statement),
            held_fixed=words.text("held_fixed"),
            recompute=words.text(
                "recompute_even" if statement.rounding == "half_even" else "recompute_away",
                points=statement.points_places,
                attainment=statement.attainment_places,
                adjustment=statement.adjustment_places,
            ),
            record=(
                Line(words.text("record_plan"), "", f"{visible(statement.plan_id)} {statement.plan_digest}", ""),
                Line(words.text("record_data"), "", statement.data_digest, ""),
                Line(words.text("record_base_pay"), "", statement.base_pay_digest, ""),
                Line(words.text("record_engine"), "", statement.engine_version, ""),
                Line(words.text("record_amount"), "", format_minor(statement.amount_minor, statement.currency), ""),
            ),
        )

    def html(self, statement: Statement, *, earlier: Statement | None = None) -> str:
        """Write a page that needs nothing else: no network, no script."""
        page: str = page_template("statement.html.j2").render(
            view=self.view(statement, earlier=earlier), text=self._words.text
        )
        return page

    def text(self, statement: Statement, *, earlier: Statement | None = None) -> str:
        """Write plain text that can be followed with a calculator."""
        return "\n".join(_text(self.view(statement, earlier=earlier), self._words)) + "\n"


def _answer(words: Words, statement: Statement) -> Iterable[Line]:
    """Say the result first: score and adjustment of every seat."""
    for row in statement.rows:
        told = words.text("no_score") if row.score is None else words.points(row.score)
        yield Line(words.text("score_of", role=words.role(row.role)), "", told, "")
        for line in row.lines:
            yield Line(
                words.text("adjustment_of", rule=line.rule, base=line.base), "", words.percent(line.adjustment), ""
            )


def _why(words: Words, row: RowStatement) -> Iterable[str]:
    """Name what added and what took most, and what partners' work made."""
    titles = {
        (component.name, part.name): part.title
        for component in row.components
        for part in (*component.measures, *component.modifiers)
    }

    def title(step: Step) -> str:
        return visible(titles.get((step.component, step.name), step.name))

    best = max(row.steps, key=lambda step: step.points, default=None)
    worst = min(row.steps, key=lambda step: step.points, default=None)
    if best is not None and best.points > 0:
        yield words.text("why_best", title=title(best), points=words.points(best.points, signed=True))
    if worst is not None and worst.points < 0:
        yield words.text("why_worst", title=title(worst), points=words.points(worst.points, signed=True))
    if any(step.partner_driven for step in row.steps):
        partner = sum(step.points for step in row.steps if step.partner_driven)
        own = sum(step.points for step in row.steps if not step.partner_driven)
        yield words.text("why_partner", partner=words.points(partner, signed=True), own=words.points(own, signed=True))


def _text(view: StatementView, words: Words) -> Iterable[str]:
    yield from (f"{view.title}: {view.who}", view.period, view.plan, "")
    yield f"{words.text('amount')}  {view.amount}"
    yield from _aligned([(line.label, line.result) for line in view.answer])
    yield from view.sentences
    for comparison in view.comparisons:
        yield from ("", comparison.title, comparison.summary)
        parts = (*comparison.differences, comparison.partner, comparison.own, comparison.whole)
        yield from _aligned(
            [(part.title, f"{part.score}  {part.adjustment}  {part.amount}  {part.moved}") for part in parts]
        )
    for row in view.rows:
        yield from _row_text(row, words, view)
    for items in view.items:
        yield from ("", items.title)
        yield from _aligned(
            [
                (item, f"{', '.join(map(' '.join, zip(items.heads, counts, strict=True)))} {partners}".rstrip())
                for item, counts, partners in items.rows
            ]
        )
        yield from [items.more] if items.more else []
    yield from ("", words.text("record"))
    yield from _aligned([(line.label, line.result) for line in view.record])
    yield from ("", view.recompute)


def _row_text(row: RowView, words: Words, view: StatementView) -> Iterable[str]:
    yield from ("", f"{row.role}, {row.days}", "")
    yield words.text("steps")
    yield from _aligned(
        [
            (words.text("on_target"), row.start),
            *((f"{step.component}: {step.title}", _with(step.points, step.driven_by)) for step in row.steps),
            (words.text("score"), row.score),
            (words.text("own_part"), row.own),
            (words.text("partner_part"), row.partner),
        ]
    )
    for component in row.components:
        yield from _component_text(component, words)
    for pay in row.pay:
        yield from ("", f"{words.text('pay')}: {pay.title} ({pay.nature})", *_lines(pay.lines))
    if row.changes:
        yield from ("", words.text("changes"))
        yield from _aligned(
            [
                (_with(change.title, change.driven_by), f"{change.score}  {change.adjustment}  {change.amount}")
                for change in row.changes
            ]
        )
        yield view.held_fixed


def _component_text(component: ComponentView, words: Words) -> Iterable[str]:
    yield ""
    yield f"{component.title}: {component.points} ({words.text('weight')} {component.weight}{component.held}; {component.combine})"
    if component.formula:
        yield f"  {component.formula}"
    if component.note:
        yield f"  {component.note}"
    for part in component.parts:
        yield from _part_text(part, words)


def _part_text(part: PartView, words: Words) -> Iterable[str]:
    weight = f", {words.text('weight')} {part.weight}{part.held}" if part.weight else ""
    badge = f", {part.badge}" if part.badge else ""
    yield f"  {part.title}: {part.points} ({part.kind}{weight}{badge})"
    if part.note:
        yield f"    {part.note}"
    yield from (f"  {line}" for line in _lines(part.lines))


def _lines(lines: Iterable[Line]) -> list[str]:
    return _aligned(
        [(line.label, (f"{line.formula} → " if line.formula else "") + _with(line.result, line.note)) for line in lines]
    )


def _with(text: str, note: str) -> str:
    return f"{text} ({note})" if note and text else text or note


def _aligned(pairs: list[tuple[str, str]]) -> list[str]:
    """Lay labels and texts out in two columns, also where characters are wide."""
    widest = max((display_width(label) for label, _ in pairs), default=0)
    return [f"  {label}{' ' * (widest - display_width(label))}  {text}".rstrip() for label, text in pairs]
