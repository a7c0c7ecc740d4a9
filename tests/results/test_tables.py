import csv
import dataclasses
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.frames import Column, Flags, Texts, Wholes
from jointpay.results.conservation import Conservation
from jointpay.results.csv_safe import csv_safe, csv_text
from jointpay.results.scorecard import RoleScores, Scorecard
from jointpay.results.settlement import Settlement
from jointpay.results.tables import SCORECARD_TABLES, SETTLEMENT_TABLES, settlement_columns

Columns = dict[str, list[object]]


def _row(columns: Columns, **wanted: object) -> dict[str, object]:
    """Find the one row with these cells."""
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    found = [row for row in rows if all(row[name.rstrip("_")] == value for name, value in wanted.items())]
    assert len(found) == 1, rows
    return found[0]


def test_scores(card: Scorecard) -> None:
    columns: Columns = card.frame("scores", backend=None)
    assert list(columns) == ["period", "person", "name", "role", "from", "to", "score", "state"]
    assert len(columns["score"]) == 4 + 5
    assert _row(columns, person="p01", period="2026-02") == {
        "period": "2026-02", "person": "p01", "name": "安丽", "role": "designer",
        "from": "2026-02-01", "to": "2026-03-01", "score": "110.94", "state": "present",
    }  # fmt: skip
    assert _row(columns, person="p02", role="operator")["from"] == "2026-02-15"


def test_a_missing_score_is_an_empty_cell(card: Scorecard) -> None:
    role = card.roles[0]
    states = role.states.copy()
    states[0] = 6
    changed = dataclasses.replace(card, roles=(dataclasses.replace(role, states=states), *card.roles[1:]))
    row = _row(changed.frame("scores", backend=None), person="p01", period="2026-01")
    assert (row["score"], row["state"]) == (None, "all_left_out")


def test_components(card: Scorecard) -> None:
    columns: Columns = card.frame("components", backend=None)
    left_out = _row(columns, person="p04", period="2026-01", component="partners")
    assert (left_out["weight"], left_out["points"], left_out["state"]) == ("0.4", None, "all_left_out")
    filled = _row(columns, person="p04", period="2026-01", component="ratings")
    assert (filled["points"], filled["state"]) == ("100.00", "all_left_out")


def test_measures(card: Scorecard) -> None:
    columns: Columns = card.frame("measures", backend=None)
    where = {"person": "p01", "period": "2026-02", "component": "quality"}
    row = _row(columns, **where, measure="clicks")
    assert [row[name] for name in ("kind", "weight", "numerator", "denominator", "share_denominator")] == [
        "measure", "0.5", 9220, 12, 12,
    ]  # fmt: skip
    assert [row[name] for name in ("value", "target", "attainment", "points", "state")] == [
        "768", "700", "1.0976", "109.76", "present",
    ]  # fmt: skip
    no_target = _row(columns, **where, measure="rating")
    assert (no_target["value"], no_target["target"]) == ("4.1", None)
    thin = _row(columns, person="p01", period="2026-01", component="quality", measure="rating")
    assert [thin[name] for name in ("value", "attainment", "points", "state")] == [None, None, None, "thin_sample"]
    filled = _row(columns, person="p01", period="2026-01", component="quality", measure="dwell")
    assert [filled[name] for name in ("value", "target", "points", "state")] == ["3.07", None, "100.00", "no_baseline"]
    gate = _row(columns, **(where | {"component": "contribution"}), measure="gate")
    assert (gate["kind"], gate["weight"], gate["points"]) == ("modifier", None, "90.00")
    link = _row(columns, person="p03", period="2026-02", component="partners")
    assert (link["kind"], link["numerator"], link["points"], link["state"]) == ("link", None, "109.08", "present")


def test_what_a_target_was_made_of_is_in_the_table(card: Scorecard) -> None:
    columns: Columns = card.frame("measures", backend=None)

    def cells(component: str, measure: str, period: str = "2026-02") -> list[object]:
        row = _row(columns, person="p01", period=period, component=component, measure=measure)
        return [row[f"baseline_{name}"] for name in ("numerator", "denominator", "share_denominator", "days")]

    assert cells("contribution", "clicks") == [5200, 12, 12, 31]
    # The team's dwell in January, over its clicks; the order rate of everybody in the days of the row.
    assert cells("quality", "dwell") == [1_533_333, 500, 1, 31]
    assert cells("contribution", "order_rate") == [53, 955, 1, 28]
    # December was never recorded; a fixed target is made of nothing else.
    assert cells("quality", "dwell", "2026-01") == [None] * 4
    assert cells("quality", "clicks") == [None] * 4


def test_links(card: Scorecard) -> None:
    columns: Columns = card.frame("links", backend=None)
    row = _row(columns, person="p03", period="2026-02")
    assert [row[name] for name in ("partner", "partner_role", "partner_component", "partner_from", "partner_points")] == [
        "p01", "designer", "quality", "2026-02-01", "109.08",
    ]  # fmt: skip
    # p01's whole share of i0 times p03's whole share, in 1/144, over 28 days.
    assert row["weight"] == 144 * 28
    assert "p04" not in columns["person"]


def test_conservation(card: Scorecard) -> None:
    columns: Columns = card.frame("conservation", backend=None)
    row = _row(columns, role="designer", total="clicks")
    assert row["input"] == 1455
    assert all(isinstance(cell, str) for cell in columns["credited"])


def test_lines(settlement: Settlement) -> None:
    columns: Columns = settlement.frame("lines", backend=None)
    row = _row(columns, person="p01", period="2026-01", rule="performance")
    assert row == {
        "period": "2026-01", "person": "p01", "name": "安丽", "role": "designer", "from": "2026-01-01",
        "to": "2026-02-01", "rule": "performance", "kind": "adjustment", "nature": "loss_compensation",
        "reads": "score", "base": "salary", "currency": "CNY", "base_amount": "10000.00", "base_minor": 1_000_000,
        "points": "79.23", "adjustment_raw": "-20.77", "adjustment": "-20.00", "amount": "-1000.50",
        "amount_minor": -100_050, "state": "present",
    }  # fmt: skip
    none = _row(columns, person="p04", period="2026-01", rule="partners")
    assert [none[name] for name in ("reads", "points", "adjustment_raw", "amount", "state")] == [
        "partners", None, None, "0.00", "all_left_out",
    ]  # fmt: skip


def test_steps(settlement: Settlement) -> None:
    columns: Columns = settlement.frame("steps", backend=None)
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    steps = [r for r in rows if r["person"] == "p01" and r["period"] == "2026-01" and r["rule"] == "performance"]
    assert [(r["step"], r["stage"], r["what"], r["before"], r["after"], r["bound"]) for r in steps] == [
        (1, "adjustment", "curve", None, "-20.77", False),
        (2, "adjustment", "cap 30%", "-20.77", "-20.77", False),
        (3, "adjustment", "floor -30%", "-20.77", "-20.77", False),
        (4, "adjustment", "guard 20%", "-20.77", "-20.00", True),
        (5, "amount", "rate", None, "-2000.00", False),
        (6, "amount", "amount_cap 2500", "-2000.00", "-2000.00", False),
        (7, "amount", "amount_floor -1000.5", "-2000.00", "-1000.50", True),
    ]


def test_a_settlement_gives_the_tables_of_its_scorecard(settlement: Settlement) -> None:
    assert settlement.frame("scores", backend=None) == settlement.scorecard.frame("scores", backend=None)


@pytest.mark.parametrize("name", SETTLEMENT_TABLES)
def test_a_role_without_payees_gives_the_same_columns(settlement: Settlement, name: str) -> None:
    nobody = np.zeros(0, dtype=np.int64)
    card = settlement.scorecard
    roles = tuple(_emptied(role) for role in card.roles)
    lines = tuple(
        dataclasses.replace(
            line, points=nobody, states=nobody.astype(np.int8), base_minor=nobody,
            adjustments=(nobody,) * len(line.adjustments), amounts=(nobody,) * len(line.amounts),
        )
        for line in settlement.lines
    )  # fmt: skip
    empty = dataclasses.replace(settlement, scorecard=dataclasses.replace(card, roles=roles), lines=lines)
    full = settlement.frame(name, backend=None)
    found = empty.frame(name, backend=None)
    assert list(found) == list(full)
    if name != "conservation":
        assert all(cells == [] for cells in found.values())


def _emptied(role: RoleScores) -> RoleScores:
    def cut(thing: object) -> object:
        if isinstance(thing, np.ndarray):
            return thing[:0]
        if isinstance(thing, tuple):
            return tuple(cut(each) for each in thing)
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            return dataclasses.replace(
                thing, **{f.name: cut(getattr(thing, f.name)) for f in dataclasses.fields(thing)}
            )
        return thing

    found = cut(role)
    assert isinstance(found, RoleScores)
    return found


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("name", SETTLEMENT_TABLES)
def test_every_dataframe_library_shows_the_same_cells(settlement: Settlement, name: str, backend: str) -> None:
    pytest.importorskip(backend)
    plain = settlement.frame(name, backend=None)
    frame = settlement.frame(name, backend=backend)
    columns = frame.to_pydict() if backend == "pyarrow" else frame.to_dict(**_as_lists(backend))
    shown = {name: [None if cell != cell else cell for cell in cells] for name, cells in columns.items()}  # noqa: PLR0124 - NaN
    assert shown == plain


def _as_lists(backend: str) -> dict[str, object]:
    return {"orient": "list"} if backend == "pandas" else {"as_series": False}


def test_the_default_is_the_kind_the_facts_came_in(card: Scorecard, settlement: Settlement) -> None:
    polars = pytest.importorskip("polars")
    own = dataclasses.replace(card, backend="polars")
    assert isinstance(own.frame("scores"), polars.DataFrame)
    assert isinstance(dataclasses.replace(settlement, scorecard=own).frame("lines"), polars.DataFrame)
    assert isinstance(card.frame("scores"), dict)
    assert isinstance(settlement.frame("lines"), dict)


def test_unknown_tables_are_named(card: Scorecard, settlement: Settlement) -> None:
    with pytest.raises(ValueError, match=f"^a scorecard has no table 'lines'; allowed: {', '.join(SCORECARD_TABLES)}$"):
        card.frame("lines", backend=None)
    with pytest.raises(ValueError, match=f"^a settlement has no table 'x'; allowed: {', '.join(SETTLEMENT_TABLES)}$"):
        settlement.frame("x", backend=None)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        ("\nx", "'\nx"), ("＝1", "'＝1"), ("-12.50", "-12.50"), ("-1/3", "-1/3"), ("-1-1", "'-1-1"), ("--1", "'--1"),
        ("-5\n", "'-5\n"), ("a=1", "a=1"), ("", ""), (None, ""), (-5, "-5"), (True, "True"), ("-٣", "'-٣"),
    ],
)  # fmt: skip
def test_no_cell_can_act_as_a_formula(cell: object, written: str) -> None:
    assert csv_safe(cell) == written


def test_csv_reads_back(settlement: Settlement) -> None:
    columns: Columns = settlement.frame("lines", backend=None)
    text = csv_text(columns)
    header, *rows = csv.reader(io.StringIO(text))
    assert header == list(columns)
    assert len(rows) == len(columns["person"])
    assert {row[header.index("name")] for row in rows} == {"安丽", "Bo", "'=Cai\u202e", ""}
    assert text.count("\r\n") == len(rows) + 1


@pytest.mark.parametrize("name", SETTLEMENT_TABLES)
def test_csv_of_columns_is_csv_of_their_cells(settlement: Settlement, name: str) -> None:
    card = settlement.scorecard
    acting = dataclasses.replace(card, names=("=1+1", "-1", "@a", 'say "hi"'))
    acting_settlement = dataclasses.replace(settlement, scorecard=acting)
    text = csv_text(settlement_columns(acting_settlement, name))
    assert text == csv_text(acting_settlement.frame(name, backend=None))
    assert name == "conservation" or "'=1+1" in text or "'@a" in text


def by_csv_module(columns: dict[str, list[object]]) -> str:
    """Write a table as Python's own writer does, cell by cell."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([csv_safe(name) for name in columns])
    writer.writerows([csv_safe(cell) for cell in row] for row in zip(*columns.values(), strict=True))
    return written.getvalue()


CELLS = st.text('ab,"\r\n=;\t 0', max_size=4) | st.none()


@given(st.lists(st.tuples(CELLS, CELLS, st.integers() | st.none(), st.booleans()), max_size=5), st.integers(1, 4))
def test_csv_is_what_the_csv_module_writes(rows: list[tuple[object, ...]], width: int) -> None:
    lists = {name: [row[place] for row in rows] for place, name in enumerate(("a,b", "", "c", '"')[:width])}
    assert csv_text(lists) == by_csv_module(lists)
    kinds: list[Callable[[list[Any]], Column]] = [_texts, _texts, _wholes, _flags]
    columns = {name: kind(cells) for kind, (name, cells) in zip(kinds, lists.items(), strict=False)}
    assert csv_text(columns) == by_csv_module(lists)


def _texts(cells: list[str | None]) -> Texts:
    return Texts([*cells, "unused"], np.arange(len(cells)))


def _flags(cells: list[bool]) -> Flags:
    return Flags(np.array(cells, dtype=bool))


def _wholes(cells: list[int | None]) -> Wholes:
    empty = np.array([cell is None for cell in cells], dtype=bool)
    return Wholes(np.array([cell or 0 for cell in cells], dtype=object), empty if empty.any() else None)


def test_counts_beyond_64_bits_stay_whole(card: Scorecard) -> None:
    (line, *_) = card.conservation.lines
    large = dataclasses.replace(card, conservation=Conservation((dataclasses.replace(line, input=2**63),)))
    assert large.frame("conservation", backend=None)["input"] == [2**63]


def test_csv_quotes_and_refuses_ragged_columns() -> None:
    assert csv_text({"a": ['say "hi"', "x,y"], "=b": [1, None]}) == 'a,\'=b\r\n"say ""hi""",1\r\n"x,y",\r\n'
    assert csv_text({"a": []}) == "a\r\n"
    with pytest.raises(ValueError, match="argument 2 is longer"):
        csv_text({"a": [], "b": [1]})
