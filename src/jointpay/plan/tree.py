"""A plan as a plain tree: mappings, lists and text, and where in the file each part of it stands.

No scalar is interpreted here: a number arrives as the decimal text that was written, and so do `no`, `010` and `1:30`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Lines",
    "Node",
    "Path",
    "Position",
    "Problem",
    "Tree",
    "UnreadableError",
    "again",
    "decoded",
    "full_width",
    "no_value",
    "shown",
    "too_deep",
    "whole_characters",
    "written_twice",
]

MAX_BYTES = 1_048_576
MAX_DEPTH = 20
_LONGEST_SHOWN = 60

Node = str | None | list["Node"] | dict[str, "Node"]
"""Text, no value at all, a list or a mapping."""

Path = tuple[str | int, ...]
"""The keys and list places that lead from the root to a node."""

Position = tuple[int, int]
"""Line and character, both counted from 1."""

_FULL_WIDTH = {
    "：": ":",
    "，": ",",
    "－": "-",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "＃": "#",
    "＂": '"',
    "　": " ",
}
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_SILENT_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a tree, by path; `position` only where the path cannot give it."""

    path: Path
    code: str
    message: str
    position: Position | None = None


class UnreadableError(Exception):
    """The text is not a tree; internal to the readers, which turn it into a finding."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass(slots=True)
class Tree:
    """A tree being read, with the positions of its parts and the problems met on the way."""

    root: Node = None
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def position(self, path: Path) -> Position | None:
        """Where a path stands: a text where it begins, anything else at its key; what is absent, at what should hold it."""
        whole = path
        while path and path not in self.values and path not in self.keys:
            path = path[:-1]
        node = self._node(path)
        if path == whole and path in self.values and (isinstance(node, str) or path not in self.keys):
            return self.values[path]
        return self.keys.get(path, self.values.get(path))

    def key_position(self, path: Path) -> Position | None:
        """Where the key of a path stands."""
        return self.keys.get(path) or self.position(path)

    def _node(self, path: Path) -> Node:
        node = self.root
        for step in path:
            if isinstance(node, dict) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int):
                node = node[step]
            else:
                return None
        return node


def shown(value: object) -> str:
    """Show a value in a message: quoted, its invisible characters escaped, cut where it is long."""
    text = value if isinstance(value, str) else str(value)
    told = repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")
    return "".join(ascii(char)[1:-1] if unicodedata.category(char) in _SILENT_CATEGORIES else char for char in told)


def full_width(text: str) -> str:
    """Say that a text holds full-width punctuation, which looks like the plain one and is not; empty if it does not."""
    found = [char for char in _FULL_WIDTH if char in text]
    told = ", ".join(f"{char!r} (U+{ord(char):04X}) is not {_FULL_WIDTH[char]!r}" for char in found[:3])
    return f"; {told}" if told else ""


class Lines:
    """The lines of a text, to turn offsets into positions."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """Give line and character of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def again(second: Position) -> str:
    """Give the path step below a key that is written again: its value is read for its own problems, then left out."""
    return f"(again, line {second[0]})"


def written_twice(path: Path, first: Position, second: Position) -> Problem:
    """Name both places of a key that is written twice in one mapping."""
    return Problem(
        path,
        "duplicate_key",
        f"the key {shown(path[-1])} is written twice, in line {first[0]} and in line {second[0]}; "
        "allowed: each key once; next: remove one of them",
        second,
    )


def too_deep(position: Position | None) -> UnreadableError:
    """Refuse a nesting beyond the limit."""
    return UnreadableError(
        Problem(
            (), "too_deep", f"it is nested more than {MAX_DEPTH} levels deep; allowed: at most {MAX_DEPTH}", position
        )
    )


def whole_characters(text: str, position: Position) -> str:
    """Give the text back; refuse one with half a surrogate pair in it, which is no character and cannot be written."""
    half = _HALF_CHARACTER.search(text)
    if half:
        told = f"U+{ord(half.group()):04X} is half a character; allowed: whole characters"
        raise UnreadableError(Problem((), "encoding", told, position))
    return text


def no_value(path: Path) -> Problem:
    """Refuse a key or a list place that has no value."""
    digits = str(path[-1]) if path and isinstance(path[-1], str) else ""
    told = "it has no value; allowed: a value, in quotes if the word null itself is meant"
    # in a flow mapping a thousands separator ends the value: {at: 1,000} is at 1 and a key 000
    hint = "write the number without a comma" if digits.isdecimal() else "write one, or leave the key out"
    return Problem(path, "no_value", f"{told}; next: {hint}")


def _guessed_encoding(data: bytes) -> str:
    """Say what a file that is not UTF-8 most likely is."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:200]:
        return "UTF-16 or UTF-32"
    try:
        text = data.decode("gbk")
    except UnicodeDecodeError:
        return "Latin-1 or Windows-1252"
    return "GBK" if _mostly_chinese(text) else "Latin-1 or Windows-1252"


def _mostly_chinese(letters: Iterable[str]) -> bool:
    high = [char for char in letters if ord(char) > 127]
    return 2 * sum("一" <= char <= "鿿" or char in "，。：；（）" for char in high) > len(high)


def decoded(data: bytes) -> str:
    """Turn the bytes of a file into text: UTF-8, with or without a byte order mark, and nothing else."""
    offset = data.find(b"\0")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        # Python counts from behind the mark it has dropped
        offset = refused.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        told = f"byte 0x{data[offset]:02X} at offset {offset} is not UTF-8; it looks like {_guessed_encoding(data)}"
    else:
        if offset < 0:
            return text
        told = f"byte 0x00 at offset {offset} is no text; it looks like {_guessed_encoding(data)}"
    raise UnreadableError(
        Problem(
            (), "encoding", f"{told}; allowed: UTF-8, with or without a byte order mark; next: save the file as UTF-8"
        )
    )
