"""How much importing the package costs, compared with importing what it is made of.

Run with `python -m pytest tests/benchmarks/test_import_cost.py -s`.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import jointpay

ROUNDS = 9
AT_MOST = 2.5


def seconds(code: str) -> float:
    environment = os.environ | {"PYTHONPATH": str(Path(jointpay.__file__).parents[1])}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return time.perf_counter() - start


def test_import_costs_little_more_than_its_dependencies() -> None:
    bare, parts, whole = [], [], []
    for _ in range(ROUNDS):
        bare.append(seconds("pass"))
        parts.append(seconds("import numpy, pydantic, narwhals"))
        whole.append(seconds("import jointpay"))
    start = statistics.median(bare)
    below, above = statistics.median(parts) - start, statistics.median(whole) - start
    print(f"\nimport numpy, pydantic, narwhals: {below * 1e3:.0f} ms; import jointpay: {above * 1e3:.0f} ms")
    print(f"ratio {above / below:.2f}, wanted below {AT_MOST}")
    assert above / below < AT_MOST
