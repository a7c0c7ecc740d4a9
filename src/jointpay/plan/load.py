"""Reading a plan: YAML, JSON or TOML through one strict reader; every problem of the file in one error."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, Literal, assert_never

from pydantic import ValidationError

from jointpay.errors import PlanError
from jointpay.findings import Finding, Place
from jointpay.plan.plan import Plan
from jointpay.plan.references import reference_problems
from jointpay.plan.structure import structure_problems
from jointpay.plan.tree import MAX_BYTES, Problem, Tree, UnreadableError, decoded, shown, whole_characters
from jointpay.plan.values import LONGEST_NAME

__all__ = ["PlanFormat", "load_plan", "plan_from_text", "plan_from_tree"]

PlanFormat = Literal["yaml", "json", "toml"]
_ENDINGS: dict[str, PlanFormat] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
MOST_TOLD = 1_000
"""Most problems told of each sort: of reading, of structure, between the parts."""
_FINAL = {"no_value", "yaml_feature", "full_width", "not_finite"}
"""Codes of the reader after which nothing else is said about the same place."""


def _path_text(path: tuple[str | int, ...]) -> str:
    plain = (str(step).isprintable() and "." not in str(step) and len(str(step)) <= LONGEST_NAME for step in path)
    return ".".join(str(step) if as_it_is else shown(step) for step, as_it_is in zip(path, plain, strict=True))


def _findings(problems: Iterable[Problem], tree: Tree, source: str) -> list[Finding]:
    """Turn problems into findings, in order of place."""
    on_key = {"unknown_key", "duplicate_key"}
    found = []
    for problem in dict.fromkeys(problems):
        at = tree.key_position(problem.path) if problem.code in on_key else tree.position(problem.path)
        line, char = problem.position or at or (None, None)
        where = Place(source=source, line=line, char=char, path=_path_text(problem.path))
        found.append(Finding(code=problem.code, severity="error", message=problem.message, place=where))
    return sorted(found, key=lambda finding: (finding.place.line or 0, finding.place.char or 0))


def _refused(source: str, code: str, message: str) -> PlanError:
    return PlanError([Finding(code=code, severity="error", message=message, place=Place(source=source))])


def _plan(tree: Tree, source: str) -> Plan:
    """Make the plan, or collect what is wrong with its tree: everything, in any file that was not made to be wrong."""
    problems = tree.problems[:MOST_TOLD]
    final = {problem.path for problem in problems if problem.code in _FINAL}
    plan = None
    try:
        plan = Plan.model_validate(tree.root)
    except ValidationError as refused:
        structure = islice(structure_problems(refused, Plan), MOST_TOLD)
        later = [*structure, *islice(reference_problems(tree.root), MOST_TOLD)]
        problems += [
            problem
            for problem in later
            if not any(problem.path[:length] in final for length in range(len(problem.path) + 1))
        ]
    if plan is None or problems:
        raise PlanError(_findings(problems, tree, source))
    return plan


def _tree(text: str, form: PlanFormat) -> Tree:
    # A plan is written in one format: the readers of the others, and their libraries, need not be loaded.
    match form:
        case "yaml":
            from jointpay.plan.yaml_tree import yaml_tree  # noqa: PLC0415

            return yaml_tree(text)
        case "json":
            from jointpay.plan.json_tree import json_tree  # noqa: PLC0415

            return json_tree(text)
        case "toml":
            from jointpay.plan.toml_tree import toml_tree  # noqa: PLC0415

            return toml_tree(text)
        case _:
            assert_never(form)


def plan_from_text(text: str, *, format: PlanFormat, source: str = "<text>") -> Plan:  # noqa: A002 -- the word authors use
    """Read a plan from text.

    `source` is what the errors call the text. Every scalar is taken as it was written: a number is its decimal text.

    Raises `PlanError` with every problem of the text, each with line, character and path.

    >>> plan_from_text("id: x", format="yaml")
    Traceback (most recent call last):
    ...
    jointpay.errors.PlanError: ...
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise _refused(source, "too_big", f"it has {size} bytes; allowed: at most {MAX_BYTES}")
    try:
        whole_characters(text, (1, 1))
        tree = _tree(text, format)
    except UnreadableError as refused:
        raise PlanError(_findings([refused.problem], Tree(), source)) from None
    if tree.root is None and not tree.problems:
        raise _refused(source, "empty", "there is nothing in it; allowed: a plan; next: start from a preset")
    return _plan(tree, source)


def plan_from_tree(tree: Mapping[str, Any], *, source: str = "<tree>") -> Plan:
    """Make a plan from plain mappings, lists and text, such as `Plan.to_json_tree` gives.

    Raises `PlanError` with every problem, each with its path; `Plan.model_validate` raises pydantic's error instead.
    """
    return _plan(Tree(root=dict(tree)), source)


def load_plan(path: str | FilePath) -> Plan:
    """Read a plan file: `.yaml`, `.yml`, `.json` or `.toml`, in UTF-8, of at most 1 MiB.

    Raises `PlanError` with every problem of the file, printed as ``file:line:character: path: what, allowed, next``.
    """
    source = str(path)
    if _URL.match(source):
        told = "this is an address, and jointpay opens no network connection; allowed: a file; next: save it as a file"
        raise _refused(source, "address", told)
    file = FilePath(path)
    form = _ENDINGS.get(file.suffix.lower())
    if form is None:
        raise _refused(
            source, "ending", f"the ending {shown(file.suffix)} is not known; allowed: {', '.join(_ENDINGS)}"
        )
    try:
        if not file.is_file():
            raise _refused(source, "no_file", "there is no such file; next: check the name and the folder")
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise _refused(source, "too_big", f"it has {size} bytes; allowed: at most {MAX_BYTES}")
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as refused:
        raise _refused(source, "no_file", f"it cannot be read: {refused.strerror}") from None
    try:
        text = decoded(data)
    except UnreadableError as refused:
        raise PlanError(_findings([refused.problem], Tree(), source)) from None
    return plan_from_text(text, format=form, source=source)
