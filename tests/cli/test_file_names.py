"""File names made of ids of strangers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from jointpay.cli.file_names import file_names


def named(*labels: str) -> list[str]:
    return list(file_names(labels, before="x-", ending=".html").values())


def test_plain_ids_stay_as_they_are() -> None:
    assert named("D01", "王雨桐", "a-b_c") == ["x-D01.html", "x-王雨桐.html", "x-a-b_c.html"]


def test_no_path_no_dot_no_space_nothing_invisible() -> None:
    for label in (
        "../../etc/passwd",
        "a\\b",
        "C:x",
        ".",
        "..",
        "",
        " ",
        "a.b",
        "a\x00b",
        "a\u202eb",
        "nul\n",
        "a?*|<>",
    ):
        (name,) = named(label)
        assert re.fullmatch(r"x-[\w-]+-[0-9a-f]{8}\.html", name), name


def test_names_that_differ_only_in_case_are_told_apart() -> None:
    names = named("Ann", "ann", "ＡＮＮ")
    assert [name[:6] for name in names] == ["x-Ann-", "x-ann-", "x-ＡＮＮ-"]
    assert len({name.casefold() for name in names}) == 3


def test_composed_and_decomposed_letters_are_told_apart() -> None:
    names = named("\u00e9", "e\u0301")
    assert names[0] != names[1]


def test_long_ids_are_cut_between_characters() -> None:
    one, other = named("王" * 300, "王" * 301)
    assert one != other
    assert len(one.encode()) < 255
    assert one.startswith("x-" + "王" * 33 + "-")


def test_an_id_that_looks_like_a_made_up_name_is_told_apart() -> None:
    made = named("a/b")[0].removeprefix("x-").removesuffix(".html")
    names = named("a/b", made)
    assert len(set(names)) == 2


@given(st.lists(st.text(max_size=8), unique=True, max_size=12))
def test_names_are_unique_and_do_not_depend_on_the_order(labels: list[str]) -> None:
    names = file_names(labels, before="x-", ending=".html")
    assert len({name.casefold() for name in names.values()}) == len(labels)
    assert file_names(labels[::-1], before="x-", ending=".html") == names
    assert all(re.fullmatch(r"x-[\w-]+\.html", name) for name in names.values())
