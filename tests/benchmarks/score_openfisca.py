"""Score and settle payee-periods of the preset `design_operations`, against OpenFisca-Core with the same rules.

OpenFisca-Core is in no extra of this package: it has pins of its own. Make an environment for it:

    python -m venv openfisca && openfisca/bin/pip install . openfisca-core
    openfisca/bin/python tests/benchmarks/score_openfisca.py 1000000

All run in turn in one process, a warm-up first; medians. Two systems of OpenFisca: formulas with ``np.interp``, and
formulas in which every curve of points is a marginal-rate scale, `MarginalRateTaxScale.calc`. A new simulation is made
for each run, and its inputs are set within the time, because a simulation computes everything once only. Roles are
mixed in one table for OpenFisca, as in its own use, and for jointpay, which groups them within the time.

OpenFisca keeps float32, so that some of its adjustments differ by a last place, or a collaboration that is just reached
loses its bonus: the count of amounts that differ is printed.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import by_jointpay
import by_openfisca
import numpy as np
from mixed_table import mixed_table

from jointpay.plan.presets import design_operations

REPETITIONS = 7


def compare(rows: int) -> None:
    """Compare on one size."""
    plan, table = design_operations(), mixed_table(rows)
    template = by_jointpay.template_panel(plan)
    grouped = by_jointpay.group_by_role(table)
    panel = by_jointpay.panel_of(template, grouped)
    kept = by_jointpay.run(plan, panel, grouped)
    lines = kept[1]
    designers, operators = table["role"] == 0, table["role"] == 1
    exact = np.zeros(rows, dtype=np.int64)
    exact[designers] = lines[0, 0].amount_minor
    exact[operators] = lines[1, 0].amount_minor + lines[1, 1].amount_minor
    systems = {name: by_openfisca.system(scales=name == "scales") for name in ("interp", "scales")}

    def mixed(out: Any = None) -> Any:
        columns = by_jointpay.group_by_role(table, out=grouped if out else None)
        return by_jointpay.run(plan, by_jointpay.panel_of(template, columns), columns, out=out)

    engines: dict[str, Callable[[], Any]] = {
        "jointpay, grouped, reused outputs": lambda: by_jointpay.run(plan, panel, grouped, out=kept),
        "jointpay, mixed table, reused": lambda: mixed(kept),
        "jointpay, mixed table, fresh": mixed,
        "OpenFisca, np.interp in formulas": lambda: by_openfisca.run(systems["interp"], table),
        "OpenFisca, native scales": lambda: by_openfisca.run(systems["scales"], table),
        "OpenFisca, inputs set, nothing computed": lambda: by_openfisca.simulation(systems["interp"], table),
    }
    print(f"\n{rows:,} payee-periods")
    for name, system in systems.items():
        off = np.abs(by_openfisca.run(system, table).astype(np.float64) - exact)
        print(f"  {name}: {np.mean(off >= 1):.1%} of the amounts differ, by {off.max():.0f} minor units at most")
    times: dict[str, list[float]] = {name: [] for name in engines}
    for repetition in range(REPETITIONS + 1):
        for name, work in engines.items():
            start = perf_counter()
            result = work()
            taken = perf_counter() - start
            del result
            if repetition:
                times[name].append(taken)
    for name, found in times.items():
        told = ", ".join(f"{median(found) / median(times[ours]):6.1f}x" for ours in list(engines)[:3])
        print(f"  {name:42} {median(found) * 1e3:9.1f} ms (least {min(found) * 1e3:9.1f})  {told}")


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["1000000"]:
        compare(int(argument))
