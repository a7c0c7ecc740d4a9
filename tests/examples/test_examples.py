"""The examples run with the extra `test` alone, and their notebooks are what their scripts make."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import jointpay

FOLDER = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES = ("from_dataframe_to_decision", "one_shop_one_quarter", "plan_in_chinese")


@pytest.fixture(scope="module")
def printed() -> Callable[[str], str]:
    """Give what an example prints, run once in a process of its own, warnings as errors."""
    kept: dict[str, str] = {}

    def run(name: str) -> str:
        if name not in kept:
            source = str(Path(jointpay.__file__).parents[1])
            done = subprocess.run(
                [sys.executable, "-W", "error", str(FOLDER / f"{name}.py")],
                env=os.environ | {"PYTHONPATH": source, "PYTHONUTF8": "1"},
                capture_output=True,
                encoding="utf-8",
                check=False,
                timeout=300,
            )
            assert (done.returncode, done.stderr) == (0, "")
            kept[name] = done.stdout
        return kept[name]

    return run


def cells_of_script(name: str) -> list[tuple[str, str]]:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    parts = re.split(r"^# %%( \[markdown\])?\n", text, flags=re.MULTILINE)[1:]
    return [
        ("markdown", re.sub(r"^# ?", "", source.strip(), flags=re.MULTILINE)) if marked else ("code", source.strip())
        for marked, source in zip(parts[::2], parts[1::2], strict=True)
    ]


def notebook(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_notebook_has_the_cells_of_the_script(name: str) -> None:
    """Next where it fails: python examples/execute.py."""
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in notebook(name)["cells"]] == cells_of_script(name)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_notebook_printed_is_what_the_script_prints(name: str, printed: Callable[[str], str]) -> None:
    """Frames are left out, since every version of a dataframe library draws them differently."""
    texts = [
        "".join(output["text"])
        for cell in notebook(name)["cells"]
        for output in cell.get("outputs", ())
        if "text" in output
    ]
    own = [text for text in texts if "┌" not in text]
    assert own
    assert [text for text in own if text not in printed(name)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_notebook_was_run_in_order_and_tells_nothing_of_the_machine(name: str) -> None:
    kept = notebook(name)
    counts = [cell["execution_count"] for cell in kept["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert kept["metadata"]["language_info"] == {"name": "python"}
    assert [cell["metadata"] for cell in kept["cells"] if cell["metadata"]] == []
    assert re.search(r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\", json.dumps(kept)) is None


def test_one_quarter_pays_what_its_facts_come_to(printed: Callable[[str], str]) -> None:
    """Cap of 30% on 8,123.45: 2,437.035, a tie, which goes up."""
    told = printed("one_shop_one_quarter")
    assert "8123.45 * 30 / 100 = 2437.035 -> 2437.04 CNY" in told
    assert "left out: 10 rows, duplicate" in told


def test_names_in_chinese_are_read_scored_paid_and_suggested(printed: Callable[[str], str]) -> None:
    """12 of 48 clicks order: 25%, on target; 48 clicks of 40 are 120 points; sqrt(120 * 100) = 109.54."""
    told = printed("plan_in_chinese")
    assert "0017 (王小明), 2026-03" in told
    assert "120.00 ^ 0.5 * 100.00 ^ 0.5 = 109.544511... -> 109.54" in told
    assert "9000.00 * 9.54 / 100 = 858.60 CNY" in told
    assert "there is no metric '点击率'; did you mean 点击量?" in told


def test_the_decision_costs_what_she_would_have_got(printed: Callable[[str], str]) -> None:
    """9,204.36 + 510.04 = 9,714.40: nobody else is touched."""
    told = printed("from_dataframe_to_decision")
    assert "version 1: her score 85.57, her amount 0.00; paid in all 9,204.36" in told
    assert "version keeps 50%: her score 106.22, her amount 510.04; paid in all 9,714.40" in told


def test_pictures_are_small() -> None:
    pictures = [
        "".join(output["data"]["image/svg+xml"])
        for cell in notebook("from_dataframe_to_decision")["cells"]
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    ]
    assert len(pictures) == 6
    assert max(map(len, pictures)) < 12_000
