"""YAML into a tree: straight from the parser's events, so that no tag, anchor or alias is ever resolved."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

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

__all__ = ["yaml_tree"]

_Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
_LOADER: _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet; `key` waits for its value.

    The value of a key that is written `again` is read for its own problems and then left out.
    """

    node: list[Node] | dict[str, Node]
    path: Path
    flow: bool
    key: str | None = None
    again: str = ""


def _begins(event: yaml.Event) -> Position:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _events(text: str, loader: _Loader) -> Iterator[yaml.Event]:
    """Give the parser's events; what it refuses becomes a problem with a line."""
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as refused:
        mark = refused.problem_mark or refused.context_mark
        line, char = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if "nesting depth" in str(refused.problem):
            # The scanner runs ahead of its events, and newer ones stop at a depth of their own before ours is reached.
            raise too_deep((line, char)) from None
        lines = text.splitlines()
        near = "".join(lines[max(line - 2, 0) : line])
        context = f" {refused.context}" if refused.context else ""
        tab = "; a tab cannot indent, use spaces" if "\t" in near else ""
        told = f"this is not YAML: {refused.problem}{context}{full_width(near)}{_before(lines, line)}{tab}"
        raise UnreadableError(Problem((), "syntax", told, (line, char))) from None
    except yaml.reader.ReaderError as refused:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        offset = found.start() if found else 0
        told = f"this is not YAML: U+{ord(text[offset]):04X} is no character of a text ({refused.reason})"
        raise UnreadableError(Problem((), "syntax", told, Lines(text).position(offset))) from None


def _before(lines: list[str], line: int) -> str:
    """Say that the full-width punctuation stands on the line before: there it joined two lines into one text."""
    here, before = "".join(lines[line - 1 : line]), "".join(lines[max(line - 2, 0) : line - 1])
    return f" (in line {line - 1})" if full_width(before) and not full_width(here) else ""


class _Builder:
    """Builds the tree from the events, one by one."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.open: list[_Open] = []
        self.documents = 0

    def refuse(self, event: yaml.Event, feature: str, path: Path) -> None:
        self.tree.problems.append(
            Problem(
                path,
                "yaml_feature",
                f"{feature}; allowed: plain mappings, lists and text; next: write the value out",
                _begins(event),
            )
        )

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    told = "a second document begins; allowed: one document in a file; next: remove the line ---"
                    raise UnreadableError(Problem((), "yaml_feature", told, _begins(event)))
                if event.tags:
                    self.refuse(event, "a %TAG directive", ())
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                path = self._key_or_path(event)
                self.refuse(event, f"the alias *{event.anchor}", path)
                self._put(path, None, _begins(event))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()
            case _:
                pass  # the events of stream and document ends say nothing

    def _key_or_path(self, event: yaml.Event) -> Path:
        """Give the path at which the event's value belongs; a value in the place of a key is refused outright."""
        if not self.open:
            return ()
        holder = self.open[-1]
        if isinstance(holder.node, list):
            return (*holder.path, len(holder.node))
        if holder.key is None:
            told = "a key is not plain text; allowed: text as a key"
            raise UnreadableError(Problem(holder.path, "yaml_feature", told, _begins(event)))
        return (*holder.path, holder.key, holder.again) if holder.again else (*holder.path, holder.key)

    def _put(self, path: Path, node: Node, position: Position) -> None:
        if not self.open:
            self.tree.root = node
            self.tree.values[()] = position
            return
        holder = self.open[-1]
        if isinstance(holder.node, list):
            holder.node.append(node)
        else:
            if not holder.again:
                holder.node[str(path[-1])] = node
            holder.key, holder.again = None, ""
        self.tree.values[path] = position

    def _plain_features(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: Path) -> None:
        if event.tag is not None:
            self.refuse(event, f"the tag {shown(event.tag)}", path)
        if event.anchor is not None:
            self.refuse(event, f"the anchor &{event.anchor}", path)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise too_deep(_begins(event))
        path = self._key_or_path(event)
        self._plain_features(event, path)
        node: list[Node] | dict[str, Node] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(path, node, _begins(event))
        self.open.append(_Open(node, path, bool(event.flow_style)))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        whole_characters(event.value, _begins(event))
        holder = self.open[-1] if self.open else None
        plain = event.style in {None, ""} and event.implicit[0]
        if holder is not None and isinstance(holder.node, dict) and holder.key is None:
            self._key(event, holder, plain=plain)
            return
        path = self._key_or_path(event)
        self._plain_features(event, path)
        text: str | None = event.value
        if plain and event.value in _NULLS:
            text = None
            self.tree.problems.append(no_value(path))
        elif plain and holder is not None and holder.flow and full_width(event.value):
            told = (
                f"{shown(event.value)} is one text{full_width(event.value)}; next: write it in quotes if it is meant so"
            )
            self.tree.problems.append(Problem(path, "full_width", told))
        self._put(path, text, _begins(event))

    def _key(self, event: yaml.ScalarEvent, holder: _Open, *, plain: bool) -> None:
        path = (*holder.path, event.value)
        self._plain_features(event, path)
        if plain and event.value == "<<":
            self.refuse(event, "the merge key <<", path)
        holder.key = event.value
        if path in self.tree.keys:
            self.tree.problems.append(written_twice(path, self.tree.keys[path], _begins(event)))
            holder.again = again(_begins(event))
        else:
            self.tree.keys[path] = _begins(event)


def yaml_tree(text: str, *, loader: _Loader = _LOADER) -> Tree:
    """Read YAML; duplicate keys, tags, anchors, aliases, merge keys and missing values become problems of the tree.

    Raises `UnreadableError` for what has no tree: bad syntax, a second document, nesting beyond the limit.
    """
    builder = _Builder()
    for event in _events(text, loader):
        builder.take(event)
    return builder.tree
