"""Tables for a notebook: escaped, short, and with nothing invisible in them."""

import re

from jointpay.display import cell_text, html_note, html_table, shown_rows
from jointpay.findings import Finding, Findings, Place


def test_cells_are_text() -> None:
    assert cell_text("<script>alert(1)</script> & \"x\" 'y'") == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; &#x27;y&#x27;"
    )
    assert cell_text("An\u202eLi\x00\ud800") == "An\\u202eLi\\x00\\ud800"
    assert cell_text(0) == "0"


def test_a_long_cell_is_cut_before_it_is_escaped() -> None:
    assert cell_text("<" * 400) == "&lt;" * 400
    assert cell_text("<" * 401) == "&lt;" * 399 + "…"


def test_a_table_is_never_longer_than_a_screen() -> None:
    assert shown_rows(20) == list(range(20))
    assert shown_rows(21) == [*range(14), None, *range(15, 21)]
    assert shown_rows(0) == []
    asked: list[int] = []

    def row(place: int) -> tuple[int]:
        asked.append(place)
        return (place,)

    table = html_table(("n",), 1_000_000, row, caption="many", right=("n",), foot=("all",))
    assert asked == [*range(14), *range(999_994, 1_000_000)]
    assert "… 999,980 more rows" in table
    assert table.count("<tr>") == 1 + 21 + 1
    assert re.findall(r"text-align: (\w+)\">999999", table) == ["right"]


def test_one_row_more_is_one_row() -> None:
    assert "… 1 more row<" in html_table(("n",), 21, lambda place: (place,), caption="")


def test_a_table_without_rows_has_its_heads() -> None:
    table = html_table(("a & b",), 0, lambda place: (place,), caption="<none>")
    assert ">a &amp; b</th>" in table
    assert "&lt;none&gt;" in table
    assert "<td" not in table
    assert "<tfoot>" not in table


def test_findings_are_a_tuple_and_a_table() -> None:
    found = Finding(
        code="not_conserved",
        severity="error",
        message="<b>12 instead of 13",
        place=Place(path="roles.designer"),
        witness=(("wanted", "13"), ("found", "12")),
    )
    many = Findings([found, found])
    assert list(many) == [found, found]
    assert isinstance(many, tuple)
    assert Findings() == ()
    assert Findings()._repr_html_() == html_note("no findings") == "<p>no findings</p>"
    shown = many._repr_html_()
    assert shown.count("<td") == 10
    assert all(
        text in shown for text in ("2 findings", "&lt;b&gt;12 instead", "roles.designer", "wanted: 13; found: 12")
    )
    assert "1 finding<" in found._repr_html_()
