"""A large CSV file is typed piece by piece, and gives the facts, the notes and the refusals of one that is read whole."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jointpay.data import csv_structure
from jointpay.data.csv_structure import csv_shape
from jointpay.data.events import log_files, measure
from jointpay.data.facts import Facts
from jointpay.frames import files
from jointpay.frames.files import FileEngine
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_plan import draw_plan

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]
Refusals = Callable[[Callable[[], object]], list[str]]
SEEDS = 30


def csv(path: Path, columns: Columns) -> Path:
    pl.DataFrame(
        {name: ["" if cell is None else str(cell) for cell in cells] for name, cells in columns.items()}
    ).write_csv(path)
    return path


def parts(log: Columns, *cuts: int) -> list[Columns]:
    """Cut a log into several."""
    edges = [0, *cuts, len(log["time"])]
    return [{name: cells[low:high] for name, cells in log.items()} for low, high in pairwise(edges)]


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_every_generated_plan_measures_the_same_facts(
    engine: FileEngine, bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        choose = SeededChoose(seed)
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=40)
        expected = measure(events, plan)
        path = csv(tmp_path / "log.csv", events)
        facts = measure(path, plan, engine=engine)
        assert (seed, bytes_of(facts)) == (seed, bytes_of(expected))
        assert [(note.code, note.message) for note in facts.notes] == [
            (note.code, note.message) for note in expected.notes
        ]
        seen["attributed"] += plan.events.attribution is not None
        seen["pieces"] += len(csv_shape(path, source="log").cuts) > 2
        seen.update(left.reason for left in facts.excluded)
        seen.update(note.code for note in facts.notes)
    assert min(seen["attributed"], seen["pieces"], seen["no_touch"], seen["duplicate"]) > 4


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_clock_times_and_instants_may_stand_in_one_file(
    engine: FileEngine, log: Columns, plan_of: PlanOf, bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path
) -> None:
    """The clocks of Berlin were put back on 2026-10-25: 02:30 came twice there."""
    plan = plan_of(zone="Europe/Berlin")
    times = ["2026-10-25T02:30", "2026-10-25T02:30:00+01:00", "2026-10-24 23:00Z", "2026-10-25T02:59:59.999999999"]
    events = log | {"time": [*times, *["2026-10-25T12:00"] * (len(log["time"]) - len(times))]}
    expected, facts = measure(events, plan), measure(csv(tmp_path / "log.csv", events), plan, engine=engine)
    assert bytes_of(facts) == bytes_of(expected)
    assert [note.message for note in facts.notes] == [note.message for note in expected.notes]
    assert [note.code for note in facts.notes] == ["time_repeated"]


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_an_event_that_is_written_in_two_ways_is_refused_as_in_a_small_file(
    engine: FileEngine,
    log: Columns,
    plan_of: PlanOf,
    refusals: Refusals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One event stands on rows 2 and 3, once with the seconds of its time: the same instant, and other cells."""
    two = {name: [cells[0], cells[0]] for name, cells in log.items()} | {
        "time": ["2026-01-05T12:00", "2026-01-05T12:00:00"]
    }
    path = csv(tmp_path / "log.csv", two)
    large = refusals(lambda: measure(path, plan_of(), engine=engine))
    monkeypatch.setattr(log_files, "LARGE_BYTES", 2**28)
    assert large == refusals(lambda: measure(path, plan_of(), engine=engine))
    assert len(large) == 1
    assert "row 3" in large[0]


def test_a_limit_of_memory_is_kept_with_small_files_too(
    log: Columns,
    plan_of: PlanOf,
    bytes_of: Callable[[Facts], tuple[object, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = csv(tmp_path / "log.csv", log)
    expected = bytes_of(measure(path, plan_of()))
    opened: list[int] = []
    scan = files.scan_parts

    def noted(paths: list[Path], **options: Any) -> object:
        opened.append(len(paths))
        return scan(paths, **options)

    monkeypatch.setattr(log_files, "scan_parts", noted)
    assert bytes_of(measure(path, plan_of())) == expected
    assert opened == []
    assert bytes_of(measure(path, plan_of(), memory_mb=200)) == expected
    assert opened == [1]


@pytest.mark.usefixtures("in_pieces")
def test_files_of_one_name_in_two_folders(
    log: Columns, plan_of: PlanOf, bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path
) -> None:
    paths = []
    for name, part in zip("ab", parts(log, 3), strict=True):
        (tmp_path / name).mkdir()
        paths.append(csv(tmp_path / name / "log.csv", part))
    assert bytes_of(measure(paths, plan_of())) == bytes_of(measure(log, plan_of()))
    assert bytes_of(measure(str(tmp_path / "*" / "log.csv"), plan_of())) == bytes_of(measure(log, plan_of()))


@pytest.mark.usefixtures("in_pieces")
def test_a_header_alone_and_a_last_row_without_a_line_end(
    log: Columns, plan_of: PlanOf, bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path
) -> None:
    nothing: Columns = {name: [] for name in log}
    path = csv(tmp_path / "log.csv", nothing)
    assert bytes_of(measure(path, plan_of())) == bytes_of(measure(nothing, plan_of()))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert bytes_of(measure(path, plan_of())) == bytes_of(measure(nothing, plan_of()))
    path = csv(tmp_path / "log.csv", log)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    assert bytes_of(measure(path, plan_of())) == bytes_of(measure(log, plan_of()))


@pytest.mark.usefixtures("in_pieces")
def test_what_was_typed_is_removed(
    log: Columns, plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spilled))
    path = csv(tmp_path / "log.csv", log)
    measure(path, plan_of())
    csv(path, log | {"time": ["never", *log["time"][1:]]})
    with pytest.raises(Exception, match="never"):
        measure(path, plan_of())
    assert list(spilled.iterdir()) == []


def test_cuts_are_where_rows_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,b\n1,"x\ny"\n2,z\n3,\n')
    monkeypatch.setattr(csv_structure, "_PIECE", 5)
    found = csv_shape(path, source="t", block=6)
    assert found.cuts == ((4, 0), (12, 1), (19, 3))
    assert csv_shape(path, source="t").cuts == ((4, 0), (19, 3))


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("library", ["duckdb", "polars"])
def test_one_library_is_enough(
    library: str,
    log: Columns,
    plan_of: PlanOf,
    bytes_of: Callable[[Facts], tuple[object, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = csv(tmp_path / "log.csv", log | {"item": ['a "b"', "poster[1]*", "NA", "null", "001", "x,y", "第一"]})
    expected = bytes_of(measure(path, plan_of()))
    monkeypatch.setattr(files, "find_spec", lambda name: name == library or None)
    facts = measure(path, plan_of())
    assert facts.backend == library
    assert bytes_of(facts) == expected
