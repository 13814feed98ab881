"""What is on a label: the number as it is or not at all, every other text harmless."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.card import Card
from labels.glyphs import MARK
from labels.tag import LONGEST_TEXT, BadTag, Tag

MakeTag = Callable[..., Tag]


@pytest.mark.parametrize(
    "lpn", ["", "x" * 49, "a\x1bc", "tab\t", "\x7f", "ä", "\u202e", "\ud800", None, 7, b"AB"]
)
def test_a_number_that_is_no_barcode_is_refused_and_shown_safely(make_tag: MakeTag, lpn: Any) -> None:
    """The message says which field, what it was and what is allowed, in printable ASCII."""
    with pytest.raises(BadTag) as refused:
        make_tag(lpn=lpn)
    assert refused.value.field == "lpn"
    assert refused.value.allowed == "1 to 48 printable ASCII characters"
    message = str(refused.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 200


@pytest.mark.parametrize("lpn", ["B", "x" * 48, " ", "a b", "^XA~JA_5E\\,", ">8>:>;"])
def test_every_printable_number_is_kept_as_it_is(make_tag: MakeTag, lpn: str) -> None:
    """Even one that looks like printer commands."""
    assert make_tag(lpn=lpn).lpn == lpn


def test_a_hostile_text_is_made_harmless_and_capped(make_tag: MakeTag, hostile: str) -> None:
    """Every field, for every payload."""
    for field, longest in LONGEST_TEXT.items():
        text = getattr(make_tag(**{field: hostile}), field)
        assert len(text) <= longest
        assert not [char for char in text if unicodedata.category(char)[0] == "C"]
        text.encode()


def test_an_unprintable_character_leaves_a_visible_mark(make_tag: MakeTag) -> None:
    """Line ends are spaces; nothing disappears without a trace."""
    assert make_tag(title="a\x1b\u202e\u200bb").title == f"a{MARK * 3}b"
    assert make_tag(title="one\r\ntwo\tthree").title == "one  two three"


def test_a_cut_text_says_that_it_is_cut(make_tag: MakeTag) -> None:
    """Three full stops at the cap."""
    assert make_tag(title="x" * 201).title == "x" * 197 + "..."
    assert make_tag(title="x" * 200).title == "x" * 200


@pytest.mark.parametrize("field", [*LONGEST_TEXT])
@pytest.mark.parametrize("value", [None, 5, b"x", ["x"]])
def test_a_field_that_is_no_text_is_refused_by_name(make_tag: MakeTag, field: str, value: Any) -> None:
    """A missing value must not print as None."""
    with pytest.raises(BadTag, match=f"label's {field} is .*; allowed is text"):
        make_tag(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"), [("copy", 0), ("copy", 1000), ("copy", True), ("copy", "2"), ("faults", "x")]
)
def test_a_wrong_copy_or_list_is_refused(make_tag: MakeTag, field: str, value: Any) -> None:
    """Neither is guessed from something similar."""
    with pytest.raises(BadTag, match=f"label's {field} is {value!r}"):
        make_tag(**{field: value})


anything = st.text(max_size=300)
tags = st.builds(
    Tag,
    lpn=st.text("".join(map(chr, range(0x20, 0x7F))), min_size=1, max_size=48),
    grade=anything,
    channel=anything,
    title=anything,
    sku=anything,
    tote=anything,
    date=anything,
    station=anything,
    copy=st.integers(1, 999),
    faults=st.lists(anything, max_size=20).map(tuple),
    waste_code=anything,
    reason=anything,
    gtin=anything,
    serial=anything,
    operator=anything,
)


@settings(deadline=None)
@given(tags)
def test_a_tag_survives_json(tag: Tag) -> None:
    """A print job can be kept and printed after a restart."""
    kept = json.dumps(tag.to_json())
    assert Tag.from_json(json.loads(kept)) == tag


def test_kept_tags_are_flat(make_tag: MakeTag) -> None:
    """Texts, whole numbers and one list of texts."""
    kept = make_tag(copy=3, faults=("a", "b")).to_json()
    assert kept.pop("faults") == ["a", "b"]
    assert all(isinstance(value, (str, int)) for value in kept.values())
    assert kept["copy"] == 3


def test_a_kept_tag_with_a_missing_unknown_or_wrong_field_is_refused(make_tag: MakeTag) -> None:
    """By name, so that a damaged job can be found."""
    kept = make_tag().to_json()
    with pytest.raises(BadTag, match="sku is None; allowed is text: it is missing"):
        Tag.from_json({name: value for name, value in kept.items() if name != "sku"})
    with pytest.raises(BadTag, match="colour"):
        Tag.from_json({**kept, "colour": "red"})
    with pytest.raises(BadTag, match="label's title is 7"):
        Tag.from_json({**kept, "title": 7})


def test_what_has_a_default_may_be_missing_from_a_kept_tag(make_tag: MakeTag) -> None:
    """A job that was kept before there were faults and waste codes is printed."""
    kept = make_tag().to_json()
    for name in ("copy", "faults", "waste_code", "reason", "gtin", "serial", "operator"):
        del kept[name]
    assert Tag.from_json(kept) == make_tag()
    assert Tag.from_json({**kept, "loud": True}) == make_tag()


def test_more_faults_than_a_tag_keeps_are_counted(make_tag: MakeTag) -> None:
    """None is lost without a word."""
    tag = make_tag(faults=tuple(f"fault {number}" for number in range(20)))
    assert len(tag.faults) == 12
    assert tag.faults[-1] == "+ 9 more"


def test_the_words_of_a_tag_are_its_fields_and_its_code(make_tag: MakeTag) -> None:
    """A first label has no copy number in words."""
    words = make_tag(faults=("cracked",)).words()
    assert words["code"] == words["lpn"] == "BBBHBBBCDK"
    assert words["copy"] == ""
    assert words["faults"] == ("cracked",)
    assert make_tag(copy=2).words()["copy"] == "2"


@pytest.mark.parametrize("given", [{"kind": "shelf"}, {"code": ""}, {"code": "ä"}, {"title": None}])
def test_a_card_is_checked_as_a_tag_is(given: dict[str, Any]) -> None:
    """By field, safely shown."""
    with pytest.raises(BadTag, match=f"label's {next(iter(given))} is"):
        Card(**{"kind": "tote", "code": "T-1", "title": "Outlet", **given})
    card = Card("tote", "T-1", "a\x1bb", "x" * 500)
    assert card.words()["title"] == f"a{MARK}b"
    assert len(str(card.words()["subtitle"])) == 120
