"""Every total the library measures from raw events is the reference's, and so is everything it left out."""

from collections import Counter
from datetime import date

import pytest

from jointpay.data.events import measure
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan
from jointpay.testing.reference_events import ReferenceFacts, reference_facts
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_people import Table
from jointpay.testing.strategies_plan import draw_plan

BATCH = 40


def measured(plan: Plan, events: Table, closed: date | None = None) -> ReferenceFacts:
    facts = measure(events, plan, closed=closed, late=None if closed is None else "exclude")
    return ReferenceFacts(
        totals={
            (int(day), facts.item_ids[int(item)], facts.channel_ids[int(channel)]): {
                name: int(numbers[place]) for name, numbers in facts.totals.items()
            }
            for place, (day, item, channel) in enumerate(zip(facts.days, facts.items, facts.channels, strict=True))
        },
        excluded=tuple((left.reason, left.rows, dict(left.totals)) for left in facts.excluded),  # type: ignore[misc]
    )


@pytest.mark.parametrize("batch", range(8))
def test_measured_events_are_the_references_facts(batch: int) -> None:
    reasons: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    divided = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        choose = SeededChoose(seed)
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=60)
        wanted = reference_facts(plan, events)
        found = measured(plan, events)
        assert (seed, found.totals) == (seed, wanted.totals)
        assert (seed, found.excluded) == (seed, wanted.excluded)
        assert list(found.totals) == sorted(found.totals)
        if plan.events.attribution is not None:
            rules[plan.events.attribution.kind] += 1
            divided += any(number % 1_000_000 for sums in wanted.totals.values() for number in sums.values())
        reasons.update(reason for reason, _, _ in wanted.excluded)
    assert reasons["duplicate"] > 0
    assert min(reasons["ignored_kind"], reasons["empty_key"]) > 0
    assert reasons["value_cap"] + reasons["value_limit"] > 0
    assert min(reasons["no_touch"], reasons["order_unknown"]) > 0
    assert min(reasons["repeated_in_interval"], reasons["visitor_unknown"]) > 0
    assert len(rules) > 2
    assert divided > 0


def test_orders_that_are_left_out_are_not_taken_back() -> None:
    reasons: Counter[str] = Counter()
    for seed in range(1000):
        choose = SeededChoose(f"left out {seed}")
        plan = draw_plan(choose)
        if plan.events.attribution is None or "order" not in plan.events.value_limits:
            continue
        events = draw_events(choose, plan, most=60)
        wanted = reference_facts(plan, events)
        assert (seed, measured(plan, events)) == (seed, wanted)
        reasons.update(reason for reason, _, _ in wanted.excluded)
    assert min(reasons[reason] for reason in ("order_excluded", "value_cap", "value_limit", "no_touch")) > 5, reasons


def test_events_of_closed_days_place_what_is_open_and_do_not_count() -> None:
    seen: Counter[str] = Counter()
    for seed in range(400):
        choose = SeededChoose(f"closed {seed}")
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=60)
        closed = date.fromisoformat(str(choose.pick(sorted(map(str, events[plan.events.columns.time])))[:10]))
        wanted = reference_facts(plan, events, closed=closed)
        assert (seed, measured(plan, events, closed)) == (seed, wanted)
        every = measured(plan, events)
        assert wanted.totals == {key: sums for key, sums in every.totals.items() if key[0] >= day_number(closed)}
        seen.update(reason for reason, _, _ in wanted.excluded)
        seen["divided"] += any(number % 1_000_000 for sums in wanted.totals.values() for number in sums.values())
    assert min(seen["closed_period"], seen["no_touch"], seen["repeated_in_interval"], seen["divided"]) > 20, seen
