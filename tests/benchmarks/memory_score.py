"""Peak memory of scoring and settling beyond what goes in and comes out, from prepared arrays.

Run it with ``python tests/benchmarks/memory_score.py 1000000 10000000``. The peak is the system's (`VmHWM`), set back
before the work; outputs are what scoring and settling return, each array counted once, inputs not at all, because they
are there before.
"""

import re
import sys
from pathlib import Path
from typing import Any

import by_jointpay
import numpy as np
from mixed_table import mixed_table

from jointpay.engine.pages import release
from jointpay.plan.presets import design_operations

MEBI = 2**20


def resident(name: str) -> float:
    """Give a line of the process's own memory in MiB: `VmHWM` (peak) or `VmRSS` (now)."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def forget_peak() -> None:
    """Set the peak back to what is there now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def arrays_in(made: Any, known: dict[int, int]) -> None:
    """Note the bytes of every array that belongs to a result, by where it lies."""
    if isinstance(made, np.ndarray):
        known[made.ctypes.data] = made.nbytes
    elif isinstance(made, tuple | list):
        for part in made:
            arrays_in(part, known)
    elif isinstance(made, dict):
        arrays_in(list(made.values()), known)
    elif hasattr(made, "__dataclass_fields__"):
        arrays_in([getattr(made, name) for name in made.__dataclass_fields__], known)


def measure(rows: int) -> None:
    """Print peak, outputs and the difference for one size."""
    plan = design_operations()
    template = by_jointpay.template_panel(plan)
    # A first small run brings in the code and the curves.
    small = by_jointpay.group_by_role(mixed_table(1000))
    by_jointpay.run(plan, by_jointpay.panel_of(template, small), small)
    grouped = by_jointpay.group_by_role(mixed_table(rows))
    panel = by_jointpay.panel_of(template, grouped)
    inputs: dict[int, int] = {}
    arrays_in([grouped, panel.roles], inputs)
    for keep in ("all", "summary"):
        release()  # what the run before left would take the place of new memory
        forget_peak()
        before = resident("VmRSS")
        made = by_jointpay.run(plan, panel, grouped, keep=keep)
        peak = resident("VmHWM") - before
        outputs: dict[int, int] = {}
        arrays_in(made, outputs)
        size = sum(count for where, count in outputs.items() if where not in inputs) / MEBI
        print(
            f"{rows:>12,} payee-periods, keep={keep!r}: grew by {peak:9.1f} MiB, outputs {size:9.1f} MiB, "
            f"beyond them {peak - size:6.1f} MiB; inputs {sum(inputs.values()) / MEBI:9.1f} MiB"
        )
        del made


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["1000000"]:
        measure(int(argument))
