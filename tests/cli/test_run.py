import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import jointpay
from jointpay.cli import main

Capture = pytest.CaptureFixture[str]

FILES = [
    "components.csv",
    "conservation.csv",
    "lines.csv",
    "links.csv",
    "manifest.json",
    "measures.csv",
    "scorecard.json",
    "scores.csv",
    "settlement.json",
    "shared_work.json",
    "steps.csv",
]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_pays_and_leaves_everything(case: Path, command: list[str], capsys: Capture) -> None:
    assert main(command) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "error" not in told.err
    assert listed(case / "out") == FILES
    paid = [(row["person"], row["period"], row["amount"]) for row in rows(case / "out" / "lines.csv")]
    assert paid == [
        ("D1", "2026-01", "1000.00"),
        ("D2", "2026-01", "900.00"),
        ("D1", "2026-02", "0.00"),
        ("D2", "2026-02", "0.00"),
    ]


def test_no_output_is_a_formula(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    assert {row["name"] for row in rows(case / "out" / "scores.csv")} == {"王雨桐", "'=HYPERLINK(1)"}


def test_the_manifest_tells_what_went_in_and_what_came_out(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    manifest = json.loads((case / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert [(told["what"], told["file"]) for told in manifest["inputs"]] == [
        ("plan", "plan.yaml"),
        ("facts", "facts.csv"),
        ("credits", "credits.csv"),
        ("people", "people.csv"),
        ("base_pay", "base_pay.csv"),
    ]
    for told in manifest["inputs"]:
        assert told["sha256"] == hashlib.sha256((case / told["file"]).read_bytes()).hexdigest()
        assert told["bytes"] == (case / told["file"]).stat().st_size
    assert [told["file"] for told in manifest["outputs"]] == sorted(set(FILES) - {"manifest.json"}, key=by_kind)
    for told in manifest["outputs"]:
        assert told["sha256"] == hashlib.sha256((case / "out" / told["file"]).read_bytes()).hexdigest()
    counted = {told["file"]: told["rows"] for told in manifest["outputs"]}
    assert counted["lines.csv"] == len(rows(case / "out" / "lines.csv")) == 4
    assert counted["settlement.json"] is None
    assert manifest["plan"]["digest"] == jointpay.presets.minimal().digest
    assert manifest["rows_read"] == 3


def by_kind(file: str) -> int:
    order = ["scores", "components", "measures", "links", "conservation", "lines", "steps"]
    order += ["scorecard", "settlement", "shared_work"]
    return order.index(file.split(".", maxsplit=1)[0])


def test_the_same_run_gives_the_same_bytes(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    assert main([*command[:-1], str(case / "again")]) == 0
    for name in FILES:
        assert (case / "out" / name).read_bytes() == (case / "again" / name).read_bytes()


def test_the_run_id_follows_what_went_in(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    pay = case / "base_pay.csv"
    pay.write_text(pay.read_text(encoding="utf-8").replace("9000.01", "9000.02"), encoding="utf-8")
    assert main([*command[:-1], str(case / "again")]) == 0
    ids = [json.loads((case / out / "manifest.json").read_text(encoding="utf-8"))["run_id"] for out in ("out", "again")]
    assert len(set(ids)) == 2


def test_only_the_periods_asked_for_are_scored(case: Path, command: list[str]) -> None:
    assert main([*command, "--periods", "2026-02"]) == 0
    assert {row["period"] for row in rows(case / "out" / "scores.csv")} == {"2026-02"}


def test_an_unknown_period_is_refused(case: Path, command: list[str], capsys: Capture) -> None:
    assert main([*command, "--periods", "2026-13"]) == 1
    assert "2026-13" in capsys.readouterr().err
    assert not (case / "out").exists()


def test_an_existing_output_is_refused_before_anything_is_read(case: Path, command: list[str], capsys: Capture) -> None:
    (case / "out").mkdir()
    (case / "plan.yaml").unlink()
    assert main(command) == 3
    err = capsys.readouterr().err
    assert f"error: {case / 'out'}: exists already, and nothing is overwritten; next: give another folder" in err
    assert listed(case / "out") == []


def test_all_problems_of_all_tables_are_told_at_once(case: Path, command: list[str], capsys: Capture) -> None:
    before = listed(case)
    for name, wrong, right in (
        ("people.csv", "buyer", "seller"),
        ("credits.csv", "x/3", "1/3"),
        ("base_pay.csv", "ten", "10000.00"),
    ):
        path = case / name
        path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    assert main(command) == 1
    err = capsys.readouterr().err
    assert "error: people.csv: row 2, column 'role'" in err
    assert "error: credits.csv: row 2, column 'share'" in err
    assert "error: base_pay.csv: row 2, column 'amount'" in err
    assert "Traceback" not in err
    assert listed(case) == before


def test_a_run_without_facts_is_written_wrongly(case: Path, command: list[str], capsys: Capture) -> None:
    without = [word for word in command if word not in {"--facts", str(case / "facts.csv")}]
    with pytest.raises(SystemExit, match="2"):
        main(without)
    assert "next: add --events PATH or --facts PATH" in capsys.readouterr().err


def test_facts_in_two_files_are_facts_in_one(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    lines = (case / "facts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (case / "first.csv").write_text("".join(lines[:2]), encoding="utf-8")
    (case / "second.csv").write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    at = command.index("--facts")
    split = [*command[: at + 1], str(case / "first.csv"), str(case / "second.csv"), *command[at + 2 : -1]]
    assert main([*split, str(case / "again")]) == 0
    assert (case / "out" / "settlement.json").read_bytes() == (case / "again" / "settlement.json").read_bytes()


def test_explain_reads_what_run_left(case: Path, command: list[str], capsys: Capture) -> None:
    assert main(command) == 0
    capsys.readouterr()
    for where in (case / "out", case / "out" / "settlement.json"):
        assert main(["explain", str(where), "D1", "2026-01"]) == 0
        told = capsys.readouterr()
        assert told.err == ""
        assert "王雨桐" in told.out
        assert "1000.00" in told.out


def test_explain_refuses_somebody_who_was_not_paid(case: Path, command: list[str], capsys: Capture) -> None:
    assert main(command) == 0
    assert main(["explain", str(case / "out"), "D9", "2026-01"]) == 1
    assert "'D9'" in capsys.readouterr().err


def test_explain_notices_a_changed_settlement(case: Path, command: list[str], capsys: Capture) -> None:
    assert main(command) == 0
    stored = case / "out" / "settlement.json"
    stored.write_text(stored.read_text(encoding="utf-8").replace("100000", "900000"), encoding="utf-8")
    assert main(["explain", str(stored), "D1", "2026-01"]) == 1
    assert "error: " in capsys.readouterr().err


def test_a_pipe_gets_no_progress(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jointpay", *command], env=surroundings(), capture_output=True, check=True, timeout=120
    )
    assert b"reading" not in done.stderr
    assert b"\x1b" not in done.stderr
    assert done.stdout == b""


def test_output_in_a_foreign_locale_is_utf8(case: Path, command: list[str]) -> None:
    assert main(command) == 0
    done = subprocess.run(
        [sys.executable, "-m", "jointpay", "explain", str(case / "out"), "D1", "2026-01"],
        env=surroundings() | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert "王雨桐" in done.stdout.decode("utf-8")


def surroundings() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(jointpay.__file__).parents[1])}


PAUSED = """
import sys, time
import jointpay.cli.tables as tables
from jointpay.cli import main

write = tables.write_table

def slowly(folder, file, columns):
    written = write(folder, file, columns)
    print(folder, flush=True)
    time.sleep(60)
    return written

tables.write_table = slowly
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("sent", "code", "left"),
    [
        (signal.SIGKILL, -signal.SIGKILL, True),
        (signal.SIGTERM, 143, False),
        (signal.SIGINT, 130, False),
    ],
    ids=["killed", "ended", "interrupted"],
)
def test_nothing_half_written_is_left(
    case: Path, command: list[str], sent: signal.Signals, code: int, *, left: bool
) -> None:
    before = listed(case)
    with subprocess.Popen(
        [sys.executable, "-c", PAUSED, *command], env=surroundings(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        partial = Path(running.stdout.readline().strip())
        assert partial.parent == case
        assert listed(partial) == ["scores.csv"]
        running.send_signal(sent)
        assert running.wait(timeout=30) == code
    assert not (case / "out").exists()
    assert partial.exists() == left
    assert [name for name in listed(case) if not name.startswith(".")] == before
    assert main(command) == 0
    assert listed(case / "out") == FILES


def test_a_disk_that_fails_midway_leaves_nothing(
    case: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    before = listed(case)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jointpay.cli.output.os.fsync", full)
    assert main(command) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert listed(case) == before


def test_a_reader_that_goes_away_is_no_error(case: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jointpay", "schema"],
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=case,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=60) == 141


def test_events_of_closed_days_are_left_out_or_stop_the_run(case: Path, command: list[str], capsys: Capture) -> None:
    log = case / "log.csv"
    log.write_text(
        "event_id,time,item,kind\n1,2026-01-31T23:59:59,p1,order\n2,2026-02-01T00:00:00,p1,order\n", encoding="utf-8"
    )
    late = [*command, "--events", str(log), "--closed", "2026-02-01", "--late"]
    assert main([*late, "refuse"]) == 1
    assert (
        "log.csv: row 2, column 'time', item 'p1': '2026-01-31T23:59:59' lies before 2026-02-01"
        in capsys.readouterr().err
    )
    assert main([*late, "exclude"]) == 0
    manifest = json.loads((case / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["closed"] == "2026-02-01"
    assert manifest["excluded"] == [{"reason": "closed_period", "rows": 1, "totals": {"orders": 1}}]
    paid = [(row["period"], row["amount"]) for row in rows(case / "out" / "lines.csv") if row["period"] == "2026-01"]
    assert paid == [("2026-01", "1000.00"), ("2026-01", "900.00")]  # as before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--closed", "2026-02-01"], "--closed and --late go together"),
        (["--late", "refuse"], "--closed and --late go together"),
        (["--closed", "2026-02-01", "--late", "refuse"], "--closed is about events, and there are none"),
        (
            ["--closed", "2026-2-1", "--late", "refuse"],
            "'2026-2-1' is no day; allowed: a calendar day written 2026-02-01",
        ),
        (["--closed", "20260201", "--late", "refuse"], "'20260201' is no day; allowed: a calendar day"),
    ],
)
def test_closed_days_are_stated_whole(command: list[str], capsys: Capture, words: list[str], told: str) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main([*command, *words])
    assert told in capsys.readouterr().err
