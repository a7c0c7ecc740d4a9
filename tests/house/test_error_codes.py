"""Every code a finding can have has its entry in docs/errors.md, and every entry there is a code that exists.

The convention that makes codes findable: a code is a literal handed to a parameter called `code`, from there on only
through parameters, fields and variables of that name. Whatever else is handed to such a parameter is refused here.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "jointpay"
PAGE = ROOT / "docs" / "errors.md"

MODULES = tuple(sorted(path for path in PACKAGE.rglob("*.py") if "testing" not in path.relative_to(PACKAGE).parts))
"""`jointpay.testing` tells the same faults by the same codes, or by its own where a test compares it with the library."""

Callee = ast.FunctionDef | ast.ClassDef


class Taking(NamedTuple):
    """A function, method or class that takes a `code`, at which place (None: by keyword only), or what it is if absent."""

    path: Path | None
    owner: str
    place: int | None
    default: ast.expr | None


class Place(NamedTuple):
    """Where a literal is handed on."""

    code: str
    path: Path
    line: int


@cache
def nodes(path: Path) -> tuple[tuple[ast.AST, str], ...]:
    """Give every node of a module with the class it stands in."""
    return tuple(_owned(ast.parse(path.read_text(encoding="utf-8")), ""))


def _owned(node: ast.AST, owner: str) -> Iterator[tuple[ast.AST, str]]:
    for child in ast.iter_child_nodes(node):
        yield child, owner
        yield from _owned(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _taking(path: Path, found: Callee, owner: str) -> Taking | None:
    if isinstance(found, ast.ClassDef):
        fields = [
            one.target.id for one in found.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        return Taking(path, "", fields.index("code"), None) if "code" in fields else None
    listed = [*found.args.posonlyargs, *found.args.args]
    names = [one.arg for one in listed]
    if "code" in names:
        defaults = [None] * (len(listed) - len(found.args.defaults)) + list(found.args.defaults)
        bound = int(bool(owner) and names[0] in {"self", "cls"})
        return Taking(path, owner, names.index("code") - bound, defaults[names.index("code")])
    named = [one.arg for one in found.args.kwonlyargs]
    return Taking(path, owner, None, found.args.kw_defaults[named.index("code")]) if "code" in named else None


@cache
def known() -> tuple[dict[str, list[Taking]], dict[str, set[Path]]]:
    """Give everything that takes a code by its name, and the modules that define each name at all."""
    taking: dict[str, list[Taking]] = {"PydanticCustomError": [Taking(None, "", 0, None)]}
    defined: dict[str, set[Path]] = {}
    for path in MODULES:
        for node, owner in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                defined.setdefault(node.name, set()).add(path)
                found = _taking(path, node, owner)
                if found is not None:
                    taking.setdefault(node.name, []).append(found)
    return taking, defined


@cache
def methods(path: Path) -> frozenset[tuple[str, str]]:
    return frozenset((node.name, owner) for node, owner in nodes(path) if isinstance(node, ast.FunctionDef))


def called(call: ast.Call, path: Path, owner: str) -> list[Taking]:
    """Give what a call can mean: the nearest definition of its name, first in the class, the module, then the folder."""
    taking, defined = known()
    if isinstance(call.func, ast.Name):
        name, of_class = call.func.id, False
    elif isinstance(call.func, ast.Attribute):
        name, of_class = call.func.attr, True
    else:
        return []
    meant = [one for one in taking.get(name, ()) if bool(one.owner) == of_class]
    near = [one for one in meant if one.path == path]
    if of_class and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in {"self", "cls"}:
        mine = [one for one in near if one.owner == owner]
        if mine or (name, owner) in methods(path):
            return mine
    if near or path in defined.get(name, ()):
        return near
    if of_class:
        beside = {other for other in defined.get(name, ()) if other.parent == path.parent}
        return [one for one in meant if one.path in beside] if beside else meant
    return meant


def _root(value: ast.expr) -> str:
    while isinstance(value, ast.Attribute | ast.Call):
        if isinstance(value, ast.Attribute) and value.attr == "code":
            return "code"
        value = value.value if isinstance(value, ast.Attribute) else value.func
    return value.id if isinstance(value, ast.Name) else ""


def literals(value: ast.expr) -> list[str]:
    """Give the codes an expression can be; what is handed on under the name `code` was collected where it began."""
    match value:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*literals(body), *literals(orelse)]
        case ast.Name(id=name) if name.isupper():
            return [text for path in MODULES for text in _constants(path, name)]
    if _root(value) == "code":
        return []
    message = f"{ast.unparse(value)} is not a literal code; next: write the code out, or call the variable `code`"
    raise AssertionError(message)


def _constants(path: Path, name: str) -> Iterator[str]:
    for node, _ in nodes(path):
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == name
            and isinstance(node.value, ast.Constant)
        ):
            yield str(node.value.value)


def _handed(node: ast.AST, path: Path, owner: str) -> Iterator[ast.expr]:
    """Give every expression that a node binds to the name `code`."""
    if isinstance(node, ast.Call):
        for one in called(node, path, owner):
            by_name = [word.value for word in node.keywords if word.arg == "code"]
            by_place = node.args[one.place : one.place + 1] if one.place is not None else []
            yield from by_name or by_place or ([one.default] if one.default is not None else [])
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name) and name.id == "code" and isinstance(value, ast.Constant):
                    yield value


@cache
def in_source() -> tuple[Place, ...]:
    return tuple(
        Place(code, path.relative_to(PACKAGE), value.lineno)
        for path in MODULES
        for node, owner in nodes(path)
        for value in _handed(node, path, owner)
        for code in literals(value)
    )


def in_docs() -> list[str]:
    return re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_code_has_its_entry() -> None:
    listed = set(in_docs())
    missing = sorted({f"{code} ({path}:{line})" for code, path, line in in_source() if code not in listed})
    assert missing == [], "write what it means and what to do next in docs/errors.md"


def test_every_entry_is_a_code_that_exists() -> None:
    existing = {code for code, _, _ in in_source()}
    assert sorted(set(in_docs()) - existing) == [], "take them out of docs/errors.md"


def test_every_code_is_told_once_and_plainly_named() -> None:
    listed = in_docs()
    assert [code for code in listed if listed.count(code) > 1] == []
    assert [code for code in listed if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code) is None] == []


def test_every_entry_shows_a_finding_with_its_code() -> None:
    """Text below a heading, and an example that ends with the code as findings are printed."""
    parts = re.split(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    told = dict(zip(parts[::2], parts[1::2], strict=True))
    assert [code for code, text in told.items() if f"[{code}]\n```" not in text] == []
    assert [code for code, text in told.items() if not text.split("```", maxsplit=1)[0].strip()] == []


def test_codes_are_found_in_every_way_they_are_written() -> None:
    """One of each: Finding, a custom error of a model, a refused cell, a branch, a forwarding function, a default."""
    found = {code for code, _, _ in in_source()}
    assert {
        "not_utf8",
        "weights_sum",
        "curve_order",
        "id_blank",
        "dead_total",
        "dead_metric",
        "no_partner",
        "time",
    } <= found
