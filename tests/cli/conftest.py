"""A small case on disk: two sellers who share one poster in thirds, under the minimal preset."""

from pathlib import Path

import pytest

from jointpay.plan.presets import preset_text

TABLES = {
    "facts.csv": "day,item,channel,orders\n2026-01-05,poster,feed,180\n2026-01-31,poster,feed,150\n2026-02-01,poster,feed,30\n",
    "people.csv": "person,role,from,to,name\nD1,seller,2025-06-01,,王雨桐\nD2,seller,2025-06-01,,=HYPERLINK(1)\n",
    "credits.csv": (
        "person,role,item,share,from,to\nD1,seller,poster,1/3,2026-01-01,2027-01-01\nD2,seller,poster,1/3,2026-01-01,2027-01-01\n"
    ),
    "base_pay.csv": (
        "person,period,base,amount\nD1,2026-01,monthly_salary,10000.00\nD2,2026-01,monthly_salary,9000.01\n"
        "D1,2026-02,monthly_salary,10000.00\nD2,2026-02,monthly_salary,9000.01\n"
    ),
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Give a folder with a plan and its tables."""
    (tmp_path / "plan.yaml").write_text(preset_text("minimal"), encoding="utf-8")
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def command(case: Path) -> list[str]:
    """Give the arguments of a whole run of the case into `out`."""
    return [
        "run",
        str(case / "plan.yaml"),
        *("--facts", str(case / "facts.csv")),
        *("--credits", str(case / "credits.csv")),
        *("--people", str(case / "people.csv")),
        *("--base-pay", str(case / "base_pay.csv")),
        *("--out", str(case / "out")),
    ]
