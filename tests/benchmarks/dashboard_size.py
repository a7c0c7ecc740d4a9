"""Size of a dashboard and the time to write and to open it, by the number of payees.

Run it with ``python tests/benchmarks/dashboard_size.py 10 100 500`` (extras `test` and `browser`; Chromium as
`/usr/bin/chromium` or named by JOINTPAY_CHROMIUM). Six designers to every four operators of the preset
`design_operations`, four items a person, each made by two designers and run by one operator, five channels, four months
and the one before. Printed are bytes, seconds of processor time to write (median of three, once the template is there), and the
first paint and the end of loading as Chromium reports them for the file (median of five).
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.presets import design_operations
from jointpay.report.dashboard import dashboard
from jointpay.report.work import SharedWork, work_of
from jointpay.results.settlement import Settlement

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04")
CHANNELS = ("search", "feed", "live", "ads", "share")
WRITTEN, OPENED = 3, 5
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def made(payees: int) -> tuple[Settlement, SharedWork]:
    """Score and settle a made-up team."""
    plan = design_operations()
    chance = np.random.default_rng(payees)
    roles = ["designer" if number % 10 < 6 else "operator" for number in range(payees)]
    persons = [f"{role[0].upper()}{number:03}" for number, role in enumerate(roles)]
    designers = [person for person, role in zip(persons, roles, strict=True) if role == "designer"]
    operators = [person for person, role in zip(persons, roles, strict=True) if role == "operator"]
    items = [f"poster-{number:04}" for number in range(4 * payees)]
    edges: list[tuple[str, str, str, str]] = []
    for number, item in enumerate(items):
        one, other = (designers[(number * step + shift) % len(designers)] for step, shift in ((1, 0), (7, 3)))
        edges.append((one, "designer", item, "2/3" if one != other else "1"))
        if one != other:
            edges.append((other, "designer", item, "1/3"))
        edges.append((operators[number % len(operators)], "operator", item, "1"))
    cells = [(month, item, channel) for month in MONTHS for item in items for channel in CHANNELS]
    seen = chance.integers(200, 4_000, len(cells))
    clicks = chance.binomial(seen, 0.12)
    orders = chance.binomial(clicks, 0.04)
    totals = {
        "impressions": seen,
        "clicks": clicks,
        "dwell": clicks * chance.integers(4_000, 12_000, len(cells)),
        "favorites": chance.binomial(clicks, 0.08),
        "orders": orders,
        "repeat_orders": chance.binomial(orders, 0.3),
        "stars": chance.integers(3, 6, len(cells)),
        "ratings": np.ones(len(cells), dtype=np.int64),
    }
    columns = {"day": [f"{month}-15" for month, _, _ in cells], "item": [item for _, item, _ in cells]}
    columns |= {"channel": [channel for _, _, channel in cells]}
    open_ = [""] * payees
    people = {"person": persons, "role": roles, "from": open_, "to": open_, "department": ["shop"] * payees}
    people |= {"name": [f"Member {number}" for number in range(payees)]}
    names = ("person", "role", "item", "share")
    shares = {name: [edge[place] for edge in edges] for place, name in enumerate(names)}
    shares |= {"from": [""] * len(edges), "to": [""] * len(edges)}
    data = dataset(
        plan,
        facts=read_facts(columns | {name: total.tolist() for name, total in totals.items()}, plan),
        credits=read_credits(shares, plan),
        people=read_people(people, plan),
    )
    paid = [(person, month) for person in persons for month in MONTHS[1:]]
    base = {"person": [person for person, _ in paid], "period": [month for _, month in paid]}
    base |= {"base": ["monthly_salary"] * len(paid), "amount": ["9000.00"] * len(paid)}
    return settle(plan, score(plan, data), read_base_pay(base, plan)), work_of(plan, data)


def opened(path: Path) -> tuple[float, float]:
    """Give the first paint and the end of loading in milliseconds."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only here

    with sync_playwright() as play:
        chromium = os.environ.get("JOINTPAY_CHROMIUM", "/usr/bin/chromium")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        times = []
        for _ in range(OPENED):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(path.as_uri())
            # The page allows no evaluation of text, so the waiting is done here.
            while not (first := page.evaluate(PAINT)):
                page.wait_for_timeout(20)
            times.append((first, page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")))
            page.close()
        browser.close()
    return median(first for first, _ in times), median(end for _, end in times)


def measure(payees: int, folder: Path) -> None:
    """Print one line."""
    settlement, work = made(payees)
    seconds, written = [], dashboard(settlement, work)
    for _ in range(WRITTEN):
        started = process_time()
        written = dashboard(settlement, work)
        seconds.append(process_time() - started)
    path = folder / f"{payees}.html"
    path.write_text(written, encoding="utf-8")
    paint, loaded = opened(path)
    print(
        f"{payees:>6} payees: {len(written.encode()):>10,} bytes, written in {median(seconds):6.2f} s of processor time, "
        f"first paint {paint:6.0f} ms, loaded {loaded:6.0f} ms"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as there:
        for argument in sys.argv[1:] or ["10", "100", "500"]:
            measure(int(argument), Path(there))
