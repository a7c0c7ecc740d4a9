"""TOML into a tree: the standard library judges the syntax, a second walk finds positions and the text of numbers."""

import re
import tomllib

from jointpay.plan.tree import (
    MAX_DEPTH,
    Lines,
    Node,
    Path,
    Problem,
    Tree,
    UnreadableError,
    full_width,
    too_deep,
)

__all__ = ["toml_tree"]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|' r"'''.*?'{3,5}(?!')|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'", re.DOTALL
)
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]+")
_LONG_DOTTED_KEY = re.compile(r"""(?<![A-Za-z0-9_"'-])(?:[A-Za-z0-9_"'-]++[ \t]*+\.[ \t]*+){64}""")
_WHERE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


class _Walker:
    """Follows a text whose syntax is known to be right; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.at = 0
        self.tree = Tree()
        self.source: dict[Path, str] = {}
        self.rows: dict[Path, int] = {}

    def skip(self) -> str:
        """Skip white space and comments and give the next character; empty at the end."""
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def string(self) -> str:
        """Skip a quoted string and give it as it stands, quotes included."""
        found = _STRING.match(self.text, self.at)
        if found is None:  # pragma: no cover
            raise AssertionError(self.at)
        self.at = found.end()
        return found.group()

    def key(self) -> list[str]:
        """Take a key with its dots."""
        parts = []
        while True:
            if self.skip() in {'"', "'"}:
                parts.append(str(tomllib.loads(f"key = {self.string()}")["key"]))
            else:
                bare = _BARE_KEY.match(self.text, self.at)
                if bare is None:  # pragma: no cover
                    raise AssertionError(self.at)
                parts.append(bare.group())
                self.at = bare.end()
            if self.skip() != ".":
                return parts
            self.at += 1

    def note(self, path: Path, start: int) -> None:
        """Say where a key stands, and the tables it opens on the way."""
        place = self.lines.position(start)
        for length in range(1, len(path) + 1):
            self.tree.keys.setdefault(path[:length], place)

    def walk(self) -> None:
        table: Path = ()
        self.tree.values[table] = (1, 1)
        while char := self.skip():
            start = self.at
            if char == "[":
                table = self.header()
                self.note(table, start)
            else:
                self.pair(table)

    def header(self) -> Path:
        rows = self.text.startswith("[[", self.at)
        self.at += 2 if rows else 1
        parts = self.key()
        self.at += 2 if rows else 1
        path: Path = ()
        for part in parts[:-1]:
            path = self.row((*path, part))
        path = (*path, parts[-1])
        if rows:
            self.rows[path] = self.rows.get(path, -1) + 1
            return self.row(path)
        return path

    def row(self, path: Path) -> Path:
        """Step into the last row where a path is an array of tables."""
        return (*path, self.rows[path]) if path in self.rows else path

    def pair(self, table: Path) -> None:
        start = self.at
        path: Path = (*table, *self.key())
        self.note(path, start)
        self.at += 1  # the sign =
        self.value(path)

    def value(self, path: Path) -> None:
        char = self.skip()
        self.tree.values[path] = self.lines.position(self.at)
        if char in {'"', "'"}:
            self.string()
        elif char == "[":
            self.at += 1
            place = 0
            while self.skip() != "]":
                self.value((*path, place))
                place += 1
                self.at += self.skip() == ","
            self.at += 1
        elif char == "{":
            self.at += 1
            while self.skip() != "}":
                self.pair(path)
                self.at += self.skip() == ","
            self.at += 1
        else:
            bare = _BARE_VALUE.match(self.text, self.at)
            if bare is None:  # pragma: no cover
                raise AssertionError(self.at)
            self.source[path] = bare.group().rstrip()
            self.at = bare.end()


def _as_text(value: object, path: Path, source: dict[Path, str]) -> Node:
    """Turn the standard library's values into text: numbers and dates exactly as they were written."""
    if len(path) > MAX_DEPTH:
        raise too_deep(None)
    match value:
        case dict():
            return {key: _as_text(inner, (*path, key), source) for key, inner in value.items()}
        case list():
            return [_as_text(inner, (*path, place), source) for place, inner in enumerate(value)]
        case str():
            return value
        case _:
            return source[path]


def _syntax(text: str, refused: tomllib.TOMLDecodeError) -> UnreadableError:
    found = _WHERE.fullmatch(str(refused))
    told = found.group(1) if found else str(refused)
    lines = text.splitlines()
    line, char = (int(found.group(2)), int(found.group(3))) if found and found.group(2) else (max(len(lines), 1), 1)
    near = "".join(lines[line - 1 : line])
    return UnreadableError(Problem((), "syntax", f"this is not TOML: {told}{full_width(near)}", (line, char)))


def toml_tree(text: str) -> Tree:
    """Read TOML.

    Raises `UnreadableError` for what has no tree: bad syntax (duplicate keys are bad syntax in TOML), nesting beyond
    the limit.
    """
    dotted = _LONG_DOTTED_KEY.search(text)
    if dotted:  # before the standard library sees it: its work grows with the square of the dots
        raise too_deep(Lines(text).position(dotted.start()))
    try:
        # a float never exists: it stays the text it was; whole numbers are taken from the text below
        parsed = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as refused:
        raise _syntax(text, refused) from None
    except RecursionError:
        raise too_deep(None) from None
    except ValueError:  # Python refuses to read whole numbers of thousands of digits
        told = "it holds a number of thousands of digits; allowed: at most 18 before the point and 12 after it"
        raise UnreadableError(Problem((), "number", told)) from None
    walker = _Walker(text)
    # the standard library reads \r\n as \n; positions do not change by that
    walker.walk()
    walker.tree.root = _as_text(parsed, (), walker.source)
    return walker.tree
