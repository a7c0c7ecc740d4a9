"""Labels are told their places among others, alike or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.data.places import places_of

labels = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7).map(lambda found: tuple(sorted(found)))


@given(labels, labels)
def test_every_label_is_told_its_place(mine: tuple[str, ...], known: tuple[str, ...]) -> None:
    assert places_of(mine, known).tolist() == [known.index(label) if label in known else -1 for label in mine]
    assert places_of(known, known).tolist() == list(range(len(known)))


@pytest.mark.parametrize(("mine", "known"), [((), ("a",)), (("a",), ()), ((), ())])
def test_no_labels_have_no_places(mine: tuple[str, ...], known: tuple[str, ...]) -> None:
    assert places_of(mine, known).tolist() == [-1] * len(mine)
