"""Make the notebooks of this folder from their scripts: run every cell and keep what it shows.

``python examples/execute.py`` writes each notebook beside its script; it needs the extra `docs`. The same script gives the
same notebook: nothing of the machine, the time or the run is kept.
"""

from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent
NOTEBOOKS = ("from_dataframe_to_decision", "one_shop_one_quarter", "plan_in_chinese")

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(script: Path) -> Any:  # noqa: ANN401 -- nbformat has no types
    """Run a script in percent format and give it as a notebook."""
    notebook = jupytext.read(script)
    NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False).execute()
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.from_dict({})
        cell.outputs = _joined(cell.get("outputs", [])) if cell.cell_type == "code" else None
        if cell.outputs is None:
            del cell["outputs"]
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what was printed: in how many pieces it arrived is chance."""
    joined: list[Any] = []
    for output in outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def main() -> None:
    """Write every notebook."""
    for name in NOTEBOOKS:
        notebook = executed(FOLDER / f"{name}.py")
        text = nbformat.writes(nbformat.from_dict(notebook), version=4, indent=1)
        (FOLDER / f"{name}.ipynb").write_text(text.rstrip() + "\n", encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
