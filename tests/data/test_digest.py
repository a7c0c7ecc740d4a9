"""A digest is that of the parts as they are described, one after the other, however they are written at once."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.data import digest as module
from jointpay.data.digest import ContentDigest

TEXTS = st.lists(st.one_of(st.text(alphabet="ab0\n\0", max_size=4), st.text(max_size=3)), max_size=7)


def described(*lists: list[str]) -> str:
    parts = []
    for texts in (["kind 1"], *lists):
        parts.append(len(texts).to_bytes(8, "little"))
        for text in texts:
            written = text.encode("utf-8", "surrogatepass")
            parts += (len(written).to_bytes(8, "little"), written)
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize("at_once", [1, 3, 1 << 18])
@given(TEXTS)
def test_texts_are_digested_one_after_the_other_each_after_its_length(at_once: int, texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        plain, coded = ContentDigest("kind 1"), ContentDigest("kind 1")
        plain.texts(texts)
        coded.coded_texts(texts, np.arange(len(texts)))
    assert plain.hexdigest() == coded.hexdigest() == described(texts)


def test_the_same_letters_in_other_texts_have_another_digest() -> None:
    made = ContentDigest("kind 1")
    made.texts(["ab", ""])
    made.texts([])
    assert made.hexdigest() == described(["ab", ""], [])
    assert made.hexdigest() not in {described(["a", "b"], []), described(["ab"], [""]), described(["ab", ""])}


def test_numbers_are_digested_as_eight_bytes_each() -> None:
    one, other = ContentDigest("kind 1"), ContentDigest("kind 1")
    one.numbers([1, -(2**63), 2**63 - 1])
    other.numbers(np.array([1, -(2**63), 2**63 - 1]))
    small = ContentDigest("kind 1")
    small.numbers(np.array([7, 7, 1], np.int32)[::2])
    assert one.hexdigest() == other.hexdigest()
    parts = (6).to_bytes(8, "little") + b"kind 1" + (2).to_bytes(8, "little")
    parts += (7).to_bytes(8, "little") + (1).to_bytes(8, "little")
    assert small.hexdigest() == hashlib.sha256((1).to_bytes(8, "little") + parts).hexdigest()
