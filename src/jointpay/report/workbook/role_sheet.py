"""The table of one role: who, then every component, the score, and every pay rule."""

from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.roles import Component
from jointpay.report.workbook.book import Book, Points, fill_of, safe_text
from jointpay.report.workbook.combine import Part, add_combined
from jointpay.report.workbook.links import LinkSheet, add_link
from jointpay.report.workbook.measures import add_measure
from jointpay.report.workbook.pay import Paid, add_rule
from jointpay.report.workbook.table import RoleTable
from jointpay.results.explain_measure import filled
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores

__all__ = ["FIRST_DAY_1970", "add_component", "add_pay", "add_payees", "add_score"]

FIRST_DAY_1970 = 25569
"""Number of 1970-01-01 in a spreadsheet."""


def add_payees(table: RoleTable, book: Book) -> None:
    """Add who and when: the columns that stay in sight."""
    card, payees = book.settlement.scorecard, table.role.payees
    rows = table.rows
    persons = [int(payees.persons[row]) for row in rows]
    spans = [card.periods[payees.periods[row]] for row in rows]
    starts, ends = [int(payees.starts[row]) for row in rows], [int(payees.ends[row]) for row in rows]
    say = book.say
    table.add(("payee",), say("terms.payee"), [safe_text(card.person_ids[p]) for p in persons], kind="label")
    table.add(("name",), say("workbook.name"), [safe_text(card.names[p]) for p in persons], kind="label")
    table.add(("period",), say("terms.period"), [safe_text(span.id) for span in spans], kind="label")
    day = "yyyy-mm-dd"
    table.add(
        ("first",), say("workbook.first_day"), [start + FIRST_DAY_1970 for start in starts], kind="label", look=day
    )
    table.add(("last",), say("workbook.last_day"), [end - 1 + FIRST_DAY_1970 for end in ends], kind="label", look=day)
    held = [end - start for start, end in zip(starts, ends, strict=True)]
    table.add(("days",), say("workbook.days"), held, kind="input", look="0", parts=1)
    table.add(
        ("period_days",), say("workbook.period_days"), [span.days for span in spans], kind="input", look="0", parts=1
    )


def add_component(table: RoleTable, book: Book, links: LinkSheet, name: str) -> None:
    """Add the measures, links and modifiers of a component, and its points."""
    body = book.plan.roles[table.role.role].components[name]
    scores = next(component for component in table.role.components if component.name == name)
    title, path = safe_text(body.title or name), ("components", name)
    parts = _parts(table, book, links, body, scores, title)
    modifiers = []
    for (modifier_name, modifier), made in zip(body.modifiers.items(), scores.modifiers, strict=True):
        table.bands = (title, safe_text(book.say("workbook.modifier", name=_title(book, modifier, modifier_name))))
        modifiers.append(add_measure(table, book, modifier, made, (*path, "modifiers", modifier_name)))
    table.bands = (title, "")
    missing, scale = body.missing, book.points_scale
    left_out = missing is None or isinstance(missing, MissingLeaveOut)
    given = [None if left_out and int(scores.states[row]) else int(scores.points[row]) for row in table.rows]
    fill = 0 if missing is None else filled(missing, book.plan)
    reference, most = add_combined(
        table,
        book,
        parts,
        modifiers,
        given,
        combine=body.combine,
        path=(*path, "points"),
        head=book.say("workbook.component_points", title=title),
        fill=fill_of(missing, fill, scale),
    )
    optional = isinstance(missing, MissingLeaveOut)
    book.components[table.role.role, name] = Points(reference, tuple(given), max(most, abs(fill)), 1, optional)


def _title(book: Book, reading: Measure | Modifier, name: str) -> str:
    return book.plan.metrics[reading.metric].title or name


def _parts(
    table: RoleTable, book: Book, links: LinkSheet, body: Component, scores: ComponentScores, title: str
) -> list[Part]:
    """Add the columns of all measures and links of a component."""
    parts = []
    for (name, ingredient), made in zip(body.measures.items(), scores.measures, strict=True):
        path = ("components", scores.name, "measures", name)
        if isinstance(ingredient, Link) and isinstance(made, LinkScores):
            role = book.plan.roles[ingredient.role]
            other = role.components[ingredient.component].title or ingredient.component
            told = book.say("workbook.link", role=role.title or ingredient.role, component=other)
            table.bands = (title, safe_text(told))
            points = add_link(table, book, links, ingredient, made, path)
            parts.append(Part(safe_text(told), points, ingredient.weight))
        elif isinstance(ingredient, Measure) and isinstance(made, MeasureScores):
            told = safe_text(_title(book, ingredient, name))
            table.bands = (title, told)
            points = add_measure(table, book, ingredient, made, path)
            parts.append(Part(told, points, ingredient.weight))
    table.bands = (title, "")
    return parts


def add_score(table: RoleTable, book: Book) -> Points:
    """Add the score: the weighted mean of the components."""
    table.bands = (book.say("terms.score"), "")
    role = book.plan.roles[table.role.role]
    parts = [
        Part(safe_text(body.title or name), book.components[table.role.role, name], body.weight)
        for name, body in role.components.items()
    ]
    given = [None if int(table.role.states[row]) else int(table.role.scores[row]) for row in table.rows]
    reference, most = add_combined(
        table,
        book,
        parts,
        [],
        given,
        combine="weighted_mean",
        path=("score",),
        head=book.say("terms.score"),
        fill='""',
    )
    return Points(reference, tuple(given), most, 1, optional=any(part.points.optional for part in parts))


def add_pay(table: RoleTable, book: Book, score: Points) -> list[Paid]:
    """Add every pay rule of the role."""
    paid = []
    rules = {rule.id: rule for rule in book.plan.roles[table.role.role].pay}
    for line in book.settlement.lines:
        if line.role == table.role.role:
            table.bands = (safe_text(book.say("workbook.rule", rule=line.rule_id)), "")
            paid.append(add_rule(table, book, rules[line.rule_id], line, score))
    return paid
