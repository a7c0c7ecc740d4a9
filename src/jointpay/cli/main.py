"""The command line: what can be asked, and the exit code that answers."""

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from jointpay.errors import DataError, JointPayError, OutputExistsError, PlanError
from jointpay.version import __version__

__all__ = ["main"]

_SHOWN_FINDINGS = 1_000

_OK, _REFUSED, _USAGE, _EXISTS, _INTERRUPTED, _PIPE_CLOSED, _ENDED = 0, 1, 2, 3, 130, 141, 143

_EXIT_CODES = """\
exit codes:
  0    done
  1    the plan or the data cannot be used; the findings are on stderr
  2    the command was written wrongly
  3    the output exists already; nothing was changed
  130  interrupted; no output was left
  141  the reader of the output went away
  143  ended from outside; no output was left
"""

_TABLES = """\
Tables are .csv (UTF-8, a header, one row per line) or .parquet:
  events     event_id, time, item, channel, kind, value, and flag columns (the plan can rename them)
  facts      day, item, channel, and one column per total of the plan
  credits    person, role, item, share, from, to
  people     person, role, from, to, name, and any group columns
  base-pay   person, period, base, amount
  targets    target, value, and key columns
Days are half open: `to` is the day after the last; empty means open. Shares are exact: 1/3, 0.35 or 35%.

"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jointpay",
        description="Incentive pay for people whose work only succeeds together.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"jointpay {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, told: str, *, epilog: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=told,
            description=told[0].upper() + told[1:] + ".",
            epilog=epilog + _EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    check = command("check", "read a plan and say everything that can be said about it before it pays")
    check.add_argument("plan", type=Path, metavar="PLAN", help=".yaml, .json or .toml")
    check.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")

    _add_run(command("run", "score and settle: from raw events or facts to pay lines", epilog=_TABLES))

    explain = command("explain", "show how one person's pay of one period came about, so that it can be recomputed")
    explain.add_argument(
        "settlement", type=Path, metavar="DIR", help="output of `jointpay run`, or its settlement.json"
    )
    explain.add_argument("person", metavar="PERSON", help="id of the person")
    explain.add_argument("period", metavar="PERIOD", help="id of the period, such as 2026-01")

    _add_report(command("report", "write the folder of a run for people: a dashboard, statements, a workbook"))

    command("schema", "print the JSON Schema of plans, for editors")

    preset = command("preset", "print a plan to start from, comments included")
    preset.add_argument("name", metavar="NAME", help="design_operations, design_operations_sales or minimal")

    demo = command("demo", "make up a shop, run the whole job on it and show the result on one page")
    demo.add_argument("--dir", type=Path, default=Path("jointpay-demo"), help="folder to create (%(default)s)")
    demo.add_argument("--rows", type=int, default=1_000_000, help="rows of the event log (%(default)s)")
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("plan", type=Path, metavar="PLAN", help=".yaml, .json or .toml")
    for name, told in (
        ("events", "raw event tables, all of one log; may be mixed with --facts"),
        ("facts", "tables of totals per day, item and channel"),
    ):
        run.add_argument(f"--{name}", type=Path, nargs="+", action="extend", default=[], metavar="PATH", help=told)
    for name, told in (
        ("credits", "who worked on what"),
        ("people", "who held which seat"),
        ("base-pay", "what an adjustment is a part of"),
        ("out", "folder to create; it must not exist"),
    ):
        run.add_argument(f"--{name}", type=Path, required=True, metavar="DIR" if name == "out" else "PATH", help=told)
    run.add_argument("--targets", type=Path, metavar="PATH", help="targets by key, and benchmark series")
    run.add_argument(
        "--control",
        type=_control,
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=NUMBER",
        help="what events and facts must hold, such as rows=1000000 or a total of the plan; anything else is refused",
    )
    run.add_argument(
        "--closed",
        type=_day,
        metavar="DAY",
        help="first open day, such as 2026-02-01: what was paid for the days before it stands",
    )
    run.add_argument(
        "--late",
        choices=("exclude", "refuse"),
        help="what happens to events before the first open day; `exclude` lists them with their amounts",
    )
    run.add_argument("--periods", nargs="+", metavar="ID", help="periods to score; all that have facts if absent")


def _add_report(report: argparse.ArgumentParser) -> None:
    report.add_argument("run", type=Path, metavar="DIR", help="output of `jointpay run`")
    report.add_argument("--out", type=Path, metavar="DIR", help="folder to create (default: DIR-report)")
    report.add_argument("--lang", choices=("en", "zh-CN"), default="en", help="language (%(default)s)")
    report.add_argument(
        "--period",
        nargs="+",
        metavar="ID",
        help="periods to show: a dashboard looks at the last of them, and all make its trend; statements are of each "
        "(default: all that were scored, and statements of the last)",
    )
    report.add_argument(
        "--group",
        type=_group,
        metavar="COLUMN=VALUE",
        help="only people with this value in a column of people; a COLUMN alone gives each of its values a dashboard",
    )
    report.add_argument(
        "--payee",
        nargs="+",
        metavar="ID",
        help="only the statements and lines of these people; no dashboard, which shows others",
    )
    report.add_argument(
        "--format",
        nargs="+",
        choices=("html", "text", "json", "xlsx"),
        default=["html", "xlsx"],
        help="html: dashboards and statements; text, json: statements; xlsx: a workbook (default: html xlsx)",
    )
    report.add_argument("--pay", action="store_true", help="show amounts on dashboards too; pay bases never are")


def _group(text: str) -> tuple[str, str | None]:
    """Read a group: a column, and a value where there is a sign of equality."""
    column, equals, value = text.partition("=")
    if not column:
        raise argparse.ArgumentTypeError(f"{text!r} names no column; allowed: team=blue, or team for all teams")
    return column, value if equals else None


def _control(text: str) -> tuple[str, int]:
    """Read one control total: a name, and a whole number of plain digits."""
    name, _, number = text.rpartition("=")
    if not name or re.fullmatch(r"-?[0-9]{1,18}", number, re.ASCII) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no control total; allowed: rows=1000000, revenue=123456")
    return name, int(number)


def _day(text: str) -> date:
    """Read a day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; allowed: a calendar day written 2026-02-01")
    return day


def _check(asked: argparse.Namespace) -> int:
    from jointpay.cli.plans import check  # noqa: PLC0415 -- a command loads what it needs

    return check(asked.plan, strict=asked.strict)


def _run(asked: argparse.Namespace) -> int:
    from jointpay.cli.run import Inputs, run  # noqa: PLC0415 -- a command loads what it needs

    inputs = Inputs(
        plan=asked.plan,
        events=tuple(asked.events),
        facts=tuple(asked.facts),
        credits=asked.credits,
        people=asked.people,
        base_pay=asked.base_pay,
        targets=asked.targets,
        periods=None if asked.periods is None else tuple(asked.periods),
        control=dict(asked.control),
        closed=asked.closed,
        late=asked.late,
    )
    run(inputs, out=asked.out)
    return _OK


def _explain(asked: argparse.Namespace) -> int:
    from jointpay.cli.plans import explained  # noqa: PLC0415 -- a command loads what it needs

    print(explained(asked.settlement, asked.person, asked.period))
    return _OK


def _report(asked: argparse.Namespace) -> int:
    from jointpay.cli.report import Asked, report  # noqa: PLC0415 -- a command loads what it needs

    run = asked.run if asked.run.name not in {"", ".."} else asked.run.resolve()
    out = run.with_name(f"{run.name}-report") if asked.out is None else asked.out
    wanted = Asked(
        language=asked.lang,
        formats=asked.format,
        periods=asked.period,
        payees=asked.payee,
        dashboards=asked.payee is None,
        group=asked.group,
        pay=asked.pay,
    )
    for written in report(asked.run, wanted, out=out):
        print(out / written)
    return _OK


def _schema(_: argparse.Namespace) -> int:
    from jointpay.cli.plans import schema_text  # noqa: PLC0415 -- a command loads what it needs

    print(schema_text())
    return _OK


def _preset(asked: argparse.Namespace) -> int:
    from jointpay.cli.plans import preset  # noqa: PLC0415 -- a command loads what it needs

    print(preset(asked.name), end="")
    return _OK


def _demo(asked: argparse.Namespace) -> int:
    from jointpay.cli.demo import demo  # noqa: PLC0415 -- a command loads what it needs

    demo(asked.dir, rows=asked.rows)
    return _OK


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check,
    "run": _run,
    "explain": _explain,
    "report": _report,
    "schema": _schema,
    "preset": _preset,
    "demo": _demo,
}


def _tell(told: str) -> None:
    print(told, file=sys.stderr)


def _refused(error: PlanError | DataError) -> int:
    """Print every finding of an error and count them."""
    for finding in error.findings[:_SHOWN_FINDINGS]:
        _tell(f"{finding.severity}: {finding}")
    count = len(error.findings)
    if count > _SHOWN_FINDINGS:
        _tell(f"... and {count - _SHOWN_FINDINGS} more")
    _tell(f"{count} finding{'s' if count != 1 else ''}")
    return _REFUSED


@contextmanager
def _ended_from_outside() -> Iterator[None]:
    """Turn the signal that ends a process into an exception, so that what is half done is cleaned up."""

    def end(_: int, __: FrameType | None) -> NoReturn:
        raise SystemExit(_ENDED)

    if threading.current_thread() is not threading.main_thread():  # elsewhere Python allows no handlers
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _write_utf8(stream: TextIO) -> None:
    """Write UTF-8 and plain line ends into files and pipes; on a terminal, what it can show."""
    if not hasattr(stream, "reconfigure"):
        return
    if stream.isatty():
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; the command line itself where no arguments are given."""
    _write_utf8(sys.stdout)
    _write_utf8(sys.stderr)
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command == "run" and not asked.events and not asked.facts:
        parser.error("run: no table of what happened; next: add --events PATH or --facts PATH")
    if asked.command == "run" and len(dict(asked.control)) < len(asked.control):
        parser.error("run: a control total is given twice; next: give each of them once")
    if asked.command == "run" and (asked.closed is None) is not (asked.late is None):
        parser.error("run: --closed and --late go together; next: give both, or neither")
    if asked.command == "run" and asked.closed is not None and not asked.events:
        parser.error("run: --closed is about events, and there are none; next: add --events PATH, or leave it out")
    try:
        with _ended_from_outside():
            code = _COMMANDS[asked.command](asked)
            sys.stdout.flush()
            return code
    except (PlanError, DataError) as error:
        return _refused(error)
    except OutputExistsError as error:
        _tell(f"error: {error}")
        return _EXISTS
    except JointPayError as error:
        _tell(f"error: {error}")
        return _REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except OSError as error:
        _tell(f"error: {error.filename or 'the system'}: {error.strerror or error}")
        return _REFUSED
    except KeyboardInterrupt:
        _tell("interrupted; no output was left")
        return _INTERRUPTED
