"""Why a label can't be printed can be said in any language."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from labels import linear
from labels.design import Designs, NoDesign
from labels.layout import DoesNotFit, lay_out
from labels.lines import Area
from labels.said import Said
from labels.stock import find
from labels.symbols import place_bars, place_qr
from labels.tag import BadTag, Tag
from terminal.domain.speech import told_by

TAG = Tag("LPN-1", "B", "outlet", "Kettle", "SKU-1", "OUT 1", "2026-11-23", "BENCH 1")


Refused = Callable[[type[Exception], Callable[[], object]], tuple[str, str]]


@pytest.fixture
def refused(in_brackets: Callable[[str], str]) -> Refused:
    """What the error says that something raises, in English and in another language."""

    def told(kind: type[Exception], try_it: Callable[[], object]) -> tuple[str, str]:
        with pytest.raises(kind) as caught:
            try_it()
        return str(caught.value), in_brackets(told_by(caught.value))

    return told


def test_a_barcode_that_is_too_wide_is_told_with_its_way_out(refused: Refused) -> None:
    """Other labels, a shorter number, both, or neither; what stands in the barcode is no part of the sentence."""
    small = find("57x32mm", 203)
    long, most = "{x} a long LPN of a bench", "a number of at most 15 characters (30 digits)"
    english, other = refused(DoesNotFit, lambda: place_bars(long, Area(0, 5, 57, 10), small))
    assert english.startswith(f"the barcode '{long}' needs ")
    assert english.endswith(f" mm: use label 4x6in, or {most}")
    assert other.startswith(f"<the barcode '{long}' needs ")
    assert other.endswith(f" mm: use <<label 4x6in>, or <{most}>>>")
    narrow, said = refused(DoesNotFit, lambda: place_bars("A", Area(0, 5, 5, 10), small))
    assert narrow.endswith("label 57x32mm has 5.0 mm: use a wider label")
    assert said.endswith("label 57x32mm has 5.0 mm: use <a wider label>>")
    tiny = find("10x10mm", 300)
    names, told = refused(DoesNotFit, lambda: place_bars("A", Area(0, 2, 10, 5), tiny))
    assert names.endswith("use label 4x6in or 2x1in or 57x32mm")
    assert told.endswith("use <label <<4x6in or 2x1in> or 57x32mm>>>")


def test_a_square_symbol_that_does_not_fit_is_told_with_its_sizes(refused: Refused) -> None:
    """Too much in it, or too small a place."""
    stock = find("57x32mm", 203)
    _, much = refused(DoesNotFit, lambda: place_qr("x" * 4000, 1, 1, 20, "H", stock))
    assert much == "<4000 bytes are more than a QR code of level H can hold>"
    _, small = refused(DoesNotFit, lambda: place_qr("x" * 30, 1, 1, 5, "M", stock))
    assert small.startswith("<the QR code has 29 x 29 modules and needs ")
    assert small.endswith("its place has 5 mm: say less in it, or give it a larger size>")


def test_a_label_of_another_size_is_told_with_both(designs: Designs, refused: Refused) -> None:
    """A design for another label, and no design at all."""
    design = designs.choose("4x6in", "outlet")
    english, other = refused(DoesNotFit, lambda: lay_out(TAG, find("2x1in", 203), design))
    assert english == (
        f"the design {design.name} is for 4x6in at 203 dpi, in the printer is 2x1in at 203 dpi"
    )
    assert other == f"<{english}>"
    english, other = refused(NoDesign, lambda: designs.choose("{1}x2", "outlet"))
    assert english.startswith(
        "no label design for the channel 'outlet' of the size '{1}x2'; there are designs for "
    )
    assert other == f"<{english}>"
    with pytest.raises(
        NoDesign, match="no label design for a 'sofa' of the size '4x6in'; there are designs for"
    ):
        designs.card("4x6in", "sofa")


def test_letters_that_no_barcode_has_are_told(refused: Refused) -> None:
    """As they may safely be shown."""
    english, other = refused(linear.NotEncodable, lambda: linear.encode("{ż}"))
    assert english.startswith("a barcode can't hold '{\\u017c}': expected printable ASCII")
    assert other == f"<{english}>"


def test_what_a_label_may_not_say_is_told_with_what_it_may(refused: Refused) -> None:
    """The field's key and its value stay; what is allowed is a phrase of ours."""
    english, other = refused(BadTag, lambda: replace(TAG, copy=0))
    assert english == "the label's copy is 0; allowed is a whole number from 1 to 999"
    assert other == "<the label's copy is 0; allowed is <a whole number from 1 to 999>>"
    _, missing = refused(BadTag, lambda: Tag.from_json({}))
    assert missing == "<the label's lpn is None; allowed is <text: it is missing>>"


def test_a_copy_of_a_sentence_is_the_sentence() -> None:
    """Braces of the outside are not taken for its own."""
    said = Said("no label {name}", name="{0}")
    again = copy.deepcopy(said)
    assert (again, again.template, again.values) == (said, said.template, said.values) != ("", "", {})
