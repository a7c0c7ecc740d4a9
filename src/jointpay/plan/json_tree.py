"""JSON into a tree, with positions and with every number as the text that was written.

The standard library's reader keeps neither; it is asked for quoted texts only.
"""

import json
import re

from jointpay.plan.tree import (
    MAX_DEPTH,
    Lines,
    Node,
    Path,
    Position,
    Problem,
    Tree,
    UnreadableError,
    again,
    full_width,
    no_value,
    shown,
    too_deep,
    whole_characters,
    written_twice,
)

__all__ = ["json_tree"]

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_WORD = re.compile(r"-?[A-Za-z]+(?![0-9A-Za-z_.+-])")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')


class _Reader:
    """Reads one text from left to right; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tree = Tree()
        self.lines = Lines(text)

    def position(self, offset: int | None = None) -> Position:
        return self.lines.position(self.at if offset is None else offset)

    def refuse(self, expected: str) -> UnreadableError:
        position = self.position()
        found = shown(self.text[self.at : self.at + 10]) if self.at < len(self.text) else "the end of the file"
        line = self.text.splitlines()[position[0] - 1 : position[0]]
        hint = full_width("".join(line))
        told = f"this is not JSON: {found} stands where {expected} is wanted{hint}"
        return UnreadableError(Problem((), "syntax", told, position))

    def peek(self) -> str:
        """Skip white space and give the next character; empty at the end."""
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def take(self, wanted: str, expected: str) -> str:
        """Take one of the wanted characters, or refuse."""
        char = self.peek()
        if not char or char not in wanted:
            raise self.refuse(expected)
        self.at += 1
        return char

    def string(self) -> str:
        quoted = _STRING.match(self.text, self.at)
        if quoted is None:
            raise self.refuse("a text that ends in its line")
        try:
            text = whole_characters(str(json.loads(quoted.group())), self.position())
        except json.JSONDecodeError as refused:
            told = f"this is not JSON: {refused.msg.lower()}"
            raise UnreadableError(Problem((), "syntax", told, self.position(self.at + refused.pos))) from None
        self.at = quoted.end()
        return text

    def value(self, path: Path) -> Node:
        if len(path) > MAX_DEPTH:
            raise too_deep(self.position())
        char = self.peek()
        self.tree.values[path] = self.position()
        match char:
            case "{":
                return self.mapping(path)
            case "[":
                return self.listing(path)
            case '"':
                return self.string()
            case _:
                return self.bare(path)

    def bare(self, path: Path) -> str | None:
        """Read a number as its text, or a word of JSON."""
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return number.group()
        word = _WORD.match(self.text, self.at)
        match word.group() if word else None:
            case "true" | "false" as flag:
                found: str | None = flag
            case "null":
                self.tree.problems.append(no_value(path))
                found = None
            case "NaN" | "Infinity" | "-Infinity" as outside:
                told = f"{outside} is no number; allowed: a finite decimal number"
                self.tree.problems.append(Problem(path, "not_finite", told))
                found = None
            case _:
                raise self.refuse("a value")
        self.at = word.end() if word else self.at
        return found

    def listing(self, path: Path) -> list[Node]:
        self.at += 1
        found: list[Node] = []
        if self.peek() == "]":
            self.at += 1
            return found
        while True:
            found.append(self.value((*path, len(found))))
            if self.take(",]", "',' or ']'") == "]":
                return found

    def mapping(self, path: Path) -> dict[str, Node]:
        self.at += 1
        found: dict[str, Node] = {}
        if self.peek() == "}":
            self.at += 1
            return found
        while True:
            if self.peek() != '"':
                raise self.refuse("a key in quotes")
            place = self.position()
            key = self.string()
            inner = (*path, key)
            twice = key in found
            if twice:
                self.tree.problems.append(written_twice(inner, self.tree.keys[inner], place))
                inner = (*inner, again(place))
            self.tree.keys[inner] = place
            self.take(":", "':'")
            value = self.value(inner)
            if not twice:
                found[key] = value
            if self.take(",}", "',' or '}'") == "}":
                return found


def json_tree(text: str) -> Tree:
    """Read JSON; duplicate keys, nulls, NaN and infinities become problems of the tree.

    Raises `UnreadableError` for what has no tree: bad syntax, nesting beyond the limit.
    """
    reader = _Reader(text)
    if reader.peek():
        reader.tree.root = reader.value(())
        if reader.peek():
            raise reader.refuse("the end of the file")
    return reader.tree
