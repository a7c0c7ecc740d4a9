"""The README does what it says."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]


READMES = ("README.md", "README.zh-CN.md")


def blocks(root: Path, language: str, *, readme: str = "README.md") -> list[str]:
    text = (root / readme).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_two_commands_of_one_line_each(root: Path) -> None:
    lines = [block.strip() for block in blocks(root, "sh")]
    assert [line.count("\n") for line in lines] == [0, 0]
    assert [line.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ") for line in lines] == [
        True,
        True,
    ]
    assert lines[0].endswith("'.[demo]' && .venv/bin/jointpay demo")
    assert lines[1].endswith("'.[test]' && .venv/bin/python -m pytest -n auto")


def test_both_readmes_have_the_same_commands(root: Path) -> None:
    assert blocks(root, "sh", readme="README.zh-CN.md") == blocks(root, "sh")


@pytest.mark.parametrize("readme", READMES)
def test_the_example_runs_and_explains(root: Path, fresh: Fresh, readme: str) -> None:
    (example,) = blocks(root, "python", readme=readme)
    done = fresh(example)
    assert done.stderr == ""
    assert "900.00" in done.stdout


@pytest.mark.parametrize("readme", READMES)
def test_every_link_leads_somewhere(root: Path, readme: str) -> None:
    text = (root / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert len(links) >= 4
    assert [link for link in links if not (root / link).exists()] == []


def test_ci_runs_the_test_command_of_the_readme(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r'grep -E "(.*)" README\.md', script)
    matching = [
        line for line in (root / "README.md").read_text(encoding="utf-8").splitlines() if re.search(pattern, line)
    ]
    assert matching == [blocks(root, "sh")[1].strip()]


def test_the_changelog_says_which_numbers_move(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [release.splitlines()[0] for release in releases if "### Numbers that move" not in release] == []
