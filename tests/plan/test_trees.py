"""Text into trees: every scalar as it was written, with its place, whatever the format."""

from typing import Any

import pytest
import yaml

from jointpay.plan.json_tree import json_tree
from jointpay.plan.toml_tree import toml_tree
from jointpay.plan.tree import Problem, Tree, UnreadableError, full_width, shown
from jointpay.plan.yaml_tree import yaml_tree

LOADERS: list[Any] = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request: pytest.FixtureRequest) -> Any:
    return request.param


def told(tree: Tree) -> list[tuple[str, str, tuple[int, int] | None]]:
    return [(one.code, one.message, one.position or tree.position(one.path)) for one in tree.problems]


# YAML


def test_yaml_scalars_stay_text(loader: Any) -> None:
    text = "a: 0.40\nb: [no, 010, 1:30, 1e3, 0x1F, 1_000, 2026-01-01, true, .nan]\n'c': \"~\"\nd: |\n  x\n"
    tree = yaml_tree(text, loader=loader)
    assert tree.root == {
        "a": "0.40",
        "b": ["no", "010", "1:30", "1e3", "0x1F", "1_000", "2026-01-01", "true", ".nan"],
        "c": "~",
        "d": "x\n",
    }
    assert tree.problems == []


def test_yaml_places(loader: Any) -> None:
    tree = yaml_tree("a: 1\n设计:\n  - x\n  - {b: y}\n", loader=loader)
    assert tree.position(("a",)) == (1, 4)
    assert tree.key_position(("a",)) == (1, 1)
    assert tree.position(("设计",)) == (2, 1)
    assert tree.position(("设计", 0)) == (3, 5)
    assert tree.position(("设计", 1)) == (4, 5)
    assert tree.position(("设计", 1, "b")) == (4, 9)
    assert tree.position(("设计", 1, "missing", "deeper")) == (4, 5)
    assert tree.position(("nowhere",)) == (1, 1)
    assert tree.key_position(()) == (1, 1)


def test_yaml_keys_written_twice(loader: Any) -> None:
    tree = yaml_tree("a: {x: 1}\nb: 2\na: {x: ~, x: 3}\na: 4\n", loader=loader)
    assert tree.root == {"a": {"x": "1"}, "b": "2"}
    assert [(code, position) for code, _, position in told(tree)] == [
        ("duplicate_key", (3, 1)),
        ("no_value", (3, 5)),
        ("duplicate_key", (3, 11)),
        ("duplicate_key", (4, 1)),
    ]
    assert tree.problems[0].message == (
        "the key 'a' is written twice, in line 1 and in line 3; allowed: each key once; next: remove one of them"
    )
    assert tree.problems[1].path == ("a", "(again, line 3)", "x")


@pytest.mark.parametrize("empty", ["", "~", "null", "Null", "NULL"])
def test_yaml_values_that_are_none(empty: str, loader: Any) -> None:
    tree = yaml_tree(f"a: {empty}\nb: 'null'\nc: [{empty or '~'}]\n", loader=loader)
    assert tree.root == {"a": None, "b": "null", "c": [None]}
    assert [(problem.path, problem.code) for problem in tree.problems] == [(("a",), "no_value"), (("c", 0), "no_value")]


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        (
            'a: !!python/object/apply:os.system ["id"]',
            "the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
            (1, 4),
        ),
        ("a: !!str 5", "the tag 'tag:yaml.org,2002:str'", (1, 4)),
        ("!x {a: b}", "the tag '!x'", (1, 1)),
        ("a: &x 5", "the anchor &x", (1, 4)),
        ("a: &x [5]", "the anchor &x", (1, 4)),
        ("a: *x", "the alias *x", (1, 4)),
        ("a:\n  - *x", "the alias *x", (2, 5)),
        ("<<: {a: b}", "the merge key <<", (1, 1)),
        ("%TAG ! tag:example.com,2000:\n---\na: b", "a %TAG directive", (1, 1)),
        ("&k a: b", "the anchor &k", (1, 1)),
    ],
)
def test_yaml_features_that_are_refused(text: str, message: str, position: tuple[int, int], loader: Any) -> None:
    tree = yaml_tree(text, loader=loader)
    ((code, found, where),) = told(tree)
    assert code == "yaml_feature"
    assert found == f"{message}; allowed: plain mappings, lists and text; next: write the value out"
    assert where == position


def test_yaml_version_and_end_marks_are_fine(loader: Any) -> None:
    tree = yaml_tree("%YAML 1.1\n---\na: b\n...\n", loader=loader)
    assert tree.root == {"a": "b"}
    assert tree.problems == []


def test_a_quoted_merge_sign_is_a_key(loader: Any) -> None:
    assert yaml_tree("'<<': b", loader=loader).problems == []


def test_yaml_bomb_is_never_expanded(loader: Any) -> None:
    text = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdef", "bcdefg", strict=True)
    )
    tree = yaml_tree(text, loader=loader)
    assert len(tree.problems) == 7 + 12
    assert tree.root == {"a": ["x", "x"], **{key: [None, None] for key in "bcdefg"}}


def test_full_width_commas_in_a_list(loader: Any) -> None:
    tree = yaml_tree('a: [x，y]\nb: ["x，y"]\nc: x，y\nd: {e: 1，f}', loader=loader)
    assert told(tree)[0] == (
        "full_width",
        "'x，y' is one text; '，' (U+FF0C) is not ','; next: write it in quotes if it is meant so",
        (1, 5),
    )
    assert {problem.path for problem in tree.problems} == {("a", 0), ("d", "e")}


@pytest.mark.parametrize(
    ("text", "code", "message", "position"),
    [
        ("a: 1\n---\nb: 2", "yaml_feature", "a second document begins; allowed: one document in a file", (2, 1)),
        ("? [x]\n: y", "yaml_feature", "a key is not plain text", (1, 3)),
        ("? {x: y}\n: y", "yaml_feature", "a key is not plain text", (1, 3)),
        ("*x : y", "yaml_feature", "a key is not plain text", (1, 1)),
        ("a: " + "[" * 25, "too_deep", "it is nested more than 20 levels deep; allowed: at most 20", (1, 23)),
        (
            "a: 1\n权重：0.4\n",
            "syntax",
            "this is not YAML: could not find expected ':' while scanning a simple key; '：' (U+FF1A) is not ':'",
            (3, 1),
        ),
        ("a:\n\t- x", "syntax", "; a tab cannot indent, use spaces", (2, 1)),
        ("a: [1\nb: 2", "syntax", "this is not YAML: ", (2, 2)),
        ("设计: \x07", "syntax", "this is not YAML: U+0007 is no character of a text", (1, 5)),
        ("a: @x", "syntax", "this is not YAML: found character", (1, 4)),
        ("%YAML 9.9\n---\na: b", "syntax", "this is not YAML: found incompatible YAML document", (1, 1)),
    ],
)
def test_yaml_that_has_no_tree(text: str, code: str, message: str, position: tuple[int, int], loader: Any) -> None:
    with pytest.raises(UnreadableError, match=r"; allowed|this is not YAML") as caught:
        yaml_tree(text, loader=loader)
    problem = caught.value.problem
    assert (problem.code, problem.position) == (code, position)
    assert message in problem.message


@pytest.mark.parametrize("half", ['a: "\\ud800"', '"\\ud800": a'])
def test_yaml_half_characters(half: str, loader: Any) -> None:
    with pytest.raises(UnreadableError, match=r"half a character|this is not YAML"):
        yaml_tree(half, loader=loader)


def test_an_error_without_a_place_is_told_at_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise yaml.MarkedYAMLError(problem="something odd")

    monkeypatch.setattr(yaml, "parse", refuse)
    with pytest.raises(UnreadableError, match=r"^this is not YAML: something odd$") as caught:
        yaml_tree("a: b")
    assert caught.value.problem.position == (1, 1)


def test_both_yaml_parsers_read_the_full_plan_alike(full_text: str) -> None:
    trees = [yaml_tree(full_text, loader=loader) for loader in LOADERS]
    assert all((tree.root, tree.keys, tree.values) == (trees[0].root, trees[0].keys, trees[0].values) for tree in trees)


# JSON


def test_json_scalars_stay_text() -> None:
    text = '{"a": 0.40, "b": [true, false, -1.50, 1e999, "x\\ud83d\\ude00"], "c": {}, "d": []}'
    tree = json_tree(text)
    assert tree.root == {"a": "0.40", "b": ["true", "false", "-1.50", "1e999", "x😀"], "c": {}, "d": []}
    assert tree.problems == []
    assert json_tree(' "x" ').root == "x"
    assert json_tree(" ").root is None


def test_json_places() -> None:
    tree = json_tree('{\n  "a": 1,\n  "b": [ "x",\n  {"c": 2} ]\n}')
    assert tree.position(()) == (1, 1)
    assert tree.position(("a",)) == (2, 8)
    assert tree.key_position(("b",)) == (3, 3)
    assert tree.position(("b", 0)) == (3, 10)
    assert tree.position(("b", 1, "c")) == (4, 9)


def test_json_keys_written_twice_and_values_that_are_none() -> None:
    tree = json_tree('{"a": 1,\n "a": {"b": null},\n "c": NaN, "d": [-Infinity, Infinity]}')
    assert tree.root == {"a": "1", "c": None, "d": [None, None]}
    assert [(code, position) for code, _, position in told(tree)] == [
        ("duplicate_key", (2, 2)),
        ("no_value", (2, 8)),
        ("not_finite", (3, 2)),
        ("not_finite", (3, 18)),
        ("not_finite", (3, 29)),
    ]
    assert "in line 1 and in line 2" in tree.problems[0].message
    assert tree.problems[3] == Problem(
        ("d", 0), "not_finite", "-Infinity is no number; allowed: a finite decimal number"
    )


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ('{"a": 1,}', "'}' stands where a key in quotes is wanted", (1, 9)),
        ('{"a" 1}', "'1}' stands where ':' is wanted", (1, 6)),
        ('{"a": 01}', "'01}' stands where a value is wanted", (1, 7)),
        ('{"a": 1_0}', "'1_0}' stands where a value is wanted", (1, 7)),
        ('{"a": +1}', "'+1}' stands where a value is wanted", (1, 7)),
        ('{"a": .5}', "'.5}' stands where a value is wanted", (1, 7)),
        ('{"a": nul}', "'nul}' stands where a value is wanted", (1, 7)),
        ("{\"a\": 'x'}", "\"'x'}\" stands where a value is wanted", (1, 7)),
        ('{"a": "x\n"}', "stands where a text that ends in its line is wanted", (1, 7)),
        ('{"a": "\\x"}', "invalid \\escape", (1, 8)),
        ('{"a"：1}', "'：1}' stands where ':' is wanted; '：' (U+FF1A) is not ':'", (1, 5)),
        ('{"a": [1 2]}', "'2]}' stands where ',' or ']' is wanted", (1, 10)),
        ('{"a": 1 "b": 2}', "stands where ',' or '}' is wanted", (1, 9)),
        ("{} x", "'x' stands where the end of the file is wanted", (1, 4)),
        ('{"a": ', "the end of the file stands where a value is wanted", (1, 7)),
        ("// no\n{}", "'// no\\n{}' stands where a value is wanted", (1, 1)),
    ],
)
def test_json_that_has_no_tree(text: str, message: str, position: tuple[int, int]) -> None:
    with pytest.raises(UnreadableError, match="this is not JSON: ") as caught:
        json_tree(text)
    assert caught.value.problem.position == position
    assert message in caught.value.problem.message


def test_json_limits() -> None:
    assert json_tree("[" * 20 + "]" * 20).problems == []
    with pytest.raises(UnreadableError, match="it is nested more than 20 levels deep"):
        json_tree("[" * 100_000)
    with pytest.raises(UnreadableError, match=r"U\+D800 is half a character"):
        json_tree('["\\ud800"]')


# TOML

TOML = """\
# a comment = [1
id = "x" # another
version = 1_000
hex = 0x10
rate = 1e5
day = 2026-01-01
flag = true
a.b . "c d" = 'raw \\'
list = [ 1.50, # first
  [ 'x', \"\"\"y\"z\"\"\" ],
  { k = -0.10, "l.m" = '''q''' },
]
empty = []

[roles.designer]
title = "a\\"b"

[[roles.designer.pay]]
id = "one"
[roles.designer.pay.curve]
kind = "steps"
[[roles.designer.pay]]
id = "two"
[[roles.designer.pay.limits]]
at = 30
[[roles.designer.pay.limits]]
at = 40
"""


def test_toml_scalars_stay_text() -> None:
    tree = toml_tree(TOML)
    assert tree.root == {
        "id": "x",
        "version": "1_000",
        "hex": "0x10",
        "rate": "1e5",
        "day": "2026-01-01",
        "flag": "true",
        "a": {"b": {"c d": "raw \\"}},
        "list": ["1.50", ["x", 'y"z'], {"k": "-0.10", "l.m": "q"}],
        "empty": [],
        "roles": {
            "designer": {
                "title": 'a"b',
                "pay": [
                    {"id": "one", "curve": {"kind": "steps"}},
                    {"id": "two", "limits": [{"at": "30"}, {"at": "40"}]},
                ],
            }
        },
    }


def test_toml_places() -> None:
    tree = toml_tree(TOML)
    assert tree.position(("version",)) == (3, 11)
    assert tree.key_position(("version",)) == (3, 1)
    assert tree.position(("a", "b", "c d")) == (8, 15)
    assert tree.position(("a", "b")) == (8, 1)
    assert tree.position(("list", 1, 1)) == (10, 10)
    assert tree.position(("list", 2, "k")) == (11, 9)
    assert tree.position(("roles", "designer")) == (15, 1)
    assert tree.position(("roles", "designer", "pay", 0, "curve", "kind")) == (21, 8)
    assert tree.position(("roles", "designer", "pay", 1)) == (22, 1)
    assert tree.position(("roles", "designer", "pay", 1, "limits", 1, "at")) == (27, 6)


def test_toml_lines_may_end_in_both_ways() -> None:
    tree = toml_tree('a = """x\r\ny"""\r\n[b]\r\nc = 010.5\r\n'.replace("010.5", "10.50"))
    assert tree.root == {"a": "x\ny", "b": {"c": "10.50"}}
    assert tree.position(("b", "c")) == (4, 5)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("a = 1\na = 2", "this is not TOML: Cannot overwrite a value", (2, 6)),
        ("a = 010", "this is not TOML: ", (1, 6)),
        ("a = ", "this is not TOML: Invalid value", (1, 1)),
        (
            "a = 1\nb：2",
            "this is not TOML: Expected '=' after a key in a key/value pair; '：' (U+FF1A) is not ':'",
            (2, 2),
        ),
        (".".join("a" * 100) + " = 1", "it is nested more than 20 levels deep", (1, 1)),
        ("a = " + "[" * 5000, "it is nested more than 20 levels deep", None),
        ("a = " + "[" * 25 + "]" * 25, "it is nested more than 20 levels deep", None),
        ("a = " + "1" * 5000, "it holds a number of thousands of digits", None),
        ("a" + " . a" * 100 + " = 1", "it is nested more than 20 levels deep", (1, 1)),
        (".".join("a" * 30) + " = 1", "it is nested more than 20 levels deep", None),
    ],
)
def test_toml_that_has_no_tree(text: str, message: str, position: tuple[int, int] | None) -> None:
    with pytest.raises(UnreadableError, match=r"^(this is not TOML|it is nested|it holds)") as caught:
        toml_tree(text)
    assert message in caught.value.problem.message
    if position != (2, 6):  # where a repeated key is told differs between versions of Python
        assert caught.value.problem.position == position or "Invalid" in message


# all


def test_values_are_shown_short_and_visible() -> None:
    assert shown("a" * 100) == repr("a" * 60 + "...")
    assert shown("a\u200b\x1b") == "'a\\u200b\\x1b'"
    assert shown("设计") == "'设计'"


def test_full_width_punctuation_is_named() -> None:
    assert full_width("a:b") == ""
    assert full_width("a，b：c") == "; '：' (U+FF1A) is not ':', '，' (U+FF0C) is not ','"
