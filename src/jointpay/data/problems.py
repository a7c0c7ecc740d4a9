"""How a problem shows the cell it is about, and how many problems are told."""

__all__ = ["MOST_TOLD", "shown"]

MOST_TOLD = 1000
"""Problems told one by one; the rest are counted."""
_SHOWN_CHARACTERS = 60
_SHOWN_BITS = 200


def shown(cell: object) -> str:
    r"""Write a cell as its repr; long ones are cut.

    >>> shown("12\u00a0")
    "'12\\xa0'"
    """
    if isinstance(cell, str):
        if len(cell) <= _SHOWN_CHARACTERS:
            return repr(cell)
        return f"{cell[:_SHOWN_CHARACTERS]!r}... ({len(cell)} characters)"
    if isinstance(cell, int) and cell.bit_length() > _SHOWN_BITS:
        return f"a whole number of {cell.bit_length()} bits"
    try:
        return repr(cell)[: 2 * _SHOWN_CHARACTERS]
    except ValueError:  # Python writes no whole numbers of thousands of digits, wherever they hide
        return f"a value of type {type(cell).__name__}"
