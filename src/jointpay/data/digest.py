"""Digests of content: every part with its length, so that no two contents are written alike."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ContentDigest"]

_AT_ONCE = 1 << 18
"""Texts written into one piece of memory before they are digested."""


class ContentDigest:
    """A sha256 over texts and whole numbers.

    A text is written as its length in UTF-8 (8 bytes, least first) and its bytes; an array of whole numbers as its
    length and 8 bytes each, least first. `kind` names what is digested and the version of how.
    """

    def __init__(self, kind: str) -> None:
        self._hash = hashlib.sha256()
        self.texts([kind])

    def texts(self, texts: Iterable[str]) -> None:
        """Add the number of texts and each of them."""
        listed = list(texts)
        self._hash.update(len(listed).to_bytes(8, "little"))
        for start in range(0, len(listed), _AT_ONCE):
            self._hash.update(_written(listed[start : start + _AT_ONCE]))

    def coded_texts(self, ids: Sequence[str], codes: NDArray[np.integer]) -> None:
        """Add the texts `ids[code]` of many codes, as `texts` would; each distinct text is written once."""
        written = [text.encode("utf-8", "surrogatepass") for text in ids]
        parts = [len(text).to_bytes(8, "little") + text for text in written]
        self._hash.update(len(codes).to_bytes(8, "little"))
        for start in range(0, len(codes), _AT_ONCE):
            self._hash.update(b"".join(map(parts.__getitem__, codes[start : start + _AT_ONCE].tolist())))

    def numbers(self, numbers: Iterable[int] | NDArray[np.integer]) -> None:
        """Add the number of whole numbers and each of them; each fits 64 bits."""
        array = np.asarray(numbers if isinstance(numbers, np.ndarray) else list(numbers), dtype="<i8")
        self._hash.update(len(array).to_bytes(8, "little"))
        self._hash.update(np.ascontiguousarray(array).data)

    def hexdigest(self) -> str:
        """Give the digest in hexadecimal."""
        return self._hash.hexdigest()


def _written(texts: Sequence[str]) -> bytes | memoryview:
    """Write texts, each after its length."""
    joined = "".join(texts)
    if not joined.isascii():
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return b"".join(len(text).to_bytes(8, "little") + text for text in encoded)
    # One place for each byte: those of the lengths are told from those of the texts, and both are filled at once.
    lengths = np.fromiter(map(len, texts), dtype="<i8", count=len(texts))
    found = np.empty(len(joined) + 8 * len(texts), dtype=np.uint8)
    begins = np.cumsum(lengths + 8) - lengths - 8
    is_length = np.zeros(found.size, dtype=np.bool_)
    is_length[(begins[:, None] + np.arange(8)).ravel()] = True
    found[is_length] = lengths.view(np.uint8)
    found[~is_length] = np.frombuffer(joined.encode("ascii"), dtype=np.uint8)
    return found.data
