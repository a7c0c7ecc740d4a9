"""The same bytes on any machine, in any zone, in any language, under any hash seed: read, measure, score, settle."""

import decimal
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from jointpay.pipeline import score, settle
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=15)

SOURCE = Path(__file__).resolve().parents[2] / "src"

SCRIPT = """
import hashlib
import sys
from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.presets import design_operations

plan = design_operations()
kinds = ["impression"] * 5 + ["click"] * 3 + ["dwell", "dwell", "favorite", "order", "order", "refund", "rating", "payment"]
rows = [
    (f"e{number}", f"2026-{1 + number % 2:02}-{1 + number % 27:02}T{number % 24:02}:15:00", f"item {number % 7}",
     kinds[number % len(kinds)], 1000 * number + 7)
    for number in range(500)
]
log = {
    "event_id": [row[0] for row in rows],
    "time": [row[1] for row in rows],
    "item": [row[2] for row in rows],
    "channel": ["feed"] * len(rows),
    "kind": [row[3] for row in rows],
    "value": [row[4] if row[3] == "dwell" else 4 if row[3] == "rating" else None for row in rows],
}
persons = ["zoë", "Ümit", "安娜", "bo", "Bo"]
people = {"person": persons, "role": ["designer", "operator"] * 2 + ["designer"], "department": ["Süd"] * 5}
edges = [(person, role, f"item {item}") for person, role in zip(persons, people["role"]) for item in range(7)]
credit = {
    "person": [edge[0] for edge in edges],
    "role": [edge[1] for edge in edges],
    "item": [edge[2] for edge in edges],
    "share": ["1/3"] * len(edges),
}
pay = [(person, period) for person in persons for period in ("2026-01", "2026-02")]
base = {
    "person": [row[0] for row in pay],
    "period": [row[1] for row in pay],
    "base": ["monthly_salary"] * len(pay),
    "amount": [f"{1000 + 37 * number}.0{number % 10}" for number in range(len(pay))],
}
data = dataset(plan, facts=measure(log, plan), credits=read_credits(credit, plan), people=read_people(people, plan))
text = settle(plan, score(plan, data), read_base_pay(base, plan)).to_json()
if not text.isascii():
    sys.exit("the stored result is not plain ASCII")
sys.stdout.write(hashlib.sha256(text.encode()).hexdigest())
"""


def run(script: Path, environment: dict[str, str], *options: str) -> str:
    """Run the script in a new interpreter; what is in the environment replaces what was."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, *options, str(script)],
        env={**inherited, "PYTHONPATH": str(SOURCE), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("surroundings") / "pay.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def expected(script: Path) -> str:
    digest = run(script, {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    assert len(digest) == len(sha256().hexdigest())
    return digest


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}, ()),
        ({"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "C"}, ("-X", "utf8=0")),
        ({"PYTHONHASHSEED": "random", "LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8"}, ("-O",)),
        ({"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Shanghai"}, ("-OO", "-B")),
        ({"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}, ("-W", "error", "-X", "dev")),
    ],
    ids=["far east", "far west, no UTF-8", "Turkish, -O", "German, -OO", "warnings are errors"],
)
def test_another_process_gives_the_same_bytes(
    script: Path, expected: str, environment: dict[str, str], options: tuple[str, ...]
) -> None:
    assert run(script, environment, *options) == expected


def test_another_working_directory_gives_the_same_bytes(
    script: Path, expected: str, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "decimal.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(script, {"HOME": str(tmp_path)}) == expected


@PROPERTY
@given(case=cases())
def test_another_decimal_context_gives_the_same_bytes(case: Case, settled: Any) -> None:
    whole = settled(*case).to_json()
    traps = [decimal.Inexact, decimal.Rounded, decimal.InvalidOperation, decimal.FloatOperation]
    with decimal.localcontext(decimal.Context(prec=2, rounding=decimal.ROUND_UP, traps=traps)):
        again = settle(case.plan, score(case.plan, case.dataset), case.base_pay).to_json()
    assert again == whole


def test_reading_in_another_decimal_context_gives_the_same_bytes(script: Path, expected: str, tmp_path: Path) -> None:
    set_context = (
        "import decimal\n"
        "decimal.setcontext(decimal.Context(prec=1, rounding=decimal.ROUND_FLOOR, "
        "traps=[decimal.Inexact, decimal.Rounded, decimal.FloatOperation]))\n"
    )
    other = tmp_path / "other.py"
    other.write_text(set_context + script.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(other, {}) == expected


def test_another_number_is_another_digest(script: Path, expected: str, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(script.read_text(encoding="utf-8").replace("range(500)", "range(499)"), encoding="utf-8")
    assert run(other, {}) != expected
