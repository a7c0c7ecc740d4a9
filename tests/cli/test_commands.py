import json
from pathlib import Path

import pytest

import jointpay
from jointpay.cli import main
from jointpay.plan.presets import preset_text

Capture = pytest.CaptureFixture[str]


def test_check_says_what_the_plan_is(case: Path, capsys: Capture) -> None:
    assert main(["check", str(case / "plan.yaml")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "minimal 1: seller; 2026-01-01 to 2027-01-01"
    assert told[1] == f"digest {jointpay.presets.minimal().digest}"
    assert told[2].startswith("0 errors, ")


def test_check_names_what_is_wrong(case: Path, capsys: Capture) -> None:
    plan = case / "plan.yaml"
    plan.write_text(preset_text("minimal").replace("currency: CNY", "currency: RMB"), encoding="utf-8")
    assert main(["check", str(plan)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"error: {plan}:8:11: currency: " in told.err
    assert "'CNY'" in told.err
    assert "Traceback" not in told.err


def test_check_reports_every_error_in_one_pass(case: Path, capsys: Capture) -> None:
    plan = case / "plan.yaml"
    text = (
        preset_text("minimal")
        .replace("currency: CNY", "currency: RMB")
        .replace("combine: weighted_mean", "combine: sum")
    )
    plan.write_text(text, encoding="utf-8")
    assert main(["check", str(plan)]) == 1
    assert "2 findings\n" in capsys.readouterr().err


def test_strict_turns_warnings_into_failure(case: Path, capsys: Capture) -> None:
    plan = case / "plan.yaml"
    text = preset_text("minimal").replace(
        "  orders: {kind: count, events: [order]}",
        "  orders: {kind: count, events: [order]}\n  idle: {kind: count, events: [look]}",
        1,
    )
    plan.write_text(text, encoding="utf-8")
    assert main(["check", str(plan)]) == 0
    assert "1 warning" in capsys.readouterr().out
    assert main(["check", "--strict", str(plan)]) == 1
    assert "warning: " in capsys.readouterr().err


def test_schema_is_json(capsys: Capture) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == jointpay.plan_schema()


@pytest.mark.parametrize("name", ["design_operations", "design_operations_sales", "minimal"])
def test_a_preset_is_printed_as_it_is(name: str, capsys: Capture) -> None:
    assert main(["preset", name]) == 0
    assert capsys.readouterr().out == preset_text(name)  # type: ignore[arg-type]


def test_an_unknown_preset_names_the_known(capsys: Capture) -> None:
    assert main(["preset", "designers"]) == 1
    err = capsys.readouterr().err
    assert "'designers' is not a preset; allowed: design_operations, design_operations_sales, minimal" in err


def test_the_version_is_that_of_the_package(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"jointpay {jointpay.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["pay"], ["check"], ["run", "plan.yaml"], ["check", "--stric", "plan.yaml"]])
def test_a_command_written_wrongly_gives_2(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: jointpay" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "run", "explain", "schema", "preset", "demo"])
def test_every_command_tells_its_exit_codes(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    out = capsys.readouterr().out
    assert "exit codes:" in out
    assert "3    the output exists already" in out


def test_a_file_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert main(["check", str(tmp_path / "nothing.yaml")]) == 1
    err = capsys.readouterr().err
    assert "nothing.yaml" in err
    assert "Traceback" not in err
