"""Events without an item or a channel: refused, or left out and counted, as the plan says."""

from collections.abc import Callable
from typing import Any

from jointpay.data.events import measure
from jointpay.data.facts import Exclusion
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]
NONE = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}
EXCLUDE = "{ignored_kinds: [hover], empty_keys: exclude}"


def without(log: Columns) -> Columns:
    """Take the item of e4, a qualified dwell, and of e5, a payment; and the channel of e6, a refund, and of a second e4."""
    more = {name: [*cells, cells[3]] for name, cells in log.items()}
    more["event_id"][7] = "e8"
    more["item"][3], more["item"][4] = "", None
    more["channel"][5], more["channel"][7] = None, ""
    return more


def test_events_without_a_key_are_left_out_and_listed(
    log: Columns, plan_of: PlanOf, every_kind: Callable[[Columns], object]
) -> None:
    """E077. What lacks its channel adds nothing to a total that asks for one; what lacks its item does."""
    facts = measure(every_kind(without(log)), plan_of(events=EXCLUDE))
    assert facts.excluded == (
        Exclusion("empty_key", 4, NONE | {"qualified": 1, "dwell": 6000, "revenue": 9900 - 400, "orders": -1}),
    )
    assert facts.rows_read == 8
    assert facts.item_ids == ("banner", "poster")
    whole = {name: int(total.sum()) for name, total in facts.totals.items()}
    assert whole == {"clicks": 1, "qualified": 1, "dwell": 61000, "revenue": 0, "orders": 1}


def test_a_plan_that_says_nothing_refuses_them_and_is_what_it_was(
    log: Columns, plan_of: PlanOf, refusals: Callable[[Callable[[], object]], list[str]]
) -> None:
    assert "empty_keys" not in plan_of().to_json_tree()["events"]
    assert plan_of(events="{ignored_kinds: [hover], empty_keys: refuse}").digest == plan_of().digest
    assert plan_of(events=EXCLUDE).digest != plan_of().digest
    found = refusals(lambda: measure(without(log), plan_of()))
    assert [told.split(": ", 2)[1].split(",")[0] for told in found] == ["row 5", "row 6", "row 7", "row 9"]


def test_an_ignored_kind_without_a_key_is_ignored(log: Columns, plan_of: PlanOf) -> None:
    hover = without(log)
    hover["kind"][3] = "hover"
    facts = measure(hover, plan_of(events=EXCLUDE))
    assert {left.reason: left.rows for left in facts.excluded} == {"empty_key": 3, "ignored_kind": 1}


def test_an_unknown_channel_is_moved_and_none_is_left_out(
    log: Columns, plan_of: PlanOf, every_kind: Callable[[Columns], object]
) -> None:
    plan = plan_of(events=EXCLUDE, channels="channels: {known: [feed, search], other: search}")
    more = without(log)
    more["channel"][2], more["value"][2] = "zeppelin", "3000"
    facts = measure(every_kind(more), plan)
    assert int(facts.totals["qualified"].sum()) == 2  # e1, and e3 as of `search`
    assert {left.reason: left.totals["qualified"] for left in facts.excluded} == {"empty_key": 1}
    (moved,) = [note for note in facts.notes if note.code == "channel_moved"]
    assert "1 rows of channel 'zeppelin'" in str(moved)


def test_a_log_without_channels_lacks_only_items(
    log: Columns, plan_of: PlanOf, every_kind: Callable[[Columns], object]
) -> None:
    named = plan_of(events=EXCLUDE)
    plan = named.model_copy(update={"totals": {"clicks": named.totals["clicks"]}})
    clicks = without(log) | {"kind": ["click"] * 8}
    facts = measure(every_kind({name: cells for name, cells in clicks.items() if name != "channel"}), plan)
    assert facts.excluded == (Exclusion("empty_key", 2, {"clicks": 2}),)
    assert (facts.channel_ids, int(facts.totals["clicks"].sum())) == (("",), 4)  # two of the eight are a robot's
