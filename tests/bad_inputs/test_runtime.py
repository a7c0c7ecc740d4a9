"""Whatever is in the files: every problem told, nothing of a library's own, nothing left behind. Ids are of the case list."""

import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

Run = Callable[..., tuple[int, list[str]]]
Spoil = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "header", "row", "column"),
    [
        ("people.csv", "person,role", "D{},buyer", "role"),
        ("credits.csv", "person,role,item,share", "D{},seller,i{},2", "share"),
        ("base_pay.csv", "person,period,base,amount", "D{},2026-01,monthly_salary,x", "amount"),
        ("facts.csv", "day,item,orders", "2026-01-05,i{},-3", "orders"),
    ],
)
def test_two_hundred_errors_of_a_file_come_at_once_by_row(
    case: Path, run: Run, name: str, header: str, row: str, column: str
) -> None:
    """R012."""
    rows = "\n".join(row.replace("{}", str(number)) for number in range(200))
    (case / name).write_text(f"{header}\n{rows}\n", encoding="utf-8")
    code, told = run()
    assert code == 1
    assert told[-1] == "200 findings"
    assert [line.partition(", ")[0] for line in told[:-1]] == [f"error: {name}: row {at}" for at in range(2, 202)]
    assert all(f"column '{column}'" in line for line in told[:-1])
    assert not (case / "out").exists()


def test_errors_of_all_files_come_at_once(run: Run, spoil: Spoil) -> None:
    """R012."""
    spoil("people.csv", "D1,seller", "D1,sellr")
    spoil("credits.csv", "D1,seller,poster,1/3", "D1,seller,poster,0")
    spoil("facts.csv", "180", "1.5")
    spoil("base_pay.csv", "98765.43", "")
    code, told = run()
    assert code == 1
    assert [line.partition(": row")[0] for line in told[:-1]] == [
        "error: facts.csv",
        "error: credits.csv",
        "error: people.csv",
        "error: base_pay.csv",
    ]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_that_exists_is_written_over(case: Path, run: Run, kind: str) -> None:
    """R007, M018: the second run is refused, and the first one's files stay what they are."""
    out = case / "out"
    if kind == "folder":
        assert run()[0] == 0
    elif kind == "file":
        out.write_text("kept", encoding="utf-8")
    else:
        out.symlink_to(case / "nowhere")
    before = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    code, told = run()
    assert code == 3
    assert told == [
        "error: out: exists already, and nothing is overwritten; next: give another folder, or move this one away"
    ]
    assert {path: path.read_bytes() for path in case.rglob("*") if path.is_file()} == before


BYTES = [
    b"\x00",
    b"\xff",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\t",
    b"-",
    b"9" * 40,
    b"1e9",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b" ",
    b"",
]


@pytest.mark.parametrize("seed", range(60))
def test_a_file_broken_anywhere_is_refused_or_read_and_nothing_else_happens(case: Path, run: Run, seed: int) -> None:
    """No error of a library, no warning, no half of an output: exit code 0 with everything, or 1 with findings."""
    random = Random(seed)  # noqa: S311 - breakage, no secret
    what = random.choice(["facts", "events"])
    for name in random.sample([f"{what}.csv", "people.csv", "credits.csv", "base_pay.csv", "plan.yaml"], 2):
        content = (case / name).read_bytes()
        for _ in range(random.randint(1, 3)):
            begin = random.randrange(len(content))
            end = begin + random.choice([0, 0, 1, 5])
            content = content[:begin] + random.choice(BYTES) + content[end:]
        (case / name).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, told = run(**{what: f"{what}.csv"})
    assert code in {0, 1}
    assert (case / "out").exists() == (code == 0)
    assert sorted(path.name for path in case.iterdir() if path.name.startswith(".")) == []
    assert not [line for line in told if "Traceback" in line or "Error:" in line]
    if code == 1:
        assert any(line.startswith("error: ") and line.endswith("]") for line in told), told
        assert told[-1].endswith(("finding", "findings"))
