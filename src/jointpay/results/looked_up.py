"""Finding something in a result by its id, and saying what was most likely meant where it is not there."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from jointpay.errors import MismatchError
from jointpay.money.number import shown

__all__ = ["looked_up", "looked_up_payee"]

_NAMED = 10


def looked_up(wanted: str, known: Sequence[str], what: str, *, names: Mapping[str, str] | None = None) -> int:
    """Give the place of an id among the known ones; `names` are other words for them.

    Raises `MismatchError` where it is not among them, naming the nearest one and what there is.
    """
    if wanted in known:
        return known.index(wanted)
    text = str(wanted)
    nearest = (names or {}).get(text) or next(iter(get_close_matches(text, known, n=1)), "")
    meant = f"; did you mean {nearest!r}?" if nearest else ""
    listed = ", ".join(map(repr, known[:_NAMED])) + (f" and {len(known) - _NAMED} more" if len(known) > _NAMED else "")
    raise MismatchError(f"there is no {what} {shown(wanted)} in this result{meant}; {what}s in it: {listed or 'none'}")


def looked_up_payee(wanted: str, person_ids: Sequence[str], names: Sequence[str]) -> int:
    """Give the place of a payee; a name in place of an id is no id, but says which one was meant."""
    return looked_up(wanted, person_ids, "payee", names=dict(zip(names, person_ids, strict=True)))
