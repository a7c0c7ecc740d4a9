"""Whether a CSV file is well formed, judged by its bytes. Ids are those of the case list."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointpay.data import csv_structure
from jointpay.data.csv_structure import CsvShape, csv_shape

Refusals = Callable[[Callable[[], object]], list[str]]
RAGGED = "allowed: one cell per column; next: put quotes around a cell that holds a comma [row_ragged]"
QUOTE = "allowed: quotes around the whole cell, doubled inside it; next: look for a quote that is never closed [quote]"
ENCODING = "allowed: UTF-8; next: save it as 'CSV UTF-8', or convert it (iconv -f gbk -t utf-8) [encoding]"
NEVER = "it swallows everything after it; next: close it, or double it if it is part of the text [quote]"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b"a,b\n", CsvShape(("a", "b"), 0)),
        (b"a,b", CsvShape(("a", "b"), 0)),
        (b"a,b\n1,2", CsvShape(("a", "b"), 1)),
        (b"a,b\r\n1,2\r\n", CsvShape(("a", "b"), 1)),
        (b"\xef\xbb\xbfa,b\n1,2\n", CsvShape(("a", "b"), 1)),
        (b"\xef\xbb\xbf\xef\xbb\xbfa,b\n", CsvShape(("\ufeffa", "b"), 0)),
        (b'"a","b ""c"""\n1,"x\r\n,y"\n"",""\n', CsvShape(("a", 'b "c"'), 2)),
        (b'a,b\n"1","2"', CsvShape(("a", "b"), 1)),
        (b'a,b\r\n"1","2"\r\n', CsvShape(("a", "b"), 1)),
        ("项目,b\n海报,2\n".encode(), CsvShape(("项目", "b"), 1)),
        (b"a;b\n1;2\n", CsvShape(("a;b",), 1)),
        (b"a,b\n1," + b"x" * 100_000 + b"\n", CsvShape(("a", "b"), 1)),
        (b"a,b\n1," + "海".encode() * 100_000 + b"\n", CsvShape(("a", "b"), 1)),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("block", [1, 5, 1 << 20])
def test_well_formed(path: Path, content: bytes, shape: CsvShape, block: int) -> None:
    """E004 among them: a byte order mark is dropped."""
    if block == 1 and len(content) > 1000:
        block = 50_000
    path.write_bytes(content)
    assert csv_shape(path, source="t.csv", block=block) == shape


BROKEN = {
    "empty": (b"", ["t.csv: it is empty; allowed: a header and rows [table_empty]"]),
    "only a mark": (b"\xef\xbb\xbf", ["t.csv: it is empty; allowed: a header and rows [table_empty]"]),
    "E003 header twice": (
        b"a,b,a\n1,2,3\n",
        [
            "t.csv: row 1, column 'a': the column stands 2 times in the header, at 1, 3; allowed: each name once [column_repeated]"
        ],
    ),
    "E005 GBK": (
        "a,b\n1,设计\n".encode("gbk"),
        [f"t.csv: row 2: byte 0xc9 at offset 6 is not UTF-8; it looks like GBK; {ENCODING}"],
    ),
    "E005 GBK behind a mark": (
        b"\xef\xbb\xbf" + "a,b\n1,设计\n".encode("gbk"),
        [f"t.csv: row 2: byte 0xc9 at offset 9 is not UTF-8; it looks like GBK; {ENCODING}"],
    ),
    "UTF-16": (
        "a,b\n1,2\n".encode("utf-16"),
        [
            f"t.csv: row 1: byte 0xff at offset 0 is not UTF-8; it looks like UTF-16 (Excel's 'Unicode text'); {ENCODING}"
        ],
    ),
    "no known encoding": (b"a,b\n1,\xff\n", [f"t.csv: row 2: byte 0xff at offset 6 is not UTF-8; {ENCODING}"]),
    "no known language": (
        "a,b\n1,！\n".encode("gbk"),
        [f"t.csv: row 2: byte 0xa3 at offset 6 is not UTF-8; {ENCODING}"],
    ),
    "E009 ragged": (
        b"a,b\n1,2,3\n1\n\n1,2\n",
        [
            f"t.csv: row 2: 3 cells where the header has 2; {RAGGED}",
            f"t.csv: row 3: 1 cells where the header has 2; {RAGGED}",
            "t.csv: row 4: an empty line; next: remove it [row_ragged]",
        ],
    ),
    "empty lines of Windows": (b"a\r\n\r\n1\r\n", ["t.csv: row 2: an empty line; next: remove it [row_ragged]"]),
    "E010 never closed": (
        b'a,b\n1,2\n3,"open\n5,6\n7,8\n',
        [f"t.csv: row 3: a quote opens in this row and is never closed: '3,\"open\\n5,6\\n7,8\\n'; {NEVER}"],
    ),
    "E010 closed by another": (
        b'a,b\n1,"open\n3,"closed"\n5,6"\n',
        ['t.csv: row 2: a quote closes before the end of its cell: \'a,b\\n1,"open\\n3,"closed"\\n5,6"\\n\'; ' + QUOTE],
    ),
    "quote inside": (
        b'a,b\n1,5" wide and 6" high\n',
        [f"t.csv: row 2: a quote inside a cell without quotes: 'a,b\\n1,5\" wide and 6\" high\\n'; {QUOTE}"],
    ),
    "E011 NUL": (
        b"a,b\n1,2\n3,\0\n",
        ["t.csv: row 3: a NUL byte at offset 10; allowed: text; next: export the file again [nul]"],
    ),
    "E012 long cell": (
        b"a,b\n1,2\n" + b"x" * 200_000 + b",2\n",
        ["t.csv: row 3, column 'a': a cell of 200000 characters; allowed: at most 100000 [cell_too_long]"],
    ),
    "long cell beyond the header": (
        b"a,b\n1,2," + b"x" * 100_001 + b"\n",
        [
            f"t.csv: row 2: 3 cells where the header has 2; {RAGGED}",
            "t.csv: row 2, column '3': a cell of 100001 characters; allowed: at most 100000 [cell_too_long]",
        ],
    ),
    "old Macintosh": (
        b"a,b\r1,2\r",
        ["t.csv: row 1: a carriage return without a line feed; allowed: lines that end in \\n or \\r\\n [line_end]"],
    ),
}


@pytest.mark.parametrize(("content", "told"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("block", [7, 1 << 20])
def test_broken(path: Path, refusals: Refusals, content: bytes, told: list[str], block: int) -> None:
    if block == 7 and len(content) > 1000:
        block = 60_000
    path.write_bytes(content)
    found = refusals(lambda: csv_shape(path, source="t.csv", block=block))
    if "[quote]" in told[0] and block == 7:  # what stands around a quote is shown as far as it has been read
        assert [line.partition(":")[0] for line in found] == [line.partition(":")[0] for line in told]
        assert found[0].startswith(told[0][:14])
    else:
        assert found == told


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (
            b'1,"',
            "t.csv: row 2: a quote is never closed within 100 bytes; next: look at the first quote in this row [quote]",
        ),
        (
            b"1,",
            "t.csv: row 2: the row does not end within 100 bytes; next: look at the first quote in this row [row_ragged]",
        ),
    ],
)
def test_a_row_without_end(
    path: Path, refusals: Refusals, monkeypatch: pytest.MonkeyPatch, start: bytes, told: str
) -> None:
    monkeypatch.setattr(csv_structure, "_LONGEST_ROW", 100)
    path.write_bytes(b"a,b\n" + start + b"x" * 500)
    assert refusals(lambda: csv_shape(path, source="t.csv", block=60)) == [told]


@given(
    rows=st.lists(st.tuples(*[st.text(st.sampled_from('a海,"\n '), max_size=6)] * 3), min_size=1, max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    block=st.integers(1, 40),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_csv_module_writes_is_well_formed(
    path: Path, rows: list[tuple[str, ...]], quoting: Literal[0, 1], end: str, block: int
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([("x", "y", "z"), *rows])
    path.write_bytes(text.getvalue().encode())
    assert csv_shape(path, source="t.csv", block=block) == CsvShape(("x", "y", "z"), len(rows))


@given(
    content=st.text(st.sampled_from('a,"\n'), max_size=14).map(lambda text: f"x,y\n{text}"),
    block=st.integers(1, 20),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_passes_is_read_by_the_csv_module_with_the_same_shape(
    path: Path, refusals: Refusals, content: str, block: int
) -> None:
    path.write_text(content)
    try:
        shape = csv_shape(path, source="t.csv", block=block)
    except ValueError:
        assert refusals(lambda: csv_shape(path, source="t.csv")) != []
        return
    assert csv_shape(path, source="t.csv") == shape
    header, *rows = csv.reader(io.StringIO(content, newline=""), strict=True)
    assert (header, len(rows)) == (["x", "y"], shape.rows)
    assert all(len(row) == 2 for row in rows)
