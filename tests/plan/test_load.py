"""Plan files: what is read, what is refused before it is read, and that three formats give one plan."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jointpay.errors import PlanError
from jointpay.findings import Finding
from jointpay.plan.load import load_plan, plan_from_text, plan_from_tree
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, minimal, preset_text

Refused = Callable[..., tuple[Finding, ...]]


def as_toml(value: Any) -> str:
    """Write a tree as one TOML value."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(as_toml(inner) for inner in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def shuffled(value: Any, random: Random) -> Any:
    match value:
        case dict():
            items = [(key, shuffled(inner, random)) for key, inner in value.items()]
            random.shuffle(items)
            return dict(items)
        case list():
            return [shuffled(inner, random) for inner in value]
        case _:
            return value


@pytest.mark.parametrize("ending", [".yaml", ".yml", ".YAML"])
def test_yaml_files_are_read(ending: str, full_text: str, tmp_path: Path) -> None:
    file = tmp_path / f"plan{ending}"
    file.write_text(full_text, encoding="utf-8")
    assert load_plan(file) == load_plan(str(file)) == plan_from_text(full_text, format="yaml")


def test_three_formats_give_one_digest(full_text: str, tmp_path: Path) -> None:
    plan = plan_from_text(full_text, format="yaml")
    tree = plan.to_json_tree()
    (tmp_path / "plan.json").write_text(json.dumps(tree), encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        "\n".join(f"{key} = {as_toml(value)}" for key, value in tree.items()), encoding="utf-8"
    )
    for name in ("plan.json", "plan.toml"):
        read = load_plan(tmp_path / name)
        assert read == plan
        assert read.digest == plan.digest
    assert plan_from_tree(tree).digest == plan.digest
    assert Plan.model_validate_json(plan.canonical).digest == plan.digest


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_keys_does_not_change_the_digest(seed: int, full_text: str) -> None:
    plan = plan_from_text(full_text, format="yaml")
    text = json.dumps(shuffled(plan.to_json_tree(), Random(seed)))  # noqa: S311 -- an order, no secret
    assert plan_from_text(text, format="json").canonical == plan.canonical


@pytest.mark.parametrize("written", ["0.4", "0.40", "40%", '"40%"', "'0.4'", "2/5", "40.00%"])
def test_one_value_written_in_several_ways_is_one_plan(written: str, full_text: str) -> None:
    text = full_text.replace("weight: 40%", f"weight: {written}")
    assert plan_from_text(text, format="yaml").digest == plan_from_text(full_text, format="yaml").digest


def test_any_other_value_is_another_plan(full_text: str) -> None:
    first = plan_from_text(full_text, format="yaml")
    limits = full_text.replace("{kind: cap, at: 30%}", "{kind: cap, at: 30.01%}")
    order = full_text.replace(
        "          - {kind: cap, at: 30%}\n          - {kind: floor, at: -10%}",
        "          - {kind: floor, at: -10%}\n          - {kind: cap, at: 30%}",
    )
    digests = {plan_from_text(text, format="yaml").digest for text in (limits, order)}
    assert len(digests | {first.digest}) == 3


def test_a_byte_order_mark_is_dropped(full_text: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + full_text.encode())
    assert load_plan(file) == plan_from_text(full_text, format="yaml")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("id: 设计，运营".encode("gbk"), "byte 0xC9 at offset 4 is not UTF-8; it looks like GBK"),
        ("id: café".encode("latin-1"), "byte 0xE9 at offset 7 is not UTF-8; it looks like Latin-1 or Windows-1252"),
        ("id: caf\u00e9\u00b5 x".encode("latin-1"), "byte 0xE9 at offset 7 is not UTF-8; it looks like GBK"),
        ("id: «é x".encode("latin-1"), "byte 0xAB at offset 4 is not UTF-8; it looks like Latin-1 or Windows-1252"),
        ("id: x".encode("utf-16"), "byte 0xFF at offset 0 is not UTF-8; it looks like UTF-16 or UTF-32"),
        ("id: x".encode("utf-16-le"), "byte 0x00 at offset 1 is no text; it looks like UTF-16 or UTF-32"),
        (b"\xef\xbb\xbfid: \xff", "byte 0xFF at offset 7 is not UTF-8; it looks like Latin-1 or Windows-1252"),
    ],
)
def test_other_encodings_are_refused_with_the_offset(data: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(data)
    with pytest.raises(PlanError, match="allowed: UTF-8, with or without a byte order mark") as caught:
        load_plan(file)
    assert str(caught.value).startswith(f"{file}: {told}")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    with file.open("wb") as opened:
        opened.truncate(500 * 1024 * 1024)
    with pytest.raises(PlanError, match=r"plan.yaml: it has 524288000 bytes; allowed: at most 1048576 \[too_big\]"):
        load_plan(file)


def test_a_large_text_is_refused() -> None:
    with pytest.raises(PlanError, match=r"it has 1048578 bytes; allowed: at most 1048576 \[too_big\]"):
        plan_from_text("é" * 524289, format="yaml")


@pytest.mark.parametrize("name", ["plan.txt", "plan", "plan.yaml.bak", "plan.py"])
def test_other_endings_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"is not known; allowed: .yaml, .yml, .json, .toml \[ending\]"):
        load_plan(tmp_path / name)


@pytest.mark.parametrize("address", ["https://example.com/plan.yaml", "file:///etc/plan.yaml", "s3://bucket/plan.yaml"])
def test_addresses_are_refused_without_a_connection(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    for path in (address, Path(address)):
        with pytest.raises(PlanError, match=r"jointpay opens no network connection; allowed: a file.*\[address\]"):
            load_plan(path)


def test_a_missing_file_and_a_folder_are_no_plans(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    for name in ("nothing.yaml", "folder.yaml"):
        with pytest.raises(PlanError, match=r"there is no such file; next: check the name and the folder \[no_file\]"):
            load_plan(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.yaml")
    with pytest.raises(PlanError, match="there is no such file"):
        load_plan(tmp_path / "plan.yaml")


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.yaml").touch()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PlanError, match=r"it cannot be read: Permission denied \[no_file\]"):
        load_plan(tmp_path / "plan.yaml")


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_refused(form: Any, text: str) -> None:
    with pytest.raises(PlanError, match=r"there is nothing in it|it is missing"):
        plan_from_text(text, format=form)


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
def test_half_a_character_is_refused(form: Any) -> None:
    with pytest.raises(PlanError, match=r"U[+]D800 is half a character; allowed: whole characters"):
        plan_from_text("id: \ud800", format=form)


def test_a_plan_must_be_a_mapping(refused: Refused) -> None:
    (finding,) = refused("- a plan")
    assert str(finding).startswith("plan.yaml:1:1: a list stands here; allowed: a mapping with schema_version, id")


def test_keys_that_cannot_be_printed_are_shown_escaped(full_text: str, refused: Refused) -> None:
    (finding, *_) = refused(full_text.replace("currency: CNY", 'currency: CNY\n"a.b\\e[31m": x'))
    assert str(finding).startswith("plan.yaml:8:1: 'a.b\\x1b[31m': unknown key 'a.b\\x1b[31m'; allowed: ")


def test_a_long_list_of_errors_shows_twenty(refused: Refused) -> None:
    text = preset_text("minimal") + "".join(f"key{number}: x\n" for number in range(30))
    findings = refused(text)
    assert len(findings) == 30
    assert str(PlanError(findings)).endswith("... and 10 more; all of them are in .findings")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("k: x\n" * 200_000, "yaml"),
        ("a" + " " * 1_000_000 + "= 1", "toml"),
        (".".join(["a"] * 500_000) + " = 1", "toml"),
        ("[" * 1_000_000, "json"),
        ("[" * 1_000_000, "yaml"),
    ],
    ids=["duplicates", "spaces", "dots", "json depth", "yaml depth"],
)
def test_a_text_made_to_be_slow_is_refused_with_a_bounded_list(text: str, form: Any) -> None:
    with pytest.raises(PlanError, match=r"allowed: ") as caught:
        plan_from_text(text, format=form)
    assert len(caught.value.findings) <= 3_000


def test_more_than_a_hundred_measures_are_refused_without_summing_their_weights(refused: Refused) -> None:
    weights = {f"m{number}": {"weight": f"1/{10**17 + number}"} for number in range(9_000)}
    component = {"weight": 1, "combine": "weighted_geometric", "measures": weights}
    found = refused(json.dumps({"roles": {"r": {"components": {"c": component}}}}), "json")
    codes = {finding.code for finding in found}
    assert "geometric_weights" in codes
    assert "weights_sum" not in codes


@pytest.mark.parametrize("count", [100, 101])
def test_a_component_has_at_most_a_hundred_measures(count: int, full_text: str) -> None:
    tree = plan_from_text(full_text, format="yaml").to_json_tree()
    component = tree["roles"]["designer"]["components"]["draw"]
    measure = {**component["measures"]["clicks"], "weight": f"1/{count}"}
    component["measures"] = {f"m{number}": measure for number in range(count)}
    if count == 100:
        assert len(plan_from_tree(tree).roles["designer"].components["draw"].measures) == 100
    else:
        with pytest.raises(PlanError, match=r"draw.measures: it holds too much; allowed: at most 100 \[too_long\]"):
            plan_from_tree(tree)


@pytest.mark.parametrize("seed", range(150))
def test_a_plan_broken_anywhere_is_refused_and_nothing_else_happens(seed: int) -> None:
    """Break up to three nodes of a good plan: whatever the checks meet, they only ever raise `PlanError`."""
    random = Random(seed)  # noqa: S311 -- breakage, no secret
    tree = random.choice((design_operations, minimal))().to_json_tree()
    for _ in range(random.randint(1, 3)):
        holder: Any = tree
        while True:
            key = random.choice(list(holder) if isinstance(holder, dict) else list(range(len(holder))))
            if not isinstance(holder[key], dict | list) or not holder[key] or random.random() < 0.15:
                break
            holder = holder[key]
        holder[key] = random.choice(
            (None, "", "x", "0", "-1", "1e9", "99999999999999999", [], {}, ["x"], {"kind": "x"}, {"kind": []}, [[]])
        )
    findings: tuple[Finding, ...] = ()
    try:
        plan = plan_from_text(json.dumps(tree), format="json", source="plan.json")
        assert plan_from_tree(plan.to_json_tree()) == plan
    except PlanError as caught:
        findings = caught.findings
    assert all(finding.severity == "error" and finding.place.line for finding in findings)
    assert len(set(map(str, findings))) == len(findings)
