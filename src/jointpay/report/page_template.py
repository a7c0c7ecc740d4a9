"""Templates of pages: everything put into them is escaped, and a value that is missing is an error."""

from functools import cache
from typing import Any

from jointpay.report.extras import extra_library

__all__ = ["page_template"]


@cache
def page_template(name: str) -> Any:  # noqa: ANN401 - Jinja's template
    """Give a template of `report/templates`, such as ``"statement.html.j2"``; it is compiled once.

    Raises `MissingExtraError` without the extra `report`.
    """
    jinja2 = extra_library("jinja2", purpose="a page")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("jointpay.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
