"""How a dashboard writes: titles of the plan, ids, points, values in their units; every number written once."""

from fractions import Fraction

from jointpay.money.rounding import round_half
from jointpay.plan.measures import Attainment, Link, Measure, Modifier
from jointpay.plan.metrics import Metric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.units import total_scale
from jointpay.report.language import Language
from jointpay.results.explain_text import visible

__all__ = ["Writing"]


class Writing:
    """Writes what one plan holds in one language. Ids, names and titles come out with nothing invisible in them."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan = plan
        self.language = language
        self.text = language.text
        self._scales = {name: total_scale(total, plan.events.attribution) for name, total in plan.totals.items()}
        self._labels: dict[str, str] = {}
        self._numbers: dict[tuple[str, int, int, bool], str] = {}
        self._total_titles = {
            metric.total: metric.title
            for metric in reversed(plan.metrics.values())
            if isinstance(metric, TotalMetric) and metric.title
        }

    def number(self, whole: int, places: int = 0, *, signed: bool = False) -> str:
        """Write a whole number of last places."""
        key = ("number", whole, places, signed)
        if key not in self._numbers:
            self._numbers[key] = self.language.number(whole, places, signed=signed)
        return self._numbers[key]

    def percent(self, whole: int, places: int = 0, *, signed: bool = False) -> str:
        """Write per cent in last places."""
        key = ("percent", whole, places, signed)
        if key not in self._numbers:
            self._numbers[key] = self.language.percent(whole, places, signed=signed)
        return self._numbers[key]

    def points(self, whole: int, *, signed: bool = False) -> str:
        """Write published points."""
        return self.number(whole, self.plan.places.points, signed=signed)

    def part(self, part: Fraction) -> str:
        """Write a part of a whole, rounded to a tenth of a per cent."""
        return self.percent(round_half(part * 1000, rounding=self.plan.rounding), 1)

    def counted(self, total: str, raw: Fraction | int) -> str:
        """Write a sum of facts in the unit of its total: whole where it is whole, else rounded to a tenth."""
        if isinstance(raw, int) and self._scales[total] == 1:
            return self.number(raw)
        value = Fraction(raw) / self._scales[total]
        if value.denominator == 1:
            return self.number(value.numerator)
        return self.number(round_half(value * 10, rounding=self.plan.rounding), 1)

    def value(self, metric: Metric, whole: int, places: int) -> str:
        """Write a value of a metric, in last places, in its unit."""
        if metric.unit == "ratio" and places >= 2:
            return self.percent(whole, places - 2)
        if metric.unit == "major":
            return f"{self.number(whole, places)} {self.plan.currency}"
        number = self.number(whole, places)
        match metric.unit:
            case "count" | "ratio":
                return number
            case "ms" | "s" | "min" | "h":
                return self.text(f"dashboard.unit_{metric.unit}", value=number)
            case _:
                return f"{number} {self.label(metric.unit)}"

    def attained(self, kind: Attainment, whole: int) -> str:
        """Write a published attainment: a part of the target, or a distance from it; nothing for the value itself."""
        places = self.plan.places.attainment
        match kind:
            case "ratio":
                return self.percent(whole, places - 2) if places >= 2 else self.number(whole, places)
            case "difference" | "percentage_points":
                return self.number(whole, places, signed=True)
            case _:
                return ""

    def label(self, text: str) -> str:
        """Write an id, a name or a title."""
        if text not in self._labels:
            self._labels[text] = visible(text)
        return self._labels[text]

    def named(self, name: str) -> str:
        """Write a name of the plan that has no title."""
        told = name.replace("_", " ")
        return self.label(told[:1].upper() + told[1:])

    def role(self, role: str) -> str:
        """Give the title of a role."""
        return self.label(self.plan.roles[role].title or self.named(role))

    def component(self, role: str, component: str) -> str:
        """Give the title of a component."""
        return self.label(self.plan.roles[role].components[component].title or self.named(component))

    def ingredient(self, asked: Measure | Modifier | Link) -> str:
        """Give the title of a measure, modifier or link."""
        if isinstance(asked, Link):
            return self.text(
                "dashboard.link_title",
                component=self.component(asked.role, asked.component),
                role=self.role(asked.role),
            )
        return self.metric(asked.metric)

    def metric(self, name: str) -> str:
        """Give the title of a metric."""
        return self.label(self.plan.metrics[name].title or self.named(name))

    def total(self, name: str) -> str:
        """Give the title of a total: that of the metric which is this total, or its name."""
        return self.label(self._total_titles.get(name) or self.named(name))
