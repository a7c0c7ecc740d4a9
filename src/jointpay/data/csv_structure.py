"""Whether a CSV file is well formed, judged by its bytes before any library reads it.

CSV libraries differ in what they make of a broken file: they drop cells, swallow rows into an open quote, or guess an
encoding. So the structure is checked here, exactly and for the whole file: UTF-8, no NUL, the same number of cells in
every row, quotes only around whole cells and all of them closed. A file that passes is read alike by all of them.

A separator stands outside quotes if and only if the number of quotes before it is even; that makes the check a few
whole-array operations per block of bytes.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jointpay.data.table_problems import TableProblems

__all__ = ["LONGEST_CELL", "CsvShape", "csv_shape"]

LONGEST_CELL = 100_000
_BLOCK = 1 << 21
_PIECE = 1 << 24
_LONGEST_ROW = 1 << 24
_COMMA, _NEWLINE, _RETURN, _QUOTE = 44, 10, 13, 34
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class CsvShape:
    """Names of the columns and number of rows, the header not counted."""

    names: tuple[str, ...]
    rows: int
    cuts: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    """Where to cut the file: bytes and rows before the first row, and before others some 16 MiB from one another."""


def csv_shape(path: Path, *, source: str, block: int = _BLOCK, write: Callable[[object], str] = repr) -> CsvShape:
    r"""Check that a CSV file is well formed and give its column names and number of rows.

    A byte order mark is dropped; lines may end in ``\n`` or ``\r\n``. A file with a header alone has no rows. `write` writes
    content of the file for a message.

    Raises `DataError` with every problem: other encodings with the offset of the first wrong byte, NUL bytes, rows with
    more or fewer cells than the header, empty lines, quotes inside a cell or never closed, repeated column names,
    cells longer than 100,000 characters.
    """
    problems = TableProblems(source, write=write)
    scan = _Scan(problems)
    cuts: list[tuple[int, int]] = []
    last = 0
    with path.open("rb") as file:
        rest = file.read(len(_BOM))
        rest = b"" if rest == _BOM else rest
        offset = 0 if rest else len(_BOM)
        while not scan.stopped and (read := file.read(block)):
            rest += read
            used = scan.take(rest, offset)
            rest, offset = rest[used:], offset + used
            if offset - last >= _PIECE and offset > scan.header:
                last = offset
                cuts.append((offset, scan.rows - 1))
        if rest and not scan.stopped:
            scan.take(rest + b"\n", offset)
            scan.unfinished(rest)
    problems.stop()
    if scan.names is None:
        problems.refuse("table_empty", "it is empty; allowed: a header and rows")
    problems.stop()
    return CsvShape(names=scan.names or (), rows=scan.rows - 1, cuts=((scan.header, 0), *cuts))


class _Scan:
    """The state between blocks; every block begins at the start of a row."""

    def __init__(self, problems: TableProblems) -> None:
        self.problems = problems
        self.names: tuple[str, ...] | None = None
        self.header = 0
        """Bytes of the header, its line end and what stands before it included."""
        self.rows = 0
        self.stopped = False

    def take(self, block: bytes, offset: int) -> int:
        """Check the whole rows of a block; give the number of bytes they take."""
        view = np.frombuffer(block, np.uint8)
        quotes = np.flatnonzero(view == _QUOTE) if b'"' in block else np.zeros(0, np.int64)
        marks = np.flatnonzero((view == _COMMA) | (view == _NEWLINE))
        if quotes.size:
            marks = marks[(np.searchsorted(quotes, marks) & 1) == 0]
        ends = np.flatnonzero(view[marks] == _NEWLINE)
        if not ends.size:
            if len(block) > _LONGEST_ROW:
                self._endless(quotes)
            return 0
        marks = marks[: ends[-1] + 1]
        used = int(marks[-1]) + 1
        whole, quotes = block[:used], quotes[quotes < used]
        self._check(whole, view[:used], marks, marks[ends], quotes, offset)
        self.rows += len(ends)
        return used

    def _check(
        self,
        block: bytes,
        view: NDArray[np.uint8],
        marks: NDArray[np.int64],
        ends: NDArray[np.int64],
        quotes: NDArray[np.int64],
        offset: int,
    ) -> None:
        if not (
            self._is_text(block, ends, offset)
            and self._quotes_are_sound(view, ends, quotes)
            and self._lines_end_well(block, view, ends, quotes)
        ):
            self.stopped = True
            return
        if self.names is None:
            self.names = self._header(block[: int(ends[0])].decode())
            self.header = offset + int(ends[0]) + 1
        self._check_rows(view, marks, ends, len(self.names))
        lengths = np.diff(marks, prepend=-1) - 1
        if int(lengths.max()) > LONGEST_CELL:
            for at in np.flatnonzero(lengths > LONGEST_CELL).tolist():
                text = block[int(marks[at]) - int(lengths[at]) : int(marks[at])].decode()
                if len(text) > LONGEST_CELL:
                    row, column = self._place(int(marks[at]), marks, ends)
                    message = f"a cell of {len(text)} characters; allowed: at most {LONGEST_CELL}"
                    self.problems.refuse("cell_too_long", message, row=row, column=column)

    def _row(self, position: int, ends: NDArray[np.int64]) -> int:
        """Give the number of the row that holds a byte; the header is row 1."""
        return self.rows + int(np.searchsorted(ends, position)) + 1

    def _place(self, position: int, marks: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[int, str]:
        row = self._row(position, ends)
        before = int(np.searchsorted(ends, position))
        first = 0 if before == 0 else int(np.searchsorted(marks, ends[before - 1])) + 1
        cell = int(np.searchsorted(marks, position)) - first
        names = self.names or ()
        return row, names[cell] if cell < len(names) else str(cell + 1)

    def _is_text(self, block: bytes, ends: NDArray[np.int64], offset: int) -> bool:
        try:
            block.decode()
        except UnicodeDecodeError as wrong:
            hint = _likely_encoding(block[wrong.start : wrong.start + 64], whole=block)
            self.problems.refuse(
                "encoding",
                f"byte {block[wrong.start]:#04x} at offset {offset + wrong.start} is not UTF-8{hint}; allowed: UTF-8; "
                f"next: save it as 'CSV UTF-8', or convert it (iconv -f gbk -t utf-8)",
                row=self._row(wrong.start, ends),
            )
            return False
        at = block.find(b"\0")
        if at >= 0:
            self.problems.refuse(
                "nul",
                f"a NUL byte at offset {offset + at}; allowed: text; next: export the file again",
                row=self._row(at, ends),
            )
        return at < 0

    def _quotes_are_sound(self, view: NDArray[np.uint8], ends: NDArray[np.int64], quotes: NDArray[np.int64]) -> bool:
        """Check that quotes open at the start of a cell and close at its end; doubled quotes stand for one."""
        if not quotes.size:
            return True
        opening, closing = quotes[0::2], quotes[1::2]
        before = np.where(opening == 0, _NEWLINE, view[np.maximum(opening - 1, 0)])
        after = view[closing + 1]
        # A doubled quote closes and reopens at once, so neither half has a separator beside it.
        reopened = np.zeros(len(opening), dtype=np.bool_)
        reopened[1:] = opening[1:] == closing[:-1] + 1
        starts = reopened | (before == _COMMA) | (before == _NEWLINE)
        stops = (after == _COMMA) | (after == _NEWLINE) | (after == _RETURN)
        stops[:-1] |= reopened[1:]
        wrong = np.flatnonzero(~(starts & stops))
        if not wrong.size:
            return True
        at = int(wrong[0])
        told = "a quote closes before the end of its cell" if starts[at] else "a quote inside a cell without quotes"
        self.problems.refuse(
            "quote",
            f"{told}: {self.problems.write(_around(view, int(opening[at])))}; allowed: quotes around the whole cell, doubled inside it; "
            f"next: look for a quote that is never closed",
            row=self._row(int(opening[at]), ends),
        )
        return False

    def _header(self, line: str) -> tuple[str, ...]:
        names = tuple(next(csv.reader([line.removesuffix("\r")]), []))
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                at = ", ".join(str(place + 1) for place, other in enumerate(names) if other == name)
                message = f"the column stands {names.count(name)} times in the header, at {at}; allowed: each name once"
                self.problems.refuse("column_repeated", message, row=1, column=name)
        return names

    def _lines_end_well(
        self, block: bytes, view: NDArray[np.uint8], ends: NDArray[np.int64], quotes: NDArray[np.int64]
    ) -> bool:
        """Check that a carriage return outside quotes is part of a line end."""
        if b"\r" not in block:
            return True
        returns = np.flatnonzero(view == _RETURN)
        bare = returns[(view[returns + 1] != _NEWLINE) & ((np.searchsorted(quotes, returns) & 1) == 0)]
        if bare.size:
            message = "a carriage return without a line feed; allowed: lines that end in \\n or \\r\\n"
            self.problems.refuse("line_end", message, row=self._row(int(bare[0]), ends))
        return not bare.size

    def _check_rows(
        self, view: NDArray[np.uint8], marks: NDArray[np.int64], ends: NDArray[np.int64], width: int
    ) -> None:
        starts = np.concatenate(([0], ends[:-1] + 1))
        empty = (ends == starts) | ((ends == starts + 1) & (view[starts] == _RETURN))
        cells = np.diff(np.searchsorted(marks, ends), prepend=-1)
        for at in np.flatnonzero((cells != width) | empty).tolist():
            row = self.rows + at + 1
            if empty[at]:
                self.problems.refuse("row_ragged", "an empty line; next: remove it", row=row)
                continue
            self.problems.refuse(
                "row_ragged",
                f"{cells[at]} cells where the header has {width}; allowed: one cell per column; "
                f"next: put quotes around a cell that holds a comma",
                row=row,
            )

    def _endless(self, quotes: NDArray[np.int64]) -> None:
        told = "a quote is never closed" if quotes.size else "the row does not end"
        self.problems.refuse(
            "quote" if quotes.size else "row_ragged",
            f"{told} within {_LONGEST_ROW} bytes; next: look at the first quote in this row",
            row=self.rows + 1,
        )
        self.stopped = True

    def unfinished(self, rest: bytes) -> None:
        """Refuse a quote that is still open at the end of the file."""
        if self.stopped or rest.count(b'"') % 2 == 0:
            return
        self.problems.refuse(
            "quote",
            f"a quote opens in this row and is never closed: {self.problems.write(rest[:40].decode(errors='replace'))}; "
            f"it swallows everything after it; next: close it, or double it if it is part of the text",
            row=self.rows + 1,
        )


def _around(view: NDArray[np.uint8], at: int) -> str:
    return view[max(at - 15, 0) : at + 25].tobytes().decode(errors="replace")


def _likely_encoding(sample: bytes, *, whole: bytes) -> str:
    if whole.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "; it looks like UTF-16 (Excel's 'Unicode text')"
    for encoding, name in (("gbk", "GBK"), ("shift_jis", "Shift JIS")):
        for end in range(len(sample), max(len(sample) - 2, 0), -1):
            try:
                text = sample[:end].decode(encoding)
            except UnicodeDecodeError:
                continue
            if any("一" <= char <= "鿿" for char in text):
                return f"; it looks like {name}"
    return ""
