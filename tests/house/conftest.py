"""Running Python afresh, with the package under test on its path."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import jointpay

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root() -> Path:
    """Give the folder of the checkout."""
    return ROOT


@pytest.fixture
def fresh() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Give a function that runs Python code in a process of its own, warnings as errors."""

    def run(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        source = str(Path(jointpay.__file__).parents[1])
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env=os.environ | {"PYTHONPATH": source, "PYTHONUTF8": "1"} | environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return run
