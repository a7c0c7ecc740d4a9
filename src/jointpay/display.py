"""How values show themselves: tables in a notebook, and one line of text everywhere else.

Whatever stands in a cell was written by strangers: it is escaped, and characters that cannot be seen are written out.
Nothing here needs a library, and no table is longer than a screen.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from html import escape

__all__ = ["cell_text", "counted", "html_note", "html_table", "shown_rows", "visible"]

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_HEAD, _TAIL = 14, 6
_LONGEST = 400
_BORDER = "border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0.25em 0"
_CELL = "padding: 0.15em 0.6em; vertical-align: top; text-align: {side}"


def visible(text: str) -> str:
    r"""Write control, invisible and direction-changing characters as escapes, so that text cannot pose as other text.

    >>> visible("An\u202eLi\n")
    'An\\u202eLi\\n'
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _INVISIBLE else char for char in text
    )


def cell_text(value: object) -> str:
    """Write a value as HTML text: escaped, nothing invisible in it, and cut after 400 characters.

    >>> cell_text("<b>"), cell_text(None)
    ('&lt;b&gt;', '')
    """
    text = "" if value is None else visible(str(value))
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def counted(number: int, what: str) -> str:
    """Write a number of things; the plural has an s.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def shown_rows(count: int) -> list[int | None]:
    """Give the rows of a table that are shown: all of few, else the first and the last, None standing for the rest.

    >>> shown_rows(3), len(shown_rows(1000))
    ([0, 1, 2], 21)
    """
    if count <= _HEAD + _TAIL:
        return list(range(count))
    return [*range(_HEAD), None, *range(count - _TAIL, count)]


def html_note(text: str) -> str:
    """Write a paragraph."""
    return f"<p>{cell_text(text)}</p>"


def html_table(
    heads: Sequence[str],
    count: int,
    row: Callable[[int], Iterable[object]],
    *,
    caption: str,
    right: Collection[str] = (),
    foot: Sequence[object] = (),
) -> str:
    """Write a table of `count` rows; `row` gives the cells of one of them and is asked only for those that are shown.

    Columns named in `right` hold numbers and are set flush right; `foot` is a last row, such as a sum. No rows give
    the heads alone.
    """
    sides = ["right" if head in right else "left" for head in heads]
    top = "".join(
        f'<th scope="col" style="{_CELL.format(side=side)}">{cell_text(head)}</th>'
        for head, side in zip(heads, sides, strict=True)
    )

    def line(cells: Iterable[object], tag: str = "td") -> str:
        written = (
            f'<{tag} style="{_CELL.format(side=side)}">{cell_text(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )
        return f"<tr>{''.join(written)}</tr>"

    more = f"… {counted(count - _HEAD - _TAIL, 'more row')}"
    rest = f'<tr><td colspan="{len(heads)}" style="{_CELL.format(side="left")}">{cell_text(more)}</td></tr>'
    body = "".join(rest if place is None else line(row(place)) for place in shown_rows(count))
    end = f"<tfoot>{line(foot, 'th')}</tfoot>" if foot else ""
    told = f'<caption style="text-align: left">{cell_text(caption)}</caption>'
    return f'<table style="{_BORDER}">{told}<thead><tr>{top}</tr></thead><tbody>{body}</tbody>{end}</table>'
