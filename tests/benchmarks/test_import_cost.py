"""How much importing the package costs, compared with importing what it is made of.

Run with `python -m pytest tests/benchmarks/test_import_cost.py -s`.
"""

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import jointpay

ROUNDS = 9
AT_MOST = 2.5


def seconds(code: str) -> float:
    """Give the processor time of a fresh process; compiled files may be kept, as they are after an installation."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)  # microseconds; os.times counts in hundredths of a second
    subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"PYTHONPATH": str(Path(jointpay.__file__).parents[1])},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_import_costs_little_more_than_its_dependencies() -> None:
    bare, parts, whole = [], [], []
    seconds("import jointpay")
    for _ in range(ROUNDS):
        bare.append(seconds("pass"))
        parts.append(seconds("import numpy, pydantic, narwhals"))
        whole.append(seconds("import jointpay"))
    start = statistics.median(bare)
    below, above = statistics.median(parts) - start, statistics.median(whole) - start
    print(f"\nimport numpy, pydantic, narwhals: {below * 1e3:.0f} ms; import jointpay: {above * 1e3:.0f} ms")
    print(f"ratio {above / below:.2f}, wanted below {AT_MOST}")
    assert above / below < AT_MOST
