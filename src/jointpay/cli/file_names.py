"""File names made of ids and labels of strangers, safe on every file system."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence

__all__ = ["file_names"]

_BYTES_AT_MOST = 100
"""Bytes of a label in UTF-8 that are kept: the whole name stays below the 255 that file systems take."""
_DIGITS = 8


def file_names(labels: Sequence[str], *, before: str, ending: str) -> dict[str, str]:
    """Give every label a file name of its own: `before`, the label made safe, `ending`.

    Letters, digits, `-` and `_` are kept, in whatever script; everything else becomes `_`, so that there is no path, no
    dot, no space and nothing invisible in a name. A label that had to be changed, or that another equals but for upper
    and lower case, is followed by the first digits of its sha256. `before` is not empty, which keeps names apart from
    those that a system reserves. The same label gets the same name in whatever order they come.

    >>> file_names(["blue", "a/b"], before="dashboard-", ending=".html")
    {'blue': 'dashboard-blue.html', 'a/b': 'dashboard-a_b-c14cddc0.html'}
    """
    kept = {label: _safe(label) for label in labels}
    alike = Counter(_folded(name) for name in kept.values())
    names = {
        label: name if name == label and alike[_folded(name)] == 1 else f"{name}-{_digest(label, _DIGITS)}"
        for label, name in kept.items()
    }
    taken = Counter(_folded(name) for name in names.values())
    return {
        label: before + (name if taken[_folded(name)] == 1 else _digest(label, 64)) + ending
        for label, name in names.items()
    }


def _safe(label: str) -> str:
    composed = unicodedata.normalize("NFC", label)
    written = "".join(letter if letter in "-_" or letter.isalnum() else "_" for letter in composed) or "_"
    return written.encode()[:_BYTES_AT_MOST].decode(errors="ignore")


def _folded(name: str) -> str:
    """Bring together what a file system may take for the same name."""
    return unicodedata.normalize("NFKC", name.casefold()).casefold()


def _digest(label: str, digits: int) -> str:
    return hashlib.sha256(label.encode(errors="surrogatepass")).hexdigest()[:digits]
