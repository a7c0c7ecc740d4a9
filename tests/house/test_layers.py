"""The folders are the architecture: what may import what, and how large a file may be."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "jointpay"

LAYERS = (
    "version",
    "display",
    "findings",
    "errors",
    "money",
    "plan",
    "frames",
    "engine",
    "data",
    "panel",
    "results",
    "pipeline",
    "audit",
    "report",
    "testing",
    "cli",
    "__init__",
    "__main__",
)
"""Lowest first. A module imports from its own layer and from lower ones, never upwards."""

ONLY_IN = {
    "pydantic": {"plan"},
    "pydantic_core": {"plan"},
    "yaml": {"plan"},
    "tomllib": {"plan", "report"},
    "narwhals": {"frames", "data"},
    "hypothesis": {"testing"},
    "argparse": {"cli"},
    "numpy": {"plan", "frames", "data", "engine", "panel", "results", "pipeline", "audit", "report", "testing", "cli"},
}
"""Who may import a library at all. What is not listed here and not in the standard library is refused everywhere."""

IN_FUNCTIONS_ONLY = {
    "polars": {"frames", "data", "testing", "cli"},
    "pandas": {"frames", "data"},
    "pyarrow": {"frames", "data"},
    "duckdb": {"frames", "data"},
    "ibis": {"frames"},
    "pyspark": {"frames"},
    "altair": {"report"},
    "babel": {"report"},
    "jinja2": {"report"},
    "vl_convert": {"report"},
    "xlsxwriter": {"report"},
}
"""Libraries of extras: never at the top of a module, so that the package imports without them."""

ENGINE_MAY_IMPORT = {"numpy", "jointpay.engine", "jointpay.errors"}

CLOCKS_AND_CHANCE = {
    "time",
    "random",
    "secrets",
    "uuid",
    "locale",
    "socket",
    "ssl",
    "http",
    "urllib",
    "asyncio",
    "pickle",
}
"""Modules by which a result could depend on when, where or on what machine it was computed."""

WORDS_WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "core", "misc", "shared", "base"}

LINES_AT_MOST = 400
FUNCTION_LINES_AT_MOST = 60


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    """Give the dotted name: `jointpay.plan.load`, and `jointpay.plan` for its __init__."""
    parts = ("jointpay", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def layer_of(module: str) -> str:
    """Give the layer of a dotted name; `jointpay` itself is the layer `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def targets(node: ast.AST) -> list[str]:
    """Give the dotted names an import statement asks for; relative imports are refused by ruff."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names):
            # `from jointpay import plan` asks for the folder; `from jointpay.plan import load` for the folder or below
            return [f"{module}.{alias.name}" for alias in names] if module == "jointpay" else [module]
        case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_]):
            return [name]
        case _:
            return []


def imports(path: Path) -> list[tuple[int, str]]:
    return [(node.lineno, name) for node in ast.walk(parsed(path)) if hasattr(node, "lineno") for name in targets(node)]


def imports_at_the_top(path: Path) -> list[tuple[int, str]]:
    inside = {
        id(inner)
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    return [
        (node.lineno, name)
        for node in ast.walk(parsed(path))
        if id(node) not in inside and hasattr(node, "lineno")
        for name in targets(node)
    ]


@pytest.fixture(params=modules(), ids=named)
def module(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_list_of_layers_is_complete() -> None:
    folders = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()}
    assert folders <= set(LAYERS)


def test_imports_point_downwards(module: Path) -> None:
    own = LAYERS.index(layer_of(named(module)))
    upwards = [
        f"line {line} imports {target}"
        for line, target in imports(module)
        if target.split(".")[0] == "jointpay" and LAYERS.index(layer_of(target)) > own
    ]
    assert upwards == []


def test_tables_know_nothing_of_raw_events(module: Path) -> None:
    own, room = named(module), "jointpay.data.events"
    if layer_of(own) != "data" or f"{own}.".startswith(f"{room}."):
        return
    inwards = [
        f"line {line} imports {target}" for line, target in imports(module) if f"{target}.".startswith(f"{room}.")
    ]
    assert inwards == []


def test_libraries_stay_in_their_folders(module: Path) -> None:
    own = layer_of(named(module))
    strangers = [
        f"line {line} imports {target}"
        for line, target in imports(module)
        if own not in (ONLY_IN | IN_FUNCTIONS_ONLY).get(target.split(".")[0], {own})
    ]
    assert strangers == []


def test_libraries_are_known(module: Path) -> None:
    known = sys.stdlib_module_names | ONLY_IN.keys() | IN_FUNCTIONS_ONLY.keys() | {"jointpay"}
    unknown = [f"line {line} imports {target}" for line, target in imports(module) if target.split(".")[0] not in known]
    assert unknown == []


def test_libraries_of_extras_are_imported_inside_functions(module: Path) -> None:
    at_the_top = [
        f"line {line} imports {target}"
        for line, target in imports_at_the_top(module)
        if target.split(".")[0] in IN_FUNCTIONS_ONLY
    ]
    assert at_the_top == []


def test_the_engine_imports_numpy_and_itself(module: Path) -> None:
    if layer_of(named(module)) != "engine":
        return
    strangers = [
        target
        for _, target in imports(module)
        if target.split(".")[0] not in sys.stdlib_module_names
        and not any(target == allowed or target.startswith(f"{allowed}.") for allowed in ENGINE_MAY_IMPORT)
    ]
    assert strangers == []


def test_nothing_reads_the_clock_the_locale_or_chance(module: Path) -> None:
    found = [
        f"line {line} imports {target}"
        for line, target in imports(module)
        if target.split(".")[0] in CLOCKS_AND_CHANCE
        and (layer_of(named(module)), target) != ("testing", "random")  # drawn from a seed that the caller gives
    ]
    assert found == []


def test_no_float32(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert [word for word in ("float32", "float16", "f4", "single(") if word in text] == []


def test_a_file_is_short(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring: saying more must not cost anything."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    documented = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - documented


def test_a_function_is_short(module: Path) -> None:
    long = [
        f"{node.name} has {length(node)} lines"
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION_LINES_AT_MOST
    ]
    assert long == []


def test_a_name_says_something(module: Path) -> None:
    assert WORDS_WITHOUT_MEANING.isdisjoint(named(module).split("."))


def test_no_name_is_fetched_lazily(module: Path) -> None:
    lazy = [
        node.name for node in parsed(module).body if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
    ]
    assert lazy == []


def test_all_is_written_out_and_sorted(module: Path) -> None:
    written = [
        ast.literal_eval(node.value)
        for node in parsed(module).body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    if module.name in {"__init__.py", "__main__.py"} and not written:
        return
    assert len(written) == 1
    assert written[0] == sorted(written[0], key=sorting)


def sorting(name: str) -> tuple[int, str]:
    """Order as ruff does: CONSTANTS, then Classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
