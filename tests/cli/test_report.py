"""The command `report`: from the folder of a run to pages, and never from one that was changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jointpay.cli import main
from jointpay.cli.run_folder import read_run

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def ran(case: Path, command: list[str]) -> Path:
    """Give the folder of a run of two teams."""
    people = (case / "people.csv").read_text(encoding="utf-8").splitlines()
    teams = ["team", "blue/1", "Blue_1"]
    lines = [f"{line},{team}" for line, team in zip(people, teams, strict=True)]
    (case / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(command) == 0
    return case / "out"


def test_a_dashboard_of_everybody(ran: Path, capsys: Capture) -> None:
    assert main(["report", str(ran)]) == 0
    out = ran.with_name("out-report")
    names = ["dashboard.html", "statements-2026-02", "workbook.xlsx"]
    assert capsys.readouterr().out.splitlines() == [str(out / name) for name in names]
    assert sorted(path.name for path in out.iterdir()) == names
    assert sorted(path.name for path in (out / names[1]).iterdir()) == ["statement-D1.html", "statement-D2.html"]
    assert (out / "workbook.xlsx").read_bytes().startswith(b"PK")
    page = (out / "dashboard.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page
    assert "王雨桐 D1" in page
    assert "<strong>2026-02</strong>" in page


def test_language_period_group_and_pay(ran: Path, tmp_path: Path) -> None:
    asked = ["--lang", "zh-CN", "--period", "2026-01", "--group", "team=blue/1", "--pay", "--out", str(tmp_path / "r")]
    assert main(["report", str(ran), *asked]) == 0
    page = (tmp_path / "r" / "dashboard.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "<strong>2026-01</strong>" in page
    assert "Team：blue/1" in page
    assert "¥1,000.00" in page
    assert "=HYPERLINK(1) D2" not in page


def test_a_column_alone_gives_each_of_its_values_a_page(ran: Path) -> None:
    assert main(["report", str(ran), "--group", "team", "--format", "html"]) == 0
    files = sorted(path.name for path in ran.with_name("out-report").glob("*.html"))
    assert files == ["dashboard-Blue_1-20c6c1d9.html", "dashboard-blue_1-43589bc2.html"]


def test_statements_of_one_person_in_every_form(ran: Path, capsys: Capture) -> None:
    asked = ["--payee", "D1", "--period", "2026-01", "2026-02", "--format", "text", "json", "html", "xlsx"]
    assert main(["report", str(ran), *asked]) == 0
    out = ran.with_name("out-report")
    names = ["statements-2026-01", "statements-2026-02", "workbook.xlsx"]
    assert capsys.readouterr().out.splitlines() == [str(out / name) for name in names]
    for folder in names[:2]:
        files = sorted(path.name for path in (out / folder).iterdir())
        assert files == ["statement-D1.html", "statement-D1.json", "statement-D1.txt"]
    first = json.loads((out / names[0] / "statement-D1.json").read_text(encoding="utf-8"))
    assert (first["payee"], first["amount_minor"], first["earlier_period"]) == ("D1", 100_000, None)
    second = json.loads((out / names[1] / "statement-D1.json").read_text(encoding="utf-8"))
    assert second["earlier_period"]["id"] == "2026-01"
    assert "1,000.00" in (out / names[0] / "statement-D1.txt").read_text(encoding="utf-8")


def test_a_group_limits_statements_and_workbook_too(ran: Path) -> None:
    assert main(["report", str(ran), "--group", "team=blue/1"]) == 0
    statements = ran.with_name("out-report") / "statements-2026-02"
    assert [path.name for path in statements.iterdir()] == ["statement-D1.html"]


def test_somebody_without_a_seat_has_no_statement(case: Path, command: list[str], capsys: Capture) -> None:
    people = (
        (case / "people.csv")
        .read_text(encoding="utf-8")
        .replace("D2,seller,2025-06-01,,", "D2,seller,2025-06-01,2026-02-01,")
    )
    (case / "people.csv").write_text(people, encoding="utf-8")
    assert main(command) == 0
    assert main(["report", str(case / "out"), "--payee", "D2"]) == 1
    assert "none of the payees 'D2' holds a seat in '2026-02'" in capsys.readouterr().err
    assert main(["report", str(case / "out"), "--payee", "D2", "--period", "2026-01", "2026-02"]) == 0
    out = case / "out-report"
    assert sorted(path.name for path in out.iterdir()) == ["statements-2026-01", "workbook.xlsx"]


def test_nothing_is_written_over(ran: Path, capsys: Capture) -> None:
    ran.with_name("out-report").mkdir()
    assert main(["report", str(ran)]) == 3
    assert "out-report: exists already, and nothing is overwritten" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ["--period", "2026-3"],
            "there is no period '2026-3'; did you mean '2026-02'?; there is: '2026-01', '2026-02'",
        ),
        (["--payee", "D3"], "there is no payee 'D3' in this result; payees in it: 'D1', 'D2'"),
        (["--group", "teem=red"], "there is no group column 'teem'; did you mean 'team'?; there is: 'team'"),
        (["--group", "team=red"], "there is no team 'red'; there is: 'Blue_1', 'blue/1'"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_left(
    ran: Path, capsys: Capture, asked: list[str], told: str
) -> None:
    assert main(["report", str(ran), *asked]) == 1
    assert told in capsys.readouterr().err
    assert sorted(path.name for path in ran.parent.glob("*out*")) == ["out"]


def test_a_group_without_a_column_is_written_wrongly(ran: Path, capsys: Capture) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["report", str(ran), "--group", "=blue"])
    assert "'=blue' names no column; allowed: team=blue, or team for all teams" in capsys.readouterr().err


def test_the_folder_one_stands_in_has_a_name(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ran)
    assert main(["report", "."]) == 0
    assert (ran.parent / "out-report" / "dashboard.html").is_file()


def test_what_is_read_back_is_what_was_computed(ran: Path) -> None:
    stored = read_run(ran)
    assert stored.settlement.to_json() == (ran / "settlement.json").read_text(encoding="utf-8")
    assert stored.work.periods == ("2026-01", "2026-02")


def _change(ran: Path) -> None:
    path = ran / "lines.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1000.00", "9000.00"), encoding="utf-8")


def _manifest(ran: Path, change: Callable[[list[dict[str, str]]], object]) -> None:
    path = ran / "manifest.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    change(tree["outputs"])
    path.write_text(json.dumps(tree), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_change, "it was changed since; next: run again [run_file_changed]"),
        (lambda ran: (ran / "steps.csv").unlink(), "and it is not there; next: run again [run_file_missing]"),
        (lambda ran: (ran / "manifest.json").unlink(), "there is no manifest.json; allowed: a folder that"),
        (lambda ran: (ran / "manifest.json").write_bytes(b"\xff"), "manifest.json: not UTF-8 text at byte 0"),
        (lambda ran: (ran / "manifest.json").write_bytes(b"[]"), "[] is not what belongs here"),
        (lambda ran: (ran / "manifest.json").write_bytes(b"{}"), "it lists no outputs; allowed: the manifest"),
        (
            lambda ran: _manifest(ran, lambda outputs: outputs.pop()),
            "it lists no shared_work.json, which reports are made from; next: run again",
        ),
        (
            lambda ran: _manifest(ran, lambda outputs: outputs[0].update(file="../plan.yaml")),
            "'../plan.yaml' is not the name of a file in the folder; allowed: a name without a path",
        ),
    ],
)
def test_a_folder_that_is_not_as_it_was_written_is_refused(
    ran: Path, capsys: Capture, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(ran)
    assert main(["report", str(ran)]) == 1
    assert told in capsys.readouterr().err
    assert not ran.with_name("out-report").exists()


def test_every_changed_file_is_named(ran: Path, capsys: Capture) -> None:
    _change(ran)
    (ran / "steps.csv").unlink()
    assert main(["report", str(ran)]) == 1
    assert capsys.readouterr().err.endswith("2 findings\n")


def test_work_of_another_run_is_refused(ran: Path, case: Path, command: list[str], capsys: Capture) -> None:
    """Even where somebody made the manifest fit."""
    facts = case / "facts.csv"
    facts.write_text(facts.read_text(encoding="utf-8").replace(",180", ",181"), encoding="utf-8")
    assert main([*command[:-1], str(case / "other")]) == 0
    shutil.copy(case / "other" / "shared_work.json", ran / "shared_work.json")
    theirs = json.loads((case / "other" / "manifest.json").read_text(encoding="utf-8"))["outputs"][-1]["sha256"]
    _manifest(ran, lambda outputs: outputs[-1].update(sha256=theirs))
    assert main(["report", str(ran)]) == 1
    assert "the shared work is not that of the settlement" in capsys.readouterr().err


def test_nobody_with_a_value_in_the_column(case: Path, command: list[str], capsys: Capture) -> None:
    people = (case / "people.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{team}" for line, team in zip(people, ["team", "", ""], strict=True)]
    (case / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(command) == 0
    assert main(["report", str(case / "out"), "--group", "team"]) == 1
    assert "nobody in view has a value in column 'team'" in capsys.readouterr().err
