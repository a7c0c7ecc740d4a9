"""A plan says what it is in a line, and shows what it is made of in a notebook."""

from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, minimal
from jointpay.testing.examples import component, measure, plan


def rows(html: str) -> list[str]:
    return html.split("<tr>")[1:]


def test_a_plan_is_one_line_of_text() -> None:
    made = minimal()
    assert repr(made) == str(made) == f"<Plan 'minimal', version '1': 1 role, 1 metric, CNY, digest {made.digest[:12]}>"


def test_a_plan_shows_every_measure_and_every_pay_rule() -> None:
    shown = design_operations()._repr_html_()
    assert len(rows(shown)) == 1 + 7 + 4 + 1 + 3
    assert all(
        text in shown for text in ("Design quality", "40%", "weighted_geometric", "multiplies", "department", "growth")
    )
    assert "component collaboration" in shown
    assert ">cap<" in shown


def test_links_read_partners_and_a_plan_may_pay_nothing() -> None:
    link = {"kind": "link", "role": "designer", "component": "quality", "weight": "1", "missing": "leave_out"}
    made = plan(
        {
            "designer": {"quality": component(measure(), missing="leave_out")},
            "operator": {"partners": component(link, missing="leave_out")},
        }
    )
    shown = made._repr_html_()
    assert "component quality of designer" in shown
    assert "what they pay" not in shown


def test_every_name_of_a_plan_is_text() -> None:
    """A metric named <script>alert(1)</script> is a name like any other."""
    name = "<script>alert(1)</script>"
    tree = design_operations().to_json_tree()
    tree["title"] = name
    tree["metrics"]["clicks"]["title"] = f"{name}\u202e"
    tree["roles"]["designer"]["title"] = name
    tree["roles"]["designer"]["components"]["quality"]["title"] = name
    shown = Plan.model_validate(tree)._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 6
    assert "\\u202e" in shown
