"""LibreOffice as a judge: workbooks are opened, every formula is computed anew, and the numbers are read back."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

Recalculate = Callable[[Sequence[bytes]], "list[Recalculated]"]

COMPUTE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Without it LibreOffice shows the numbers a file holds and computes none of them."""


@dataclass(frozen=True)
class Recalculated:
    """What LibreOffice computes, by sheet and place (row, column), counted from 1; text and empty cells included."""

    sheets: Mapping[str, Mapping[tuple[int, int], object]]


def values(path: Path) -> Recalculated:
    made = openpyxl.load_workbook(path, data_only=True)
    return Recalculated(
        {
            page.title: {(cell.row, cell.column): cell.value for row in page.iter_rows() for cell in row}
            for page in made.worksheets
        }
    )


@pytest.fixture(scope="session")
def recalculate(tmp_path_factory: pytest.TempPathFactory) -> Recalculate:
    """Give a function that computes many workbooks at once."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not there: apt-get install libreoffice-calc")

    def work(workbooks: Sequence[bytes]) -> list[Recalculated]:
        folder = tmp_path_factory.mktemp("recalculated")
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(COMPUTE_ALWAYS, encoding="utf-8")
        names = [f"{number:05}.xlsx" for number in range(len(workbooks))]
        (folder / "in").mkdir()
        for name, content in zip(names, workbooks, strict=True):
            (folder / "in" / name).write_bytes(content)
        command = [
            office,
            "--headless",
            "--norestore",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder / "out"),
            *(str(folder / "in" / name) for name in names),
        ]
        started = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        try:
            said, _ = started.communicate(timeout=60 + 10 * len(names))
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
        missing = [name for name in names if not (folder / "out" / name).exists()]
        assert not missing, f"LibreOffice did not convert {missing}: {said}"
        return [values(folder / "out" / name) for name in names]

    return work
