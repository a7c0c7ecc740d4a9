"""A chart: what it gives a notebook, a page and a file, and what it never does."""

import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from jointpay.errors import MissingExtraError, OutputExistsError
from jointpay.report import charts
from jointpay.report.charts import glyphs
from jointpay.report.charts.drawing import by_field, document, lines_of, shortened, text_layer
from jointpay.report.charts.picture import picture
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def chart(card: Scorecard) -> charts.Chart:
    return charts.heat_map(card, period="2026-01")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def written(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def test_it_is_an_image_with_a_name_and_a_description(chart: charts.Chart) -> None:
    root = parsed(chart.svg())
    by_id = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert [by_id[name] for name in str(root.get("aria-labelledby")).split()] == [chart.title, chart.description]


def test_it_names_no_address_but_that_of_svg_and_has_no_script(chart: charts.Chart) -> None:
    svg = chart.svg()
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert {element.tag.removeprefix(SVG) for element in parsed(svg).iter()} <= {
        "svg", "title", "desc", "g", "path", "rect", "line", "text",
    }  # fmt: skip


def test_the_same_chart_gives_the_same_bytes_in_another_process(chart: charts.Chart, tmp_path: Path) -> None:
    script = tmp_path / "again.py"
    script.write_text(
        "import json, sys\n"
        "from jointpay.report.charts.picture import picture\n"
        "spec, title, description = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "sys.stdout.buffer.write(picture(spec, title=title, description=description).encode())\n"
    )
    kept = tmp_path / "spec.json"
    kept.write_text(json.dumps([chart.spec, chart.title, chart.description]), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script), str(kept)], capture_output=True, check=True)
    assert done.stdout.decode() == chart.svg()


def test_no_text_changes_where_anything_is() -> None:
    """Texts of other lengths, in scripts of other widths, and an empty one, which is left out."""

    def drawn(*texts: str) -> str:
        rows = [{"text": text, "y": 10 * place} for place, text in enumerate(texts)]
        page = document([text_layer(rows, x={"value": 4}, y=by_field("y", (0, 99)))], width=9, height=99, title="T", subtitle="S")  # fmt: skip
        return re.sub(r"chart-[0-9a-f]{12}", "", picture(page, title="t", description="d"))

    short, long = drawn("a", "b"), drawn("宽" * 40, "m" * 90)
    assert long.replace("宽" * 40, "a").replace("m" * 90, "b") == short
    assert drawn("", "b") == re.sub("<text[^>]*>a</text>", "", short)


def test_a_notebook_is_given_the_picture_and_a_line_of_text(chart: charts.Chart) -> None:
    assert chart._repr_mimebundle_() == {"image/svg+xml": chart.svg(), "text/plain": repr(chart)}
    assert repr(chart) == "<Chart: Points of everybody, 2026-01; 10 rows>"


def test_it_is_saved_as_its_name_ends(chart: charts.Chart, tmp_path: Path) -> None:
    for name in ("a.svg", "b.PNG", "c.html"):
        chart.save(tmp_path / name)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == chart.svg()
    assert (tmp_path / "b.PNG").read_bytes() == chart.png()
    assert (tmp_path / "c.html").read_text(encoding="utf-8") == chart.html()
    assert chart.png().startswith(b"\x89PNG")
    assert len(chart.png(scale=1)) < len(chart.png(scale=3))


def test_nothing_is_left_beside_what_was_saved(chart: charts.Chart, tmp_path: Path) -> None:
    chart.save(tmp_path / "a.svg")
    plain = tmp_path / "plain"
    plain.touch()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.svg", "plain"]
    assert stat.S_IMODE((tmp_path / "a.svg").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_another_ending_is_refused(chart: charts.Chart, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^a chart cannot be saved as 'a.gif'; allowed endings: .svg, .png, .html$"):
        chart.save(tmp_path / "a.gif")


def test_nothing_is_overwritten(chart: charts.Chart, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("mine")
    with pytest.raises(OutputExistsError, match=r"a\.svg: exists already, and nothing is overwritten; next: give another name"):  # fmt: skip
        chart.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text() == "mine"


def test_a_save_that_fails_leaves_nothing(chart: charts.Chart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        chart.save(tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_error_names_it(chart: charts.Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r"^a chart needs vl_convert, .* pip install 'jointpay\[report\]'$"):
        chart.svg()


def test_altair_takes_it_over(chart: charts.Chart) -> None:
    """Altair checks the whole document against the schema of Vega-Lite."""
    made = chart.altair()
    assert type(made).__name__ == "LayerChart"
    assert len(made.layer) == len(chart.spec["layer"])


def test_its_page_holds_the_numbers_as_a_table(chart: charts.Chart) -> None:
    page = chart.html()
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert page.count("<tr>") == 1 + 10
    assert "default-src 'none'" in page
    assert chart.svg() in page


def boxes_for(drawn: str) -> glyphs.Render:
    """Render as a machine would whose fonts have these characters alone."""
    return lambda svg: svg.encode() if any(character in drawn for character in re.sub("<.*?>", "", svg)) else b"box"


def test_characters_without_a_font_are_named_once() -> None:
    assert glyphs.boxes("绩效 score 绩", render=boxes_for("效")) == "绩"
    assert glyphs.boxes("plain", render=boxes_for("")) == ""


def test_whoever_saves_a_png_without_a_chinese_font_is_told_what_to_install() -> None:
    with pytest.warns(glyphs.MissingFontWarning, match=r"no font .* has Chinese characters .*Noto Sans CJK .*fonts-noto-cjk"):  # fmt: skip
        glyphs.warn_of_boxes("得分", render=boxes_for(""))
    with pytest.warns(glyphs.MissingFontWarning, match="has some characters of this chart"):
        glyphs.warn_of_boxes("ก", render=boxes_for(""))
    glyphs.warn_of_boxes("得分", render=boxes_for("得分"))


def test_a_png_is_drawn_with_its_warning(chart: charts.Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("jointpay.report.charts.chart.warn_of_boxes", asked.append)
    chart.png()
    assert asked == [chart.svg()]


def test_a_code_point_no_font_has_is_found_by_drawing_it() -> None:
    assert glyphs.boxes("a\U0010fffe") == "\U0010fffe"


def test_long_labels_are_cut_and_wide_characters_count_twice() -> None:
    assert [shortened("Design", 6), shortened("Designer", 6), shortened("设计质量", 6)] == ["Design", "Desig…", "设计…"]
    assert shortened("a\u202eb", 20) == "a\\u202eb"


def test_heads_break_between_words() -> None:
    assert lines_of("Conversion contribution", columns=15, most=2) == ["Conversion", "contribution"]
    assert lines_of("department_order_rate", columns=15, most=2) == ["department_", "order_rate"]
    assert lines_of("设计质量与转化贡献", columns=10, most=2) == ["设计质量与", "转化贡献"]
    assert lines_of("unbreakable" * 3, columns=15, most=2) == ["unbreakableunbr", "eakableunbreak…"]


HOSTILE = "<script>alert(1)</script>\"'&{x} ${datum} javascript:alert(1)\u202e\n=1+1"
SEEN = "<script>alert(1)</script>\"'&{x} ${datum} javascript:alert(1)\\u202e\\n=1+1"


def every_chart(card: Scorecard, name: str) -> list[charts.Chart]:
    work: dict[str, list[Any]] = {"channel": [name], "clicks": [1]}
    return [
        charts.heat_map(card, period="2026-01", payees=["ann"]),
        charts.heat_map(card, period="2026-01", by="measures", payees=["ann"]),
        charts.waterfall(card, payee="ann", period="2026-01"),
        charts.attainment_on_curve(card, payee="ann", period="2026-01", component="quality", measure="gate"),
        charts.trend(card, payee="ann"),
        charts.funnel(work, plan=card.plan, what=name),
    ]


def test_names_are_text_and_nothing_else_in_every_chart(settled: Callable[..., Settlement]) -> None:
    for chart in every_chart(settled(names={"ann": HOSTILE}).scorecard, HOSTILE):
        svg, page = chart.svg(), chart.html()
        assert [text for text in written(svg) if "<script>aler" in text]
        assert {element.tag for element in parsed(svg).iter()} & {f"{SVG}script", f"{SVG}a", f"{SVG}image"} == set()
        assert not any(
            name.startswith("on") or "href" in name for element in parsed(svg).iter() for name in element.attrib
        )
        assert "<script" not in page
        assert "\u202e" not in page
        assert SEEN in chart.title or SEEN in chart.table.get("payee", ())


def test_no_chart_holds_an_expression(card: Scorecard) -> None:
    """Vega runs what stands under these names; labels are data, and every field is one of ours."""
    for chart in every_chart(card, "feed"):
        spec = json.dumps(chart.spec)
        assert [name for name in ("expr", "signal", "calculate", "filter", "transform", "href", "url") if f'"{name}"' in spec] == []  # fmt: skip
        fields = set(re.findall(r'"field": "([^"]*)"', spec))
        assert fields <= {"x", "x2", "y", "y2", "text", "color", "gap"}


def test_every_chart_fits_the_schema_of_vega_lite_and_both_languages(card: Scorecard) -> None:
    for chart in every_chart(card, "feed"):
        assert chart.altair().to_dict()["width"] == chart.spec["width"]
