"""What is wrong with a part of a plan by itself: one line of a good plan is changed, and the error must say so."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from jointpay.findings import Finding
from jointpay.plan.load import plan_from_text

Refused = Callable[..., tuple[Finding, ...]]


class Case(NamedTuple):
    old: str
    new: str
    told: str


DRAW = "roles.designer.components.draw"
DWELL = f"{DRAW}.measures.dwell"
SHARE = "0.4, 40%, 1/3, -12.50 [number]"

CASES = {
    # numbers
    "negative weight": Case("weight: 40%", "weight: -0.2", f"73:17: {DRAW}.weight: -0.2 is not a weight; allowed: more than 0, at most 1 (100%); leave a measure out instead of giving it 0 [weight]"),
    "weight above one": Case("weight: 40%", "weight: 140%", f"73:17: {DRAW}.weight: 1.4 is not a weight; allowed: more than 0, at most 1 (100%); leave a measure out instead of giving it 0 [weight]"),
    "boolean for a number": Case("weight: 40%", "weight: true", f"73:17: {DRAW}.weight: 'true' is not a number; allowed: {SHARE}"),
    "full-width digits": Case("weight: 40%", "weight: ０．４", f"73:17: {DRAW}.weight: '０．４' is not a number; its digits are not the plain 0-9; allowed: {SHARE}"),
    "arabic digits": Case("weight: 40%", "weight: ٠٫٤", f"73:17: {DRAW}.weight: '٠٫٤' is not a number; its digits are not the plain 0-9; allowed: {SHARE}"),
    "underscore": Case("weight: 40%", "weight: 1_0", f"73:17: {DRAW}.weight: '1_0' is not a number; underscores are not digits; allowed: {SHARE}"),
    "thousands separator": Case("value: 12.5", 'value: "1,000"', f"88:42: {DWELL}.target.value: '1,000' is not a number; write it without thousands separators and with a point; allowed: {SHARE}"),
    "thousands separator without quotes": Case("value: 12.5", "value: 1,000", f"88:44: {DWELL}.target.000: it has no value; allowed: a value, in quotes if the word null itself is meant; next: write the number without a comma [no_value]"),
    "exponent": Case("amount: 5000.50", "amount: 1e3", f"128:40: roles.designer.pay.0.limits.3.amount: '1e3' is not a number; write it out without an exponent; allowed: {SHARE}"),
    "sexagesimal": Case("amount: 5000.50", "amount: 1:30", f"128:40: roles.designer.pay.0.limits.3.amount: '1:30' is not a number; allowed: {SHARE}"),
    "octal": Case("at_most: 10", "at_most: 010", f"26:55: totals.clicks.where.at_most: '010' is not a number; leave out the leading zeros, or quote it where text is meant; allowed: {SHARE}"),
    "date for a number": Case("value: 12.5", "value: 2024-01-31", f"88:42: {DWELL}.target.value: '2024-01-31' is not a number; allowed: {SHARE}"),
    "infinity": Case("amount: 5000.50", "amount: .inf", f"128:40: roles.designer.pay.0.limits.3.amount: '.inf' is not a number; allowed: {SHARE}"),
    "part of a whole number": Case("attainment: 4", "attainment: 4.5", "11:22: places.attainment: '4.5' is not a whole number; allowed: 0, 1, 2, ... [whole]"),
    "too many places": Case("attainment: 4", "attainment: 9", "11:22: places.attainment: '9' is too large; allowed: 8 or less [out_of_bounds]"),
    "too few places": Case("attainment: 4", "attainment: -1", "11:22: places.attainment: '-1' is too small; allowed: 0 or more [out_of_bounds]"),
    "negative bound": Case("max_cliff_points: 100", "max_cliff_points: -1", "163:21: bounds.max_cliff_points: -1 is negative; allowed: 0 or more [negative]"),
    "deduction per nothing": Case("per: 1%", "per: 0", "157:85: roles.operator.components.bring.measures.sales.curve.per: 0 is not above zero; allowed: more than 0 [not_positive]"),
    "mapping for a number": Case("weight: 40%", "weight: {a: b}", f"73:9: {DRAW}.weight: a mapping stands here; allowed: a number such as 0.4, 40%, 1/3 or -12.50 [wrong_shape]"),
    # names, days, flags
    "mapping for a name": Case("currency: CNY", "currency: {a: b}", "7:1: currency: a mapping stands here; allowed: a name [wrong_shape]"),
    "empty name": Case("currency: CNY", 'currency: ""', "7:11: currency: '' is not a name; allowed: 1 to 100 characters without spaces around them [name]"),
    "invisible character": Case("name: clicks", 'name: "a\\u200bb"', "147:41: roles.operator.components.bring.measures.clicks.target.name: 'a\\u200bb' holds a control or invisible character; allowed: characters that can be seen [name]"),
    "not composed": Case("name: clicks", 'name: "e\\u0301"', "147:41: roles.operator.components.bring.measures.clicks.target.name: 'e\\u0301' is not in Unicode form NFC; next: write the name again as '\\xe9' [name]"),
    "name of a role": Case("      draw:", '      " draw":', "72:7: roles.designer.components. draw: ' draw' is not a name; allowed: 1 to 100 characters without spaces around them [name]"),
    "no such day": Case("{from: 2026-01-01", "{from: 2026-02-30", "6:19: effective.from: '2026-02-30' is not a day; allowed: a calendar day written 2026-01-31, from 1970 to 2199 [day]"),
    "day of another calendar": Case("{from: 2026-01-01", "{from: 1969-01-01", "6:19: effective.from: '1969-01-01' is not a day; allowed: a calendar day written 2026-01-31, from 1970 to 2199 [day]"),
    "list for a day": Case("{from: 2026-01-01", "{from: [1]", "6:13: effective.from: a list stands here; allowed: a calendar day written 2026-01-31 [wrong_shape]"),
    "end before begin": Case("from: 2026-01-01, to: 2027-01-01", "from: 2026-12-01, to: 2026-11-01", "6:1: effective: it begins 2026-12-01 and ends 2026-11-01; allowed: `to` after `from` (half open) [range]"),
    "yes for a flag": Case("allow_decreasing: true", "allow_decreasing: yes", "134:27: roles.designer.pay.1.allow_decreasing: 'yes' is neither true nor false; allowed: true, false [flag]"),
    "list for a flag": Case("allow_decreasing: true", "allow_decreasing: [true]", "134:9: roles.designer.pay.1.allow_decreasing: a list stands here; allowed: true, false [wrong_shape]"),
    # keys
    "unknown key": Case("        weight: 40%", "        wieght: 0.4", f"73:9: {DRAW}.wieght: unknown key 'wieght'; did you mean weight?; allowed: title, weight, combine, measures, modifiers, missing [unknown_key]"),
    "key left out": Case("        weight: 40%\n", "", f"72:7: {DRAW}.weight: it is missing; what it says: Its part of the score; the weights of a role's components sum to exactly 1 [missing_key]"),
    "include a file": Case("currency", "include: ../../etc/passwd\ncurrency", "7:1: include: unknown key 'include'; allowed: schema_version, id, version"),
    "include an address": Case("currency", "include: https://example.com/plan.yaml\ncurrency", "7:1: include: unknown key 'include'; allowed: schema_version, id, version"),
    "formula": Case("            metric: dwell", "            formula: 9**9**9\n            metric: dwell", f"86:13: {DWELL}.formula: unknown key 'formula'; allowed: metric, scope, target, attainment, curve, missing, min_count, kind, weight [unknown_key]"),
    "regular expression": Case("events: [click]", "regex: (a+)+$\n    events: [click]", "25:5: totals.clicks.regex: unknown key 'regex'; allowed: events, minus, where, kind, once_per [unknown_key]"),
    "no schema version": Case("schema_version: 1\n", "", "2:1: schema_version: it is missing; supported: '1'; next: write schema_version: 1 [schema_version]"),
    "newer schema version": Case("schema_version: 1\n", "schema_version: 2\n", "2:17: schema_version: '2' is not supported; supported: '1'; next: install a newer jointpay [schema_version]"),
    "no edge": Case("edge: upper, below: clamp}", "below: clamp}", f"90:13: {DWELL}.curve.edge: it is missing; allowed: upper, lower; what it says: Who owns the edge between two steps: `upper`"),
    # words and kinds
    "rounding": Case("half_away_from_zero", "halfup2", "10:11: rounding: 'halfup2' is not known here; allowed: half_away_from_zero, half_even [unknown_word]"),
    "rounding nearly": Case("half_away_from_zero", "half-even", "10:11: rounding: 'half-even' is not known here; did you mean half_even?; allowed: half_away_from_zero, half_even [unknown_word]"),
    "list for a word": Case("rounding: half_away_from_zero", "rounding: [half_even]", "10:1: rounding: a list stands here; allowed: half_away_from_zero, half_even [wrong_shape]"),
    "unknown kind": Case("kind: steps", "kind: stpes", f"90:27: {DWELL}.curve.kind: unknown kind 'stpes'; did you mean steps?; allowed: points, steps, bands, proportional"),
    "kind left out": Case("kind: proportional, ", "", f"82:13: {DRAW}.measures.clicks.curve.kind: it is missing; allowed: points, steps, bands"),
    "unknown kind alone": Case("scope: own", "scope: ownn", f"79:20: {DRAW}.measures.clicks.scope: the text 'ownn' stands here; did you mean own?; allowed kinds: own, group, all [unknown_kind]"),
    "other text for a kind": Case("scope: own", "scope: 12345", f"79:20: {DRAW}.measures.clicks.scope: the text '12345' stands here; allowed kinds: own, group, all [wrong_shape]"),
    "list for a kind": Case("scope: own", "scope: [own]", f"79:13: {DRAW}.measures.clicks.scope: a list stands here; allowed kinds: own, group, all [wrong_shape]"),
    "unknown limit": Case("kind: cap, at: 30%", "kind: capp, at: 30%", "125:20: roles.designer.pay.0.limits.0.kind: unknown kind 'capp'; did you mean cap?; allowed: cap, floor, guard, amount_cap, amount_floor [unknown_kind]"),
    # shapes
    "text for a list": Case("events: [click]", "events: click", "25:13: totals.clicks.events: the text 'click' stands here; allowed: a list [wrong_shape]"),
    "text for a mapping": Case("places: {attainment: 4, points: 2, adjustment: 2}", "places: 2", "11:9: places: the text '2' stands here; allowed: a mapping with attainment, points, adjustment [wrong_shape]"),
    "full-width colon in a value": Case("places: {attainment: 4, points: 2, adjustment: 2}", "places: 小数：2", "11:9: places: the text '小数：2' stands here; '：' (U+FF1A) is not ':'; allowed: a mapping"),
    "text for named parts": Case("metrics:\n  clicks:", "metrics: none\nx:\n  clicks:", "39:10: metrics: the text 'none' stands here; allowed: a mapping from names to their descriptions [wrong_shape]"),
    "list for a text": Case('title: "设计：运营"', "title: [a]", "5:1: title: a list stands here; allowed: text [wrong_shape]"),
    "nothing in a list": Case("events: [click]", "events: []", "25:5: totals.clicks.events: it holds too little; allowed: at least 1; next: write one [too_short]"),
    # curves and tables of periods
    "curve out of order": Case("{at: 0, gives: 0}, {at: 5", "{at: 5, gives: 0}, {at: 0", f"90:13: {DWELL}.curve: at 0 comes after at 5; allowed: each `at` larger than the one before (a jump is written with `steps` or `bands`, which say who owns the edge) [curve_order]"),
    "the same place twice": Case("{at: 0, gives: 0}, {at: 5", "{at: 5, gives: 0}, {at: 5", f"90:13: {DWELL}.curve: at 5 comes after at 5; allowed: each `at` larger"),
    "band backwards": Case("{from: 0, to: 80, ", "{from: 80, to: 0, ", "123:9: roles.designer.pay.0.curve: a band goes from 80 to 0; allowed: `to` larger than `from` [curve_order]"),
    "gap between bands": Case("{from: 0, to: 80, ", "{from: 0, to: 79, ", "123:9: roles.designer.pay.0.curve: a band ends at 79 and the next begins at 80; allowed: bands that touch, without gap or overlap [curve_gap]"),
    "line backwards": Case("from: 0, to: 150%", "from: 2, to: 150%", f"82:13: {DRAW}.measures.clicks.curve: it goes from 2 to 1.5; allowed: `to` larger than `from` [curve_order]"),
    "floor above full": Case("deduct: 2, floor: 0", "deduct: 2, floor: 101", "157:13: roles.operator.components.bring.measures.sales.curve: the floor 101 is above 100, or nothing is deducted; allowed: floor <= full_gives, deduct > 0 [curve_order]"),
    "overlapping periods": Case("period: month", "period: {kind: table, ranges: [{id: a, from: 2026-01-01, to: 2026-07-01}, {id: b, from: 2026-06-01, to: 2027-01-01}]}", "9:1: period: 'b' begins before 'a' ends; allowed: periods in order that do not overlap [ranges]"),
    "period id twice": Case("period: month", "period: {kind: table, ranges: [{id: a, from: 2026-01-01, to: 2026-07-01}, {id: a, from: 2026-07-01, to: 2027-01-01}]}", "9:1: period: a period id is used twice; allowed: each id once [ranges]"),
    # lists of names
    "channel twice": Case("known: [search, feed]", "known: [search, search]", "13:1: channels: a channel is named twice; allowed: each channel once [channels]"),
    "other channel": Case("other: feed", "other: mail", "13:1: channels: other is 'mail'; allowed: one of the known channels 'search', 'feed' [channels]"),
    "event kind twice": Case("minus: [refund]", "minus: [order]", "27:3: totals.orders: an event kind is named twice; allowed: each kind once, in `events` or in `minus` [events]"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_broken_part_is_refused_where_it_stands(name: str, full_text: str, refused: Refused) -> None:
    case = CASES[name]
    assert case.old in full_text
    found = [str(finding) for finding in refused(full_text.replace(case.old, case.new, 1))]
    assert any(one.startswith(f"plan.yaml:{case.told}") for one in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("column: team", "column: NO"),
        ("name: clicks, keys", "name: 010, keys"),
        ("name: clicks, keys", "name: 1:30, keys"),
        ("name: clicks, keys", "name: 2024-01-31, keys"),
        ("name: clicks, keys", "name: 1e3, keys"),
        ("title: Designer", "title: <script>alert(1)</script>"),
    ],
)
def test_text_is_taken_as_it_was_written(old: str, new: str, full_text: str) -> None:
    plan = plan_from_text(full_text.replace(old, new), format="yaml")
    written = new.removesuffix(", keys").partition(": ")[2]
    assert f'"{written}"'.encode() in plan.canonical


def test_ten_tenths_are_one(full_text: str) -> None:
    tenth = (
        "            weight: 0.1\n            metric: clicks\n            scope: own\n            attainment: value\n"
    )
    tenth += "            curve: {kind: threshold, at: 1, below_gives: 0, gives: 1, edge: upper}\n            missing: zero\n"
    begin = full_text.index("          clicks:\n            weight: 1/3")
    end = full_text.index("        modifiers:")
    measures = "".join(f"          m{number}:\n{tenth}" for number in range(10))
    plan = plan_from_text(full_text[:begin] + measures + full_text[end:], format="yaml")
    assert len(plan.roles["designer"].components["draw"].measures) == 10


def test_all_errors_come_in_one_pass_in_the_order_of_the_file(full_text: str, refused: Refused) -> None:
    text = (
        full_text.replace("CNY", "RMB")
        .replace("weight: 1/3", "weight: 1/3\n            colour: red")
        .replace("metric: dwell", "metric: dwel")
        .replace("kind: cap, at: 30%", "kind: cap, at: 30.005%")
        .replace("id: together", "id:")
    )
    assert [(finding.code, finding.place.line) for finding in refused(text)] == [
        ("currency", 7),
        ("unknown_key", 78),
        ("unknown_metric", 87),
        ("limit_places", 126),
        ("no_value", 131),
    ]


def test_nothing_more_is_said_of_a_place_the_reader_refused(full_text: str, refused: Refused) -> None:
    (finding,) = refused(full_text.replace("metric: dwell", "metric: ~"))
    assert str(finding) == (
        f"plan.yaml:86:13: {DWELL}.metric: it has no value; allowed: a value, in quotes if the word null itself is meant; "
        "next: write one, or leave the key out [no_value]"
    )


def test_at_most_four_modifiers(full_text: str, refused: Refused) -> None:
    gate = "{metric: order_rate, scope: all, attainment: value, missing: zero, curve: {kind: threshold, at: 1, below_gives: 0, gives: 1, edge: upper}}"
    more = "".join(f"          gate{number}: {gate}\n" for number in range(4))
    text = full_text.replace("        modifiers:\n", f"        modifiers:\n{more}")
    (finding,) = refused(text)
    assert finding.message == "it holds too much; allowed: at most 4"


def test_a_name_has_at_most_a_hundred_characters(full_text: str, refused: Refused) -> None:
    assert plan_from_text(full_text.replace("id: full", f"id: {'x' * 100}"), format="yaml").id == "x" * 100
    (finding,) = refused(full_text.replace("id: full", f"id: {'x' * 101}"))
    assert "allowed: 1 to 100 characters" in finding.message
