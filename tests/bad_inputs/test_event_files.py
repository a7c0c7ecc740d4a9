"""What happened, told twice, cut short, or impossible: no such file makes anybody's pay larger or smaller unseen.

Ids are those of the case list.
"""

import csv
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import jointpay as jp
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, MissingValueError
from jointpay.plan.presets import preset_text

Run = Callable[..., tuple[int, list[str]]]
Spoil = Callable[..., Path]


def paid(folder: Path) -> dict[tuple[str, str], str]:
    with (folder / "lines.csv").open(encoding="utf-8", newline="") as file:
        return {(row["person"], row["period"]): row["amount"] for row in csv.DictReader(file)}


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


# --- the same thing twice


@pytest.mark.parametrize("what", ["facts", "events"])
def test_the_same_file_twice_is_refused(case: Path, run: Run, what: str) -> None:
    """E016 by content: twice the facts would be twice the orders."""
    shutil.copy(case / f"{what}.csv", case / "copy.csv")
    for files in ((f"{what}.csv", f"{what}.csv"), (f"{what}.csv", "copy.csv")):
        code, told = run(**{what: files})
        assert code == 1
        assert told[0].startswith(f"error: {what}: '{files[0]}', '{files[1]}' hold the same bytes (sha256 ")
        assert told[0].endswith("); allowed: each file once [file_twice]")
        assert not (case / "out").exists()


def test_facts_that_meet_in_two_files_are_added_and_told(case: Path, run: Run) -> None:
    """E016: facts have no event ids, so that an overlap can be seen and not judged."""
    (case / "late.csv").write_text("day,item,orders\n2026-01-31,poster,1\n2026-02-02,poster,1\n", encoding="utf-8")
    code, told = run(facts=("facts.csv", "late.csv"))
    assert code == 0
    warning = (
        "warning: facts.csv, late.csv: 1 combinations of day, item and channel stand in more than one table, and are added "
        "up; next: check that no export overlaps another [files_overlap]"
    )
    assert warning in told
    assert manifest(case / "out")["findings"] == [warning]


def test_facts_that_do_not_meet_are_not_told(case: Path, run: Run) -> None:
    (case / "late.csv").write_text("day,item,orders\n2026-02-02,poster,1\n", encoding="utf-8")
    assert run(facts=("facts.csv", "late.csv"))[0] == 0
    assert manifest(case / "out")["findings"] == []


def test_events_that_stand_twice_count_once_and_are_in_the_manifest(case: Path, run: Run) -> None:
    """E014."""
    assert run(events="events.csv", out="once")[0] == 0
    path = case / "events.csv"
    path.write_text(path.read_text(encoding="utf-8") + "e2,2026-01-31T23:59:59+08:00,poster,feed,order\n", "utf-8")
    assert run(events="events.csv", out="twice")[0] == 0
    assert paid(case / "twice") == paid(case / "once")
    assert manifest(case / "once")["excluded"] == []
    assert manifest(case / "twice")["excluded"] == [{"reason": "duplicate", "rows": 1, "totals": {"orders": 1}}]
    with (case / "twice" / "conservation.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["input"], line["excluded"]) == ("4", "1")


def test_a_log_without_ids_needs_a_plan_that_says_so_and_the_result_keeps_it(
    case: Path, run: Run, spoil: Spoil
) -> None:
    """E017."""
    path = case / "events.csv"
    rows = [line.partition(",")[2] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    code, told = run(events="events.csv")
    assert code == 1
    assert told[0].startswith("error: events.csv: row 1: column 'event_id' (event_id) is missing; ")
    assert told[0].endswith("or state events.duplicates: not_checked in the plan [column_missing]")
    spoil("plan.yaml", "totals:\n", "events: {duplicates: not_checked}\ntotals:\n")
    assert run(events="events.csv")[0] == 0
    stored = json.loads((case / "out" / "scorecard.json").read_text(encoding="utf-8"))
    assert stored["content"]["plan"]["events"]["duplicates"] == "not_checked"


# --- control totals


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (
            ("rows=4",),
            (
                "facts.csv: the control total 'rows' is declared as 4, and 3 was read, which is 1 too little; next: export it "
                "again whole, or correct what is declared [control_total]"
            ),
        ),
        (
            ("rows=3", "orders=300"),
            (
                "facts.csv: the control total 'orders' is declared as 300, and 360 was read, which is 60 too much; next: export "
                "it again whole, or correct what is declared [control_total]"
            ),
        ),
        (
            ("order=360",),
            "facts.csv: there is no control total 'order'; did you mean 'orders'?; allowed: rows, orders [control_total]",
        ),
    ],
    ids=["rows", "sum", "name"],
)
def test_another_count_than_declared_is_refused(case: Path, run: Run, declared: tuple[str, ...], told: str) -> None:
    """E066."""
    code, lines = run("--control", *declared)
    assert code == 1
    assert lines[0] == f"error: {told}"
    assert not (case / "out").exists()


def test_what_is_declared_and_there_is_paid(run: Run) -> None:
    assert run("--control", "rows=3", "orders=360")[0] == 0


def test_repeated_rows_belong_to_what_was_exported(case: Path) -> None:
    """E066 with E014: the exporter counted the rows of the file, not those that count."""
    plan = jp.presets.minimal()
    path = case / "events.csv"
    path.write_text(path.read_text(encoding="utf-8") + "e2,2026-01-31T23:59:59+08:00,poster,feed,order\n", "utf-8")
    assert jp.measure(path, plan, control={"rows": 4, "orders": 4}).rows_read == 4
    with pytest.raises(DataError, match=r"^events\.csv: the control total 'orders' is declared as 3, and 4 was read"):
        jp.measure(path, plan, control={"rows": 4, "orders": 3})


@pytest.mark.parametrize("number", [3.0, "3", True])
def test_a_control_total_is_a_whole_number(case: Path, number: Any) -> None:
    with pytest.raises(DataError, match=r"facts\.csv: the control total 'rows' is .*; allowed: a whole number"):
        jp.read_facts(case / "facts.csv", jp.presets.minimal(), control={"rows": number})


@pytest.mark.parametrize("written", ["rows", "rows=", "=3", "rows=1e3", "rows=３", "rows=1_000"])
def test_a_control_total_written_wrongly(run: Run, capsys: pytest.CaptureFixture[str], written: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("--control", written)
    assert f"{written!r} is no control total; allowed: rows=1000000, revenue=123456" in capsys.readouterr().err


def test_a_control_total_given_twice(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("--control", "rows=3", "rows=4")
    assert "a control total is given twice; next: give each of them once" in capsys.readouterr().err


# --- what cannot be, and is in the file all the same

RATIO = (
    preset_text("minimal")
    .replace(
        "  orders: {kind: count, events: [order]}",
        "  orders: {kind: count, events: [order], minus: [refund]}\n  clicks: {kind: count, events: [click], minus: [bot]}",
    )
    .replace(
        "    kind: total\n    total: orders\n    unit: count",
        "    kind: ratio\n    numerator: orders\n    denominator: clicks\n    unit: ratio",
    )
    .replace("value: 100}", "value: 50%}")
)
CURVE = "curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}"
REFUSING = "curve: {kind: points, points: [{at: 0, gives: 0}, {at: 2, gives: 200}], below: refuse, above: refuse}"


def happened(plan: jp.Plan, **totals: int) -> Dataset:
    """Put one day of one seller together."""
    facts = {"day": ["2026-01-05"], "item": ["poster"], **{name: [number] for name, number in totals.items()}}
    return jp.dataset(
        plan,
        facts=jp.read_facts(facts, plan),
        credits=jp.read_credits({"person": ["an"], "role": ["seller"], "item": ["poster"], "share": ["1"]}, plan),
        people=jp.read_people({"person": ["an"], "role": ["seller"]}, plan),
    )


def measured(text: str, **totals: int) -> dict[str, Any]:
    """Give the one measured row."""
    plan = jp.plan_from_text(text, format="yaml")
    columns = jp.score(plan, happened(plan, **totals)).frame("measures", backend=None)
    return {name: cells[0] for name, cells in columns.items()}


def test_more_orders_than_clicks_are_never_cut_down() -> None:
    """E020: the ratio is what it is, and the ends of the curve say what it gives."""
    row = measured(RATIO, orders=30, clicks=20)
    assert (row["value"], row["attainment"], row["points"]) == ("1.50", "3.0000", "150.00")


def test_a_curve_may_refuse_more_orders_than_clicks() -> None:
    """E020."""
    with pytest.raises(DataError, match="refuses") as caught:
        measured(RATIO.replace(CURVE, REFUSING), orders=30, clicks=20)
    assert str(caught.value) == (
        "roles.seller.components.orders.measures.orders: person 'an', period '2026-01': the attainment lies where the curve "
        "refuses to answer; next: check the data, or say in the plan what the curve gives there [curve_refuses]"
    )


def test_a_refund_without_its_sale_counts_below_zero() -> None:
    """E056: a day may hold the refund and another the sale, so that it is never cut off; the curve's end decides."""
    total = preset_text("minimal").replace("events: [order]}", "events: [order], minus: [refund]}")
    row = measured(total, orders=-3)
    assert (row["numerator"], row["value"], row["attainment"], row["points"]) == (-3, "-3.00", "-0.0300", "0.00")
    with pytest.raises(DataError, match=r"person 'an', period '2026-01': the attainment lies where the curve refuses"):
        measured(total.replace(CURVE, REFUSING), orders=-3)


def test_a_refund_without_its_sale_stays_in_the_sums() -> None:
    """E056: what is below zero is reported as it is."""
    plan = jp.plan_from_text(
        preset_text("minimal").replace("events: [order]}", "events: [order], minus: [refund]}"), format="yaml"
    )
    (line,) = jp.score(plan, happened(plan, orders=-3)).conservation.lines
    assert (line.input, line.credited, line.difference) == (-3, Fraction(-3), Fraction(0))


@pytest.mark.parametrize("clicks", [0, -3])
def test_a_ratio_over_nothing_or_less_is_missing_and_not_zero(clicks: int) -> None:
    """E022, E056."""
    with pytest.raises(MissingValueError, match=r"person 'an', period '2026-01': there is no value \(a ratio without"):
        measured(RATIO, orders=0, clicks=clicks)
    row = measured(RATIO.replace("missing: error ", "missing: {kind: neutral, points: 90} "), orders=0, clicks=clicks)
    assert (row["value"], row["points"], row["state"]) == (None, "90.00", "undefined_ratio")


def test_a_day_between_two_credits_is_nobodys_and_in_the_report() -> None:
    """A012: credited to January 5 and from January 7, so that January 6 is unattributed."""
    plan = jp.presets.minimal()
    data = jp.dataset(
        plan,
        facts=jp.read_facts(
            {"day": ["2026-01-05", "2026-01-06", "2026-01-07"], "item": ["poster"] * 3, "orders": [10, 200, 3000]}, plan
        ),
        credits=jp.read_credits(
            {
                "person": ["an"] * 2,
                "role": ["seller"] * 2,
                "item": ["poster"] * 2,
                "share": ["1"] * 2,
                "from": ["", "2026-01-07"],
                "to": ["2026-01-06", ""],
            },
            plan,
        ),
        people=jp.read_people({"person": ["an"], "role": ["seller"]}, plan),
    )
    (line,) = jp.score(plan, data).conservation.lines
    assert (line.input, line.credited, line.unattributed, line.difference) == (
        3210,
        Fraction(3010),
        Fraction(200),
        Fraction(0),
    )
