"""The package needs its required dependencies and nothing else: no network, no locale, no clock."""

import subprocess
from collections.abc import Callable

import pytest

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]

ABSENT = """
import sys
from importlib.machinery import PathFinder

absent = {"polars", "pandas", "pyarrow", "duckdb", "hypothesis", "pytest", "altair", "babel", "jinja2", "vl_convert", "xlsxwriter"}

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in absent else super().find_spec(name, path, target)

sys.meta_path = [Finder if finder is PathFinder else finder for finder in sys.meta_path]
"""

NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "ftplib.", "http.", "subprocess.", "os.system")):
        raise RuntimeError(f"{event} {arguments}")

sys.addaudithook(refuse)
"""

NO_PLACE_AND_TIME = """
import argparse, concurrent.futures.thread, csv, datetime, hashlib, importlib.resources, json, locale, tempfile, time, zoneinfo
import narwhals.stable.v2, numpy, pydantic, yaml

def refuse(name):
    def refused(*arguments, **named):
        raise RuntimeError(f"{name} was read")
    return refused

for module, names in {
    locale: ["getlocale", "setlocale", "localeconv", "getpreferredencoding", "getencoding", "nl_langinfo", "strcoll"],
    time: ["time", "time_ns", "localtime", "tzset", "ctime", "asctime", "monotonic"],
}.items():
    for name in names:
        setattr(module, name, refuse(f"{module.__name__}.{name}"))
"""

SCORE = """
import pathlib, tempfile
import jointpay as jp

plan = jp.presets.minimal()
assert not [finding for finding in jp.check_plan(plan) if finding.severity == "error"]
facts = jp.read_facts(
    {"day": ["2026-01-05", "2026-01-31"], "item": ["poster", "poster"], "orders": [180, 150]}, plan
)
people = {"person": ["a", "b"], "role": ["seller", "seller"], "from": ["", ""], "to": ["", ""]}
credits = pathlib.Path(tempfile.mkdtemp()) / "credits.csv"
credits.write_text(
    "person,role,item,share,from,to\\na,seller,poster,1/3,2026-01-01,\\nb,seller,poster,2/3,2026-01-01,\\n",
    encoding="utf-8",
)
data = jp.dataset(
    plan, facts=facts, people=jp.read_people(people, plan), credits=jp.read_credits(credits, plan)
)
base_pay = jp.read_base_pay(
    {"person": ["a", "b"], "period": ["2026-01"] * 2, "base": ["monthly_salary"] * 2, "amount": ["9000.00", "10000.01"]},
    plan,
)
settlement = jp.settle(plan, jp.score(plan, data), base_pay)
print(*settlement.lines[0].amount_minor.tolist())
assert "900.00" in str(jp.explain(settlement, "a", "2026-01"))
assert jp.Settlement.from_json(settlement.to_json()).to_json() == settlement.to_json()
"""

EXPECTED = "90000 300000\n"
"""110 orders of 100 pay 10% of 9000.00; 220 pay 30%, the cap, of 10000.01."""


def test_the_main_job_needs_no_extra(fresh: Fresh) -> None:
    done = fresh(ABSENT + SCORE)
    assert done.stderr == ""
    assert done.stdout == EXPECTED


def test_the_blocked_libraries_are_really_absent(fresh: Fresh) -> None:
    done = fresh(ABSENT + "import polars")
    assert "ModuleNotFoundError: No module named 'polars'" in done.stderr


def test_importing_and_scoring_use_no_network(fresh: Fresh) -> None:
    done = fresh(NO_NETWORK + SCORE)
    assert done.stderr == ""
    assert done.stdout == EXPECTED


def test_the_network_would_be_noticed(fresh: Fresh) -> None:
    assert "RuntimeError: socket.__new__" in fresh(NO_NETWORK + "import socket\nsocket.socket()").stderr


def test_importing_and_scoring_read_no_locale_and_no_clock(fresh: Fresh) -> None:
    done = fresh(NO_PLACE_AND_TIME + SCORE)
    assert done.stderr == ""
    assert done.stdout == EXPECTED


def test_the_clock_would_be_noticed(fresh: Fresh) -> None:
    assert "RuntimeError: time.time was read" in fresh(NO_PLACE_AND_TIME + "time.time()").stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "America/New_York"},
        {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "LANG": "zh_CN.GB18030"},
    ],
    ids=["zone", "ascii", "german", "hash seed"],
)
def test_the_surroundings_change_nothing(fresh: Fresh, environment: dict[str, str]) -> None:
    whole = SCORE + "print(settlement.to_json())"
    assert fresh(whole, **environment).stdout == fresh(whole).stdout


def test_the_plan_layer_stays_out_of_the_way_of_warnings(fresh: Fresh) -> None:
    assert fresh("import jointpay, jointpay.cli, jointpay.testing.shop").stderr == ""
