"""A statement in words: what every form of it says, in one language, in the order in which it is read."""

from fractions import Fraction

from jointpay.report.statements.changes import CurveEdge, metric_changes, nearest_edges
from jointpay.report.statements.curve_drawing import curve_drawing
from jointpay.report.statements.record import (
    ComponentStatement,
    CountedTotal,
    CurvePlace,
    LinkStatement,
    MeasureStatement,
    RowStatement,
    Statement,
    Step,
)
from jointpay.report.statements.view_pay import pay_views
from jointpay.report.statements.view_records import (
    ChangeView,
    ComponentView,
    Line,
    PartView,
    RowView,
    StepView,
)
from jointpay.report.statements.words import Words
from jointpay.results.explain_ledger import digits_text
from jointpay.results.explain_text import visible

__all__ = ["row_view"]


def row_view(words: Words, statement: Statement, row: RowStatement) -> RowView:
    """Write one seat of a payee."""
    edges = nearest_edges(row)
    titles = {
        (component.name, part.name): (component.title, part.title)
        for component in row.components
        for part in (*component.measures, *component.modifiers)
    }
    own = sum(step.points for step in row.steps if not step.partner_driven)
    return RowView(
        role=words.role(row.role),
        days=words.text(
            "row_days",
            range=words.language.days(row.start, row.end),
            days=row.end - row.start,
            of_days=row.period.days,
        ),
        score=words.text("no_score") if row.score is None else words.points(row.score),
        steps=tuple(_step(words, step, titles) for step in row.steps),
        start=words.points(100 * 10**statement.points_places),
        own=words.points(own, signed=True),
        partner=words.points(sum(step.points for step in row.steps) - own, signed=True),
        largest=max((abs(step.points) for step in row.steps), default=0),
        components=tuple(_component(words, statement, row, component, edges) for component in row.components),
        pay=pay_views(words, row),
        changes=tuple(
            ChangeView(
                title=visible(change.title),
                driven_by=words.role(change.driven_by),
                partner_driven=change.partner_driven,
                score=words.text("refused")
                if change.refused
                else "–"
                if change.score is None
                else words.points(change.score, signed=True),
                adjustment=", ".join(words.percent(moved, signed=True) for moved in change.adjustments.values()),
                amount="" if change.amount_minor is None else words.money(change.amount_minor, signed=True),
            )
            for change in metric_changes(statement, row)
        ),
    )


def _step(words: Words, step: Step, titles: dict[tuple[str, str], tuple[str, str]]) -> StepView:
    component, title = titles.get((step.component, step.name), (step.component, step.name))
    return StepView(
        component=visible(component),
        title=visible(title),
        driven_by=words.role(step.driven_by),
        partner_driven=step.partner_driven,
        points=words.points(step.points, signed=True),
        size=step.points,
    )


def _component(
    words: Words, statement: Statement, row: RowStatement, component: ComponentStatement, edges: tuple[CurveEdge, ...]
) -> ComponentView:
    near = {(edge.measure, edge.side): edge for edge in edges if edge.component == component.name}
    parts = []
    for part in (*component.measures, *component.modifiers):
        if isinstance(part, LinkStatement):
            parts.append(_link(words, part))
        else:
            parts.append(_measure(words, statement, row, part, near))
    return ComponentView(
        title=visible(component.title),
        weight=words.weight(component.weight),
        held=""
        if component.weight_held in (None, component.weight)
        else words.text("weight_held", weight=words.weight(component.weight_held or Fraction(0))),
        points="–" if component.points is None else words.points(component.points),
        combine=words.text(f"combine_{component.combine}"),
        formula=_combined(words, component),
        note=""
        if component.state == "present"
        else words.missing(component.state, component.missing, component.points),
        parts=tuple(parts),
    )


def _combined(words: Words, component: ComponentStatement) -> str:
    """Write how the points of the measures make those of the component."""
    held = [
        (part.weight_held, part.points)
        for part in component.measures
        if part.weight_held is not None and part.points is not None
    ]
    if not held:
        return ""
    match component.combine:
        case "weighted_mean":
            told = " + ".join(f"{words.weight(weight)} × {words.points(points)}" for weight, points in held)
        case "weighted_geometric":
            told = " × ".join(f"{words.points(points)}^{words.weight(weight)}" for weight, points in held)
        case "minimum":
            told = words.text("formula_minimum", values="; ".join(words.points(points) for _, points in held))
    factors = [part.points for part in component.modifiers if part.points is not None]
    if factors:
        told = f"({told})" if len(held) > 1 and component.combine != "minimum" else told
        told += "".join(f" × {words.points(points)} ÷ 100" for points in factors)
    return told


def _badge(words: Words, part: MeasureStatement) -> str:
    return words.text("driven_by", role=words.role(part.driven_by)) if part.driven_by is not None else ""


def _measure(
    words: Words,
    statement: Statement,
    row: RowStatement,
    part: MeasureStatement,
    near: dict[tuple[str, str], CurveEdge],
) -> PartView:
    lines = [*_counted(words, statement, part), *_value(words, statement, row, part)]
    if part.curve is not None and part.attainment is not None:
        lines += _attained(words, statement, part, part.curve)
        sides = () if part.suppressed else ("below", "above")
        lines += [_edge(words, part, near[part.name, side]) for side in sides if (part.name, side) in near]
    return PartView(
        kind=words.text(f"kind_{part.kind}"),
        title=visible(part.title),
        badge=_badge(words, part),
        partner_driven=part.partner_driven,
        weight="" if part.weight is None else words.weight(part.weight),
        held=_held(words, part.weight, part.weight_held),
        points="–" if part.points is None else words.points(part.points),
        note="" if part.state == "present" else words.missing(part.state, part.missing, part.points),
        lines=tuple(lines),
        drawing=""
        if part.curve is None or part.points is None
        else curve_drawing(
            part.curve,
            label=words.text("curve_of", title=part.title),
            x_text=words.language.number(part.attainment or 0, statement.attainment_places),
            y_text=words.points(part.points),
            write=words.language.exact,
        ),
    )


def _held(words: Words, weight: Fraction | None, held: Fraction | None) -> str:
    return "" if held in (None, weight) else words.text("weight_held", weight=words.weight(held or Fraction(0)))


def _counted(words: Words, statement: Statement, part: MeasureStatement) -> list[Line]:
    if part.suppressed:
        told = words.text("suppressed_count", number=statement.group_of_at_least)
        return [Line(words.text("counted"), "", "", f"{words.scope(part.scope)}; {told}")]
    return [
        Line(visible(one.total), "", words.counted(one.unit, one.amount), words.scope(part.scope))
        for one in part.counted
    ]


def _value(words: Words, statement: Statement, row: RowStatement, part: MeasureStatement) -> list[Line]:
    lines = []
    if part.value is not None and (part.is_ratio or part.factor != 1 or part.suppressed):
        formula = _made(words, part.counted, part.factor)
        lines.append(Line(words.text("value"), formula, words.value(part, part.value), ""))
    target = part.target
    if target is not None:
        lines += [
            Line(
                words.text("in_baseline" if target.source == "growth" else "in_group", total=one.total),
                "",
                words.counted(one.unit, one.amount),
                "",
            )
            for one in target.counted
        ]
        source = words.target_source(statement, row, part)
        lines.append(Line(words.text("target"), "", words.value(part, target.published), source))
    return lines


def _made(words: Words, counted: tuple[CountedTotal, ...], factor: Fraction) -> str:
    if not counted:
        return ""
    told = " ÷ ".join(words.language.exact(one.amount) for one in counted)
    if factor == 1:
        return told
    return told + (
        f" ÷ {words.language.exact(1 / factor)}" if factor.numerator == 1 else f" × {words.language.exact(factor)}"
    )


def _attained(words: Words, statement: Statement, part: MeasureStatement, curve: CurvePlace) -> list[Line]:
    """Write the attainment and what the curve makes of it."""
    piece = curve.pieces[curve.at]
    attainment = words.language.number(part.attainment or 0, statement.attainment_places)
    target = "" if part.target is None else words.language.number(part.target.published, part.places)
    value = _value_formula(words, part)
    formula = {
        "ratio": f"{value} ÷ {target}",
        "difference": f"{value} − {target}",
        "percentage_points": f"({value} − {target}) × 100",
        "value": value,
    }[part.attainment_kind]
    exact = part.attainment_exact or Fraction(0)
    return [
        Line(
            words.text("attainment"), f"{formula} = {digits_text(exact, statement.attainment_places)}", attainment, ""
        ),
        Line(
            words.text("points"),
            words.on_piece(piece, curve.x, percent=False),
            words.points(part.points or 0),
            words.piece(piece, percent=False),
        ),
    ]


def _value_formula(words: Words, part: MeasureStatement) -> str:
    """Write the exact value in an attainment's formula: as it was counted, so that no rounded number comes in."""
    made = _made(words, part.counted, part.factor)
    if part.is_ratio and made:
        return f"({made})"
    return made or words.language.exact(part.value_exact or Fraction(0))


def _edge(words: Words, part: MeasureStatement, edge: CurveEdge) -> Line:
    """Say how far the next edge is, in the metric's unit."""
    digits = digits_text(edge.distance, part.places)
    unit = f" {visible(part.unit)}" if part.unit else ""
    sign = "+" if edge.distance > 0 else ""
    key = "edge_above" if edge.side == "above" else "edge_below"
    told = words.text("edge_at", attainment=words.language.exact(edge.attainment))
    return Line(words.text(key), "", f"{sign}{digits}{unit}", told)


def _link(words: Words, part: LinkStatement) -> PartView:
    lines = [
        Line(
            words.text("partner", who=visible(f"{one.name} ({one.payee})" if one.name else one.payee)),
            "",
            words.text("counts_left_out_short") if one.points is None else words.points(one.points),
            words.text("partner_weight", weight=words.weight(one.weight)),
        )
        for one in part.partners
    ]
    if part.exact is not None and len(part.partners) > 1:
        formula = " + ".join(
            f"{words.weight(one.weight)} × {words.points(one.points)}"
            for one in part.partners
            if one.points is not None
        )
        lines.append(Line(words.text("points"), formula, words.points(part.points or 0), ""))
    return PartView(
        kind=words.text("kind_link"),
        title=visible(part.title),
        badge=words.text("driven_by", role=words.role(part.role)),
        partner_driven=True,
        weight=words.weight(part.weight),
        held=_held(words, part.weight, part.weight_held),
        points="–" if part.points is None else words.points(part.points),
        note="" if part.state == "present" else words.missing(part.state, part.missing, part.points),
        lines=tuple(lines),
        drawing="",
    )
