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
AT_MOST = 2.5  # a busy machine gives 2.0
SOURCE = Path(jointpay.__file__).parent
MODELS = f"""
import sys, types
import numpy, pydantic, narwhals
package = types.ModuleType("jointpay")
package.__path__ = [{str(SOURCE)!r}]
sys.modules["jointpay"] = package
import jointpay.plan.plan
"""
"""What it is made of, and the models of a plan without the rest of the package."""


def seconds(code: str) -> float:
    """Give the processor time of a fresh process; compiled files may be kept, as they are after an installation."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)  # microseconds; os.times counts in hundredths of a second
    subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"PYTHONPATH": str(SOURCE.parent)},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_import_costs_little_more_than_its_dependencies() -> None:
    codes = ["pass", "import numpy, pydantic, narwhals", MODELS, "import jointpay"]
    times: list[list[float]] = [[] for _ in codes]
    seconds("import jointpay")
    for _ in range(ROUNDS):
        for found, code in zip(times, codes, strict=True):
            found.append(seconds(code))
    start, *ends = map(statistics.median, times)
    below, models, above = (end - start for end in ends)
    print(f"\nimport numpy, pydantic, narwhals: {below * 1e3:.0f} ms; import jointpay: {above * 1e3:.0f} ms")
    print(f"with the models of a plan alone: {models * 1e3:.0f} ms, {models / below:.2f}")
    print(f"ratio {above / below:.2f}, wanted below {AT_MOST}")
    assert above / below < AT_MOST
