"""Plan files that cannot be meant, as a whole file on disk: what the author reads. Ids are those of the case list."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jointpay.errors import PlanError
from jointpay.plan.load import load_plan
from jointpay.plan.presets import minimal, preset_text

Spoil = Callable[..., Path]

TEXT = preset_text("minimal")
WEIGHT = "            weight: 100%"
SHARE = "allowed: 0.4, 40%, 1/3, -12.50 [number]"
MEASURE = "roles.seller.components.orders.measures.orders"
LIMIT = "limits: [{kind: cap, at: 30%}]"
PLAIN = "allowed: plain mappings, lists and text; next: write the value out [yaml_feature]"


def line_of(text: str) -> int:
    """Say on which line of the good plan a text stands."""
    assert TEXT.count(text) >= 1
    return TEXT[: TEXT.index(text)].count("\n") + 1


CASES = {
    "P001": (
        WEIGHT,
        "            weight: 0.4\n            weight: 0.6",
        (
            f":{line_of(WEIGHT) + 1}:13: {MEASURE}.weight: the key 'weight' is written twice, in line {line_of(WEIGHT)} and in "
            f"line {line_of(WEIGHT) + 1}; allowed: each key once; next: remove one of them [duplicate_key]"
        ),
    ),
    "P010 thousands": (
        "value: 100}",
        "value: 1_000}",
        f":{line_of('value: 100')}:42: {MEASURE}.target.value: '1_000' is not a number; underscores are not digits; {SHARE}",
    ),
    "P034": (
        "title: Orders against a fixed target",
        'title: !!python/object/apply:os.system ["touch pwned"]',
        f":{line_of('title:')}:8: title: the tag 'tag:yaml.org,2002:python/object/apply:os.system'; {PLAIN}",
    ),
    "P040 tag": (
        "totals:",
        "totals: !include ../../etc/passwd\nmore:",
        f":{line_of('totals:')}:9: totals: the tag '!include'; {PLAIN}",
    ),
    "P040 absolute": (
        "currency:",
        "include: /etc/passwd\ncurrency:",
        f":{line_of('currency:')}:1: include: unknown key 'include'; allowed: schema_version, id, version, title, effective, ",
    ),
    "P066 dinar": (
        f"currency: CNY|{LIMIT}",
        "currency: KWD|limits: [{kind: amount_cap, amount: 1.0005}]",
        (
            f":{line_of(LIMIT)}:45: roles.seller.pay.0.limits.0.amount: 1.0005 has more decimals than KWD has; allowed: at most 3 "
            "[amount_places]"
        ),
    ),
}


@pytest.mark.parametrize(("old", "new", "told"), CASES.values(), ids=CASES)
def test_a_plan_file_is_refused_with_file_line_and_key(case: Path, old: str, new: str, told: str) -> None:
    text = TEXT
    for before, after in zip(old.split("|"), new.split("|"), strict=True):
        assert before in text
        text = text.replace(before, after, 1)
    path = case / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"plan\.yaml:[0-9]+:[0-9]+: ") as caught:
        load_plan(path)
    found = [str(finding).removeprefix(str(path)) for finding in caught.value.findings]
    assert any(line.startswith(told) for line in found), found


def test_nothing_in_a_plan_file_is_executed(spoil: Spoil, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P034."""
    monkeypatch.chdir(case)
    path = spoil("plan.yaml", *CASES["P034"][:2])
    with pytest.raises(PlanError, match=r"os\.system"):
        load_plan(path)
    assert not (case / "pwned").exists()


NUMBER = '"value": "100"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (NUMBER, '"value": NaN', f"{MEASURE}.target.value: NaN is no number; allowed: a finite decimal number [not_finite]"),
        (NUMBER, '"value": -Infinity', f"{MEASURE}.target.value: -Infinity is no number; allowed: a finite decimal number [not_finite]"),
        (NUMBER, '"value": 1e999', f"{MEASURE}.target.value: '1e999' is not a number; write it out without an exponent; {SHARE}"),
        ('"id": "minimal"', '"id": "a", "id": "b"', "id: the key 'id' is written twice, in line {line} and in line {line}; allowed: each key once; next: remove one of them [duplicate_key]"),
    ],
    ids=["P038 NaN", "P038 Infinity", "P038 1e999", "P039"],
)  # fmt: skip
def test_json_that_json_itself_would_read(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = json.dumps(minimal().to_json_tree(), indent=1)
    assert text.count(old) == 1
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / "plan.json"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PlanError, match=r"plan\.json") as caught:
        load_plan(path)
    (finding,) = caught.value.findings
    assert finding.place.line == line
    assert str(finding).startswith(f"{path}:{line}:")
    assert str(finding).endswith(told.format(line=line))


@pytest.mark.parametrize("word", ["on", "no", "NO", "true", "010", "1:30", "2026-01-31", "null"])
def test_words_that_yaml_reads_as_something_else_are_names(case: Path, word: str) -> None:
    """P030, P031, P033: a role called `on` is called `on`, whether in quotes or not."""
    text = TEXT.replace("  seller:\n", f"  {word}:\n").replace("driven_by: seller", f"driven_by: '{word}'")
    path = case / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    assert list(load_plan(path).roles) == [word]


def test_a_metric_may_be_called_like_markup(case: Path) -> None:
    """P061."""
    name = "<script>alert(1)</script>"
    text = TEXT.replace("metrics:\n  orders:", f'metrics:\n  "{name}":').replace("metric: orders", f"metric: {name}")
    path = case / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    assert list(load_plan(path).metrics) == [name]


def test_a_full_width_colon_is_told_with_its_line(spoil: Spoil) -> None:
    """P060: YAML itself sees the error one line further down."""
    path = spoil("plan.yaml", WEIGHT, "            权重：0.4")
    with pytest.raises(PlanError, match="this is not YAML") as caught:
        load_plan(path)
    assert str(caught.value).endswith(f"; '：' (U+FF1A) is not ':' (in line {line_of(WEIGHT)}) [syntax]")


def test_dinars_have_three_decimals(case: Path) -> None:
    """P066: 1.005 is an amount in KWD, and none in CNY."""
    path = case / "plan.yaml"
    text = TEXT.replace(LIMIT, "limits: [{kind: amount_cap, amount: 1.005}]")
    path.write_text(text.replace("currency: CNY", "currency: KWD"), encoding="utf-8")
    assert load_plan(path).currency == "KWD"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"amount: 1\.005 has more decimals than CNY has; allowed: at most 2"):
        load_plan(path)


def test_a_plan_reads_no_other_file(case: Path, tmp_path: Path) -> None:
    """P040: a link to a plan is that plan, and a text that names a path stays a text."""
    link = tmp_path / "elsewhere.yaml"
    link.symlink_to(case / "plan.yaml")
    assert load_plan(link).digest == minimal().digest
    path = case / "plan.yaml"
    path.write_text(TEXT.replace("Orders against a fixed target", "../../etc/passwd"), encoding="utf-8")
    assert load_plan(path).title == "../../etc/passwd"


def test_a_circle_is_told_with_the_file_and_its_path(case: Path) -> None:
    """P013."""
    seller = TEXT[TEXT.index("  seller:") : TEXT.index("    pay:")]
    measure = seller[seller.index("          orders:\n") :]
    link = "          {name}: {{kind: link, role: {role}, component: orders, weight: 100%, missing: error}}\n"
    roles = "".join(
        seller.replace("  seller:", f"  {role}:", 1).replace(measure, link.format(name="other", role=other))
        for role, other in (("designer", "operator"), ("operator", "designer"))
    )
    path = case / "plan.yaml"
    path.write_text(TEXT.replace("roles:\n", f"roles:\n{roles}", 1), encoding="utf-8")
    with pytest.raises(PlanError, match="circle") as caught:
        load_plan(path)
    (finding,) = caught.value.findings
    assert str(finding).startswith(f"{path}:")
    assert "designer.orders -> operator.orders -> designer.orders" in finding.message
