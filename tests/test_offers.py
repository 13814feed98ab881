"""What a hub offers: an entry that can't be is refused with a sentence, in whatever language."""

from typing import Any

import pytest

from terminal.arriving import KINDS, MOST
from terminal.domain.speech import Voice, retold, speaking
from terminal.offers import KIND_WORDS, Offer, Unusable, read_offer

OFFER = {
    "kind": "policy", "version": 4, "audience": "*", "name": "p.toml", "hash": "0" * 64, "bytes": 3, "parts": 1,
    "signature": None, "key": None, "at": "2026-11-23T06:00:00.000Z",
}  # fmt: skip


def test_an_offer_is_read() -> None:
    """One that can be is no sentence."""
    assert isinstance(read_offer(OFFER), Offer)
    assert set(KIND_WORDS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_calls_an_offer_by_its_kind_version_and_name(kind: str, brackets: Voice) -> None:
    """In the language of the reader; braces of the name stay what they are."""
    offer = Offer(kind, 3, "*", "a {b}.toml", "0" * 64, 1, 1, None, None, "")
    assert offer.named == f"{kind.capitalize()} 3 of the hub (a {{b}}.toml)"
    with speaking(brackets):
        assert retold(offer.named) == f"<{offer.named}>"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"parts": 2},
            f"The hub's policy 4 can't be: 3 bytes in 2 parts, and at most {MOST['policy']:,} bytes are taken.",
        ),
        ({"name": "a/b"}, "The hub's policy 4 has a name that no file has."),
        ({"at": "a\nb"}, "The hub's policy 4 says for whom or when it is in words that can't be."),
        (
            {"kind": "prices"},
            "The hub lists a publication that this version can't read: update this station, or the hub.",
        ),
    ],
)
def test_an_offer_that_can_not_be_is_told_in_the_language_of_the_reader(
    wrong: dict[str, Any], told: str, brackets: Voice
) -> None:
    """English by itself; the kind is a word, numbers stay."""
    found = read_offer(OFFER | wrong)
    assert isinstance(found, Unusable)
    assert found.sentence == told
    with speaking(brackets):
        said = retold(found.sentence)
    assert said.replace("<", "").replace(">", "") == told
    assert said.startswith("<")
    assert ("<<The hub's <policy> 4>" in said) == ("policy" in told)
