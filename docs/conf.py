"""Sphinx configuration: warnings are errors, and every code cell is run at build time."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "extensions"))

project = "jointpay"
author = "The jointpay authors"
project_copyright = "The jointpay authors"
version = release = installed_version("jointpay")
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "plan_fields",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints", "extensions"]
suppress_warnings: list[str] = []
nitpicky = False

html_theme = "furo"
html_title = "jointpay"
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["jointpay.css"]

# No dollarmath: formulas are plain text, so no page loads a script from elsewhere.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autoclass_content = "class"
napoleon_google_docstring = False
napoleon_numpy_docstring = True
