"""LibreOffice computes every figure of a workbook from its inputs: difference zero to what the engine found."""

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from jointpay.errors import DataError, TooLargeError
from jointpay.money.currency import minor_digits
from jointpay.pipeline import score, settle
from jointpay.plan.measures import MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.report.workbook.build import lay_out
from jointpay.report.workbook.paint import Sheets, paint
from jointpay.report.workbook.table import FIRST_ROW, TALL_COLUMN, TALL_ROW, Column, RoleTable, column_letters
from jointpay.results.scorecard import MeasureScores
from jointpay.results.settlement import Settlement
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_data import Tables, draw_tables, read_tables
from jointpay.testing.strategies_plan import draw_plan

SEEDS = range(16)
LONG_SEEDS = range(1_000, 1_400)
STEP = 50

Found = Any
"""The recalculated workbook of the fixture."""


def case(seed: int) -> tuple[Plan, Tables]:
    plan = draw_plan(SeededChoose(seed))
    return plan, draw_tables(SeededChoose(f"{seed}/0"), plan)


def settled(plan: Plan, tables: Tables) -> Settlement | None:
    """Score and settle; None where the plan or the numbers are refused."""
    try:
        data, base_pay = read_tables(plan, tables)
        return settle(plan, score(plan, data), base_pay)
    except (DataError, TooLargeError):
        return None


def sheets_of(settlement: Settlement | None, *, tall: bool = False) -> Sheets | None:
    if settlement is None or not any(role.payees.persons.size for role in settlement.scorecard.roles):
        return None
    return lay_out(settlement, payees=None, periods=None, language="en", tall=tall)


def expected(settlement: Settlement, table: RoleTable, column: Column, row: int) -> tuple[int | None, int]:
    """Give a figure as the engine found it: last places, or None where there is none; and how many are one unit."""
    plan, role = settlement.scorecard.plan, table.role
    scale = 10**plan.places.points
    match column.path:
        case ("score",):
            return (None if role.states[row] else int(role.scores[row])), scale
        case ("pay", rule, "adjustment", *step):
            line = next(line for line in settlement.lines if (line.role, line.rule_id) == (role.role, rule))
            return int(line.adjustments[int(step[0]) if step else 0][row]), 100 * 10**plan.places.adjustment
        case ("pay", rule, "amount", *step):
            line = next(line for line in settlement.lines if (line.role, line.rule_id) == (role.role, rule))
            return int(line.amounts[int(step[0]) if step else 0][row]), 10 ** minor_digits(plan.currency)
        case ("components", name, "points"):
            made = next(component for component in role.components if component.name == name)
            missing = plan.roles[role.role].components[name].missing
            gone = bool(made.states[row]) and isinstance(missing, MissingLeaveOut)
            return (None if gone else int(made.points[row])), scale
        case ("components", name, "measures" | "modifiers" as kind, part, what):
            made = next(component for component in role.components if component.name == name)
            body = plan.roles[role.role].components[name]
            scores = next(scores for scores in getattr(made, kind) if scores.name == part)
            reading = getattr(body, kind)[part]
            return of_measure(plan, scores, reading, what, row)
        case _:
            raise KeyError(column.path)


def of_measure(plan: Plan, scores: Any, reading: Any, what: str, row: int) -> tuple[int | None, int]:
    state = int(scores.states[row])
    if what == "points":
        gone = state > 0 and isinstance(reading.missing, MissingLeaveOut)
        return (None if gone else int(scores.points[row])), 10**plan.places.points
    assert isinstance(scores, MeasureScores)
    scale = 10 ** plan.metrics[reading.metric].places
    if what == "value":
        return (None if state in {1, 2} else int(scores.values[row])), scale
    if what == "target":
        return int(scores.targets[row]), scale
    assert what == "attainment"
    return (None if state else int(scores.attainments[row])), 10**plan.places.attainment


def differences(sheets: Sheets, found: Found, settlement: Settlement, counted: Counter[str]) -> Iterator[str]:
    """Compare every figure of the sheets of roles with the engine, and every other formula with what was written."""
    for name, table in zip(sheets.names[3:], sheets.tables, strict=True):
        page = found.sheets[name]
        for place, column in enumerate(table.columns, start=1):
            if not column.computes or column.path[-1] == "root":
                continue
            for at, row in enumerate(table.rows):
                got = page.get((TALL_ROW + place - 1, TALL_COLUMN + at + 1) if table.tall else (FIRST_ROW + at, place))
                formula = column.formulas[at]
                counted["formulas" if formula is not None else "as they are"] += 1
                wanted: Any = column.cells[at] if column.cells[at] != "" else None
                if column.kind == "figure" and formula is not None:
                    whole, scale = expected(settlement, table, column, row)
                    counted["figures"] += 1
                    # A target that does not exist is a 0 in the result, which says so by the state alone.
                    if column.path[-1] == "target" and whole == 0 and got is None:
                        whole = None
                    wanted = None if whole is None else whole / scale
                if column.parts and isinstance(got, float | int) and isinstance(wanted, float | int):
                    # LibreOffice writes 15 digits of a third; the formulas read it as a whole number of thirds.
                    got, wanted = round(got * column.parts), round(wanted * column.parts)
                if got != wanted:
                    yield f"{name} {column_letters(place - 1)}{FIRST_ROW + at} {column.path}: {got!r}, not {wanted!r}: {formula}"


def linked(content: bytes, sheets: Sheets, found: Found) -> Iterator[str]:
    """Compare the sheets that only refer to others, the overview and the partners, with what was written."""
    written = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for name in sheets.names[:2]:
        if name not in written.sheetnames:
            continue
        for line in written[name].iter_rows():
            for cell in line:
                got = found.sheets[name].get((cell.row, cell.column))
                if got != cell.value and not (cell.is_date or cell.value in {None, ""}):
                    yield f"{name} {cell.coordinate}: {got!r}, not {cell.value!r}"


def compare(seeds: Sequence[int], recalculate: Callable[[Sequence[bytes]], list[Found]]) -> Counter[str]:
    """Write the workbooks of some seeds, every fourth one tall, have them computed, and demand that nothing differs."""
    settlements = [(seed, settled(*case(seed))) for seed in seeds]
    made = [
        (seed, settlement, sheets)
        for seed, settlement in settlements
        if settlement is not None and (sheets := sheets_of(settlement, tall=seed % 4 == 3)) is not None
    ]
    contents = [paint(sheets) for _, _, sheets in made]
    counted: Counter[str] = Counter(workbooks=len(made))
    told: list[str] = []
    for (seed, settlement, sheets), content, found in zip(made, contents, recalculate(contents), strict=True):
        counted["payee rows"] += sum(len(table.rows) for table in sheets.tables)
        told += [f"seed {seed}: {each}" for each in differences(sheets, found, settlement, counted)]
        told += [f"seed {seed}: {each}" for each in linked(content, sheets, found)]
    assert told == []
    return counted


def test_every_figure_is_what_the_engine_found(recalculate: Callable[[Sequence[bytes]], list[Found]]) -> None:
    counted = compare(SEEDS, recalculate)
    assert counted["workbooks"] > len(SEEDS) * 2 // 3
    assert counted["figures"] > 700
    assert counted["as they are"] < counted["formulas"] // 10


@pytest.mark.long
@pytest.mark.skipif(
    os.environ.get("JOINTPAY_LONG") != "1", reason="a long run: JOINTPAY_LONG=1 pytest tests/report/workbook -m long -s"
)
def test_every_figure_of_hundreds_of_plans_is_what_the_engine_found(
    recalculate: Callable[[Sequence[bytes]], list[Found]],
) -> None:
    counted: Counter[str] = Counter()
    for start in range(LONG_SEEDS.start, LONG_SEEDS.stop, STEP):
        counted += compare(range(start, start + STEP), recalculate)
        print(f"\r{counted['workbooks']} workbooks", end="", flush=True)  # noqa: T201  a long run shows where it is
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(counted.items()))
    print(f"\rdifference zero: {told}")  # noqa: T201  the figure is the result
    assert counted["workbooks"] > len(LONG_SEEDS) * 2 // 3


def with_inputs_of(sheets: Sheets, other: Sheets) -> bytes:
    """Type the inputs of another workbook of the same plan and people into the cells of this one."""
    made = openpyxl.load_workbook(io.BytesIO(paint(sheets)))
    typed = 0
    for name, table, changed in zip(sheets.names[3:], sheets.tables, other.tables, strict=True):
        inputs = {column.path: column.cells for column in changed.columns if column.kind == "input"}
        for place, column in enumerate(table.columns, start=1):
            if column.kind == "input" and column.cells != inputs[column.path]:
                for at, cell in enumerate(inputs[column.path]):
                    made[name].cell(FIRST_ROW + at, place).value = cell
                    typed += 1
    assert typed > 0
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def stands_nothing(sheets: Sheets) -> bool:
    return all(
        formula is not None
        for table in sheets.tables
        for column in table.columns
        if column.computes
        for formula in column.formulas
    )


def changed_facts(tables: Tables, totals: Sequence[str]) -> Tables:
    """Let everything have happened a little more often, and sometimes twice as often."""
    facts = dict(tables.facts)
    for name in totals:
        numbers = [int(str(number)) for number in facts[name]]
        facts[name] = [number * (1 + at % 3) + 500 * (at % 2) for at, number in enumerate(numbers)]
    return replace(tables, facts=facts)


def test_changed_totals_move_the_pay_as_the_library_does(
    recalculate: Callable[[Sequence[bytes]], list[Found]],
) -> None:
    """The workbook of some facts, with the totals of other facts typed in, is what the library makes of those."""
    made: list[tuple[int, Sheets, Settlement]] = []
    contents = []
    for seed in range(100, 200):
        plan, tables = case(seed)
        if not tables.facts:
            continue
        before = sheets_of(settled(plan, tables))
        after = settled(plan, changed_facts(tables, tuple(plan.totals)))
        then = sheets_of(after)
        if before is None or then is None or after is None or not (stands_nothing(before) and stands_nothing(then)):
            continue
        links = before.links.lines, then.links.lines
        if [line.labels for line in links[0]] != [line.labels for line in links[1]]:
            continue
        if all(
            one.cells == two.cells for one, two in zip(before.tables[0].columns, then.tables[0].columns, strict=True)
        ):
            continue
        made.append((seed, then, after))
        contents.append(with_inputs_of(before, then))
        if len(made) == 6:
            break
    assert len(made) == 6
    counted: Counter[str] = Counter()
    told = [
        f"seed {seed}: {each}"
        for (seed, then, after), found in zip(made, recalculate(contents), strict=True)
        for each in differences(then, found, after, counted)
    ]
    assert told == []
    assert counted["figures"] > 200
