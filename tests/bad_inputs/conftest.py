"""A whole job on disk, of which each test spoils one thing: two sellers share a poster under the minimal plan."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jointpay.cli import main
from jointpay.plan.presets import preset_text

FILES = {
    "plan.yaml": preset_text("minimal"),
    "facts.csv": "day,item,orders\n2026-01-05,poster,180\n2026-01-31,poster,150\n2026-02-01,poster,30\n",
    "events.csv": (
        "event_id,time,item,channel,kind\n"
        "e1,2026-01-05T10:00:00+08:00,poster,feed,order\n"
        "e2,2026-01-31T23:59:59+08:00,poster,feed,order\n"
        "e3,2026-02-01T00:00:00+08:00,poster,feed,order\n"
    ),
    "people.csv": "person,role,name\nD1,seller,王雨桐\nD2,seller,Bo\n",
    "credits.csv": "person,role,item,share\nD1,seller,poster,1/3\nD2,seller,poster,1/3\n",
    "base_pay.csv": (
        "person,period,base,amount\nD1,2026-01,monthly_salary,98765.43\nD2,2026-01,monthly_salary,87654.32\n"
        "D1,2026-02,monthly_salary,98765.43\nD2,2026-02,monthly_salary,87654.32\n"
    ),
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Give a folder with every file of the job, none of them bad."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def spoil(case: Path) -> Callable[..., Path]:
    """Replace a piece of one file, which must be there, and give the file."""

    def change(name: str, old: str, new: str) -> Path:
        path = case / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return change


@pytest.fixture
def run(case: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Run the job by the command line; give the exit code, and the lines on stderr without the folder."""

    def job(*more: str, out: str = "out", **files: str | tuple[str, ...]) -> tuple[int, list[str]]:
        given = {"credits": "credits.csv", "people": "people.csv", "base_pay": "base_pay.csv", **files}
        if "events" not in given:
            given.setdefault("facts", "facts.csv")
        words = ["run", str(case / "plan.yaml"), "--out", str(case / out)]
        for what, names in given.items():
            paths = (names,) if isinstance(names, str) else names
            words += [f"--{what.replace('_', '-')}", *(str(case / name) for name in paths)]
        code = main([*words, *more])
        told = capsys.readouterr()
        assert told.out == ""
        return code, [line.replace(f"{case}/", "") for line in told.err.splitlines()]

    return job
