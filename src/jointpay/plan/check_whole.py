"""Whole plans: all static checks of one plan, one after the other."""

from collections.abc import Iterator

from jointpay.findings import Finding, Place
from jointpay.plan.check_components import check_components
from jointpay.plan.check_coupling import check_coupling, metrics_seen
from jointpay.plan.check_curves import check_measure_curves, readings
from jointpay.plan.check_pay import check_pay
from jointpay.plan.metrics import TotalMetric
from jointpay.plan.plan import Plan

__all__ = ["check_whole"]


def check_whole(plan: Plan) -> tuple[Finding, ...]:
    """Collect what every static check finds."""
    return (
        *_dead(plan),
        *_undriven(plan),
        *check_measure_curves(plan),
        *check_components(plan),
        *check_pay(plan),
        *check_coupling(plan),
    )


def _dead(plan: Plan) -> Iterator[Finding]:
    read = {reading.metric for _, reading in readings(plan)}
    named: set[str] = set()
    for metric in plan.metrics.values():
        named |= {metric.total} if isinstance(metric, TotalMetric) else {metric.numerator, metric.denominator}
    for kind, dead in (
        ("total", [name for name in plan.totals if name not in named]),
        ("metric", [name for name in plan.metrics if name not in read]),
    ):
        reader = "metric" if kind == "total" else "measure or modifier"
        for name in dead:
            yield Finding(
                code="dead_total" if kind == "total" else "dead_metric",
                severity="warning",
                message=f"no {reader} reads the {kind} {name!r}; next: leave it out, or use it",
                place=Place(path=f"{kind}s.{name}"),
                witness=((kind, name),),
            )


def _undriven(plan: Plan) -> Iterator[Finding]:
    """Find metrics that move scores while nobody drives them, or while those who drive them are not moved by them."""
    seen = metrics_seen(plan)
    for name, metric in plan.metrics.items():
        readers = [role for role, metrics in seen.items() if name in metrics]
        if not readers:
            continue
        driver = metric.driven_by
        told = ", ".join(map(repr, readers))
        if driver is None:
            yield Finding(
                code="undriven_metric",
                severity="info",
                message=f"{name!r} moves the score of {told}, but no role in the plan drives it",
                place=Place(path=f"metrics.{name}"),
                witness=(("metric", name), ("readers", told)),
            )
        elif driver not in readers:
            yield Finding(
                code="driver_not_measured",
                severity="info",
                message=f"{driver!r} drives {name!r}, which moves the score of {told} but not its own",
                place=Place(path=f"metrics.{name}.driven_by"),
                witness=(("metric", name), ("driver", driver), ("readers", told)),
            )
