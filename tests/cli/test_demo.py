import json
import shlex
from pathlib import Path

import pytest

from jointpay.cli import main
from jointpay.cli.demo import plan_text
from jointpay.plan.load import plan_from_text
from jointpay.plan.presets import design_operations

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the folder of a small demo and its page."""
    folder = tmp_path_factory.mktemp("demo") / "shop"
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *told, **_: lines.append(" ".join(map(str, told))))
        assert main(["demo", "--dir", str(folder), "--rows", "30000"]) == 0
    return folder, "\n".join(lines)


def test_the_plan_is_the_preset_without_the_bots() -> None:
    plan, preset = plan_from_text(plan_text(), format="yaml"), design_operations()
    assert plan.id == "demo_shop"
    filtered = {name for name, total in plan.totals.items() if total.where.without == ("bot",)}
    assert filtered == {"impressions", "clicks", "dwell", "favorites"}
    assert (plan.metrics, plan.roles, plan.bounds) == (preset.metrics, preset.roles, preset.bounds)


def test_the_files_are_left_to_be_edited(made: tuple[Path, str]) -> None:
    folder, _ = made
    listed = sorted(path.name for path in folder.iterdir())
    assert listed == ["base_pay.csv", "credits.csv", "events.csv", "people.csv", "plan.yaml", "report", "results"]
    assert sorted(path.name for path in (folder / "report").iterdir()) == ["dashboard.html", "statements-2026-04"]
    assert len((folder / "events.csv").read_text(encoding="utf-8").splitlines()) == 30_001


def test_the_page_names_the_dashboard_and_statements_of_a_few(made: tuple[Path, str]) -> None:
    folder, page = made
    report = folder / "report"
    assert (
        f"  open {report / 'dashboard.html'} in a browser, and the statements in {report / 'statements-2026-04'}\n"
        in page
    )
    explained = page.partition("ONE OF THEM EXPLAINED: ")[2].partition(" ")[0]
    statements = sorted(path.name for path in (report / "statements-2026-04").iterdir())
    assert len(statements) == 2
    assert f"statement-{explained}.html" in statements


def test_the_page_says_who_earns_what_and_why(made: tuple[Path, str]) -> None:
    _, page = made
    for heading in (
        "WHAT IT PAYS, in CNY, on top of the pay base",
        "WHO EARNS WHAT AND WHY: designer in 2026-04",
        "ONE OF THEM EXPLAINED: ",
        "NOTHING IS LOST: read = credited + to nobody + not scored + excluded",
        "WHAT WAS CHECKED",
    ):
        assert heading in page
    assert max(len(line) for line in page.splitlines()) < 200


def test_the_page_shows_that_nothing_is_lost(made: tuple[Path, str]) -> None:
    folder, page = made
    manifest = json.loads((folder / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows_read"] == 30_000
    assert "30,000 rows of events: every id, time, item, channel, kind and value" in page
    assert ", 0 with a difference" in page


def test_the_command_on_the_page_runs_it_again(made: tuple[Path, str], capsys: Capture) -> None:
    folder, page = made
    words = shlex.split(page[page.index("RUN IT AGAIN") :].replace("\\\n", ""))
    assert main(words[words.index("run") :]) == 0
    assert capsys.readouterr().out == ""
    first, second = ((folder / name / "settlement.json").read_bytes() for name in ("results", "results-2"))
    assert first == second


def test_an_existing_folder_is_not_touched(made: tuple[Path, str], capsys: Capture) -> None:
    folder, _ = made
    assert main(["demo", "--dir", str(folder), "--rows", "30000"]) == 3
    assert "exists already, and nothing is overwritten" in capsys.readouterr().err


def test_too_few_rows_are_refused(tmp_path: Path, capsys: Capture) -> None:
    assert main(["demo", "--dir", str(tmp_path / "shop"), "--rows", "10"]) == 1
    assert "--rows 10; allowed: at least 1000" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_polars_it_says_what_to_install(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jointpay.cli.demo.find_spec", lambda _: None)
    assert main(["demo", "--dir", str(tmp_path / "shop")]) == 1
    assert (
        "the demo needs polars, which is not installed; next: pip install 'jointpay[demo]'" in capsys.readouterr().err
    )
