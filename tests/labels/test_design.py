"""Designs as data: what a table may say, what is said of one that is wrong, and a site's own over the shipped."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.design import BadDesign, Design, Designs, NoDesign, load, read
from labels.layout import DoesNotFit, lay_out
from labels.proof import prove
from labels.reading import CHANNELS as KNOWN
from labels.stock import find
from labels.tag import Tag
from terminal.domain.channels import CHANNELS

MakeTag = Callable[..., Tag]

BARS = {"kind": "bars", "y": 10.0, "height": 10.0}
TITLE = {"id": "title", "kind": "text", "text": "{title}", "x": 3.0, "y": 30.0, "width": 70.0, "size": 4.0}


def small(*fields: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A design of 80 x 40 mm with bars and what is given."""
    return {"size": "80x40mm", "channels": ["donate"], "fields": [BARS, *fields], **given}


def refused(table: Any, name: str = "mine") -> dict[tuple[str | int, ...], str]:
    """What is said of a table that is wrong, by place."""
    with pytest.raises(BadDesign) as bad:
        read(table, name)
    return dict(bad.value.faults)


def test_the_channels_are_those_of_the_bench() -> None:
    """The labels know of no bench, so the words stand twice; they must not drift apart."""
    assert set(KNOWN) == set(CHANNELS)


def test_a_design_is_read_from_the_toml_that_a_site_writes() -> None:
    """Width and height say the size, too."""
    text = """
        width_mm = 80
        height_mm = 40.0
        dpi = 300
        channels = ["donate", "export"]
        [[fields]]
        kind = "bars"
        y = 5
        height = 20
        [[fields]]
        kind = "text"
        text = "SKU {sku}"
        x = 2
        y = 30
        width = 76
        size = 4
        when = "sku"
    """
    design = read(tomllib.loads(text), "mine")
    assert (design.name, design.size, design.dpi) == ("mine", "80x40mm", 300)
    assert [type(field).__name__ for field in design.fields] == ["Bars", "Text"]
    assert [stock.dpi for stock in design.stocks()] == [300]


def test_everything_wrong_is_said_at_once_with_its_place() -> None:
    """Settings, channels, kinds, keys, names of fields and lengths."""
    faults = refused(
        {
            "size": "4x6inn",
            "colour": "red",
            "dpi": 72,
            "channels": ["donat"],
            "fields": [
                {"kind": "bar", "y": 1, "height": 2},
                {**TITLE, "widht": 3, "text": "{titel}", "x": -1, "align": "center"},
                {"kind": "qr", "text": "{code}", "x": 1, "y": True},
                {**TITLE, "when": "copies", "size": float("nan")},
                7,
            ],
        }
    )
    assert "Did you mean 4x6in?" in faults["size",]
    assert "no such setting" in faults["colour",]
    assert "203 or 300 or 600" in faults["dpi",]
    assert "did you mean 'donate'?" in faults["channels", 0]
    assert "did you mean 'bars'?" in faults["fields", 0, "kind"]
    assert "did you mean 'width'?" in faults["fields", 1, "widht"]
    assert "did you mean 'title'?" in faults["fields", 1, "text"]
    assert "0 to 1000 mm" in faults["fields", 1, "x"]
    assert "did you mean 'centre'?" in faults["fields", 1, "align"]
    assert "qr needs it" in faults["fields", 2, "size"]
    assert "expected a number of mm, got True" in faults["fields", 2, "y"]
    assert "already the id of field 1" in faults["fields", 3, "id"]
    assert "expected a table, got 7" in faults["fields", 4]


@pytest.mark.parametrize(
    ("table", "place", "said"),
    [
        (small(fields=[]), ("fields",), "expected a list of fields"),
        ({"channels": ["*"], "fields": [BARS]}, ("size",), "is missing"),
        (small(channels=[]), ("channels",), "either channels"),
        (small(card="tote"), ("channels",), "either channels"),
        (small(drop=["x"]), ("drop",), "like none"),
        (small(like="retag"), ("like",), "there is no design 'retag' of the size 80x40mm"),
        ({**small(), "fields": [TITLE]}, ("fields",), "no symbol says the label's code"),
        ({**small(), "fields": [{**BARS, "when": "sku"}]}, ("fields",), "no symbol says the label's code"),
        (small({**TITLE, "fit": "paragraph"}), ("fields", 1, "height"), "fit = 'paragraph' needs it"),
        (small({**TITLE, "least": 5.0}), ("fields", 1, "least"), "more than size"),
        (small({**TITLE, "caption": "{sku}"}), ("fields", 1, "caption"), "no field can be named here"),
        (small({**TITLE, "text": "{title"}), ("fields", 1, "text"), "a brace must hold"),
        (small({**TITLE, "text": "{title.upper}"}), ("fields", 1, "text"), "no field {title.upper}"),
        (small({**TITLE, "text": "{title!r:>9}"}), ("fields", 1, "text"), "no field {title!r:>9}"),
        (small({**BARS, "text": "{sku}"}), ("fields", 1, "text"), "bars say the code"),
        (small({**BARS, "x": 3.0}), ("fields", 1, "width"), "expected x and width"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    table: dict[str, Any], place: tuple[str | int, ...], said: str
) -> None:
    """One mistake each."""
    assert said in refused(table)[place]


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["kind", "fields", "text", "id", "x", "like", "size", "drop", "channels"]),
                inner,
            )
        ),
        max_leaves=20,
    )
)
def test_a_table_of_anything_is_refused_in_printable_words(table: Any) -> None:
    """Never with another error, and never half taken."""
    with pytest.raises(BadDesign) as bad:
        read(table, "mine")
    assert bad.value.faults
    assert all(line.isprintable() for line in str(bad.value).split("\n"))


def test_a_design_like_another_changes_replaces_adds_and_drops(designs: Designs) -> None:
    """By id: keys where it names no kind, all of the field where it does."""
    base = designs.choose("4x6in", "export_x")
    table = {
        "size": "4x6in",
        "channels": ["export"],
        "like": "retag",
        "drop": ["date"],
        "fields": [
            {"id": "title", "height": 15.0},
            {"id": "grade-frame", "kind": "rule", "x": 4, "y": 42, "width": 42, "height": 42},
            {"id": "reason", "kind": "text", "text": "{reason}", "x": 51, "y": 58, "width": 46, "size": 4},
        ],
    }
    design = read(table, "mine", {("retag", "4x6in"): base})
    before = {field.id: field for field in base.fields}
    after = {field.id: field for field in design.fields}
    assert set(after) == {*before, "reason"} - {"date"}
    assert after["title"] != before["title"]
    assert after["title"].text == before["title"].text  # type: ignore[union-attr]
    assert type(after["grade-frame"]).__name__ == "Filled"
    assert after["sku"] == before["sku"]


def test_a_fault_in_a_field_that_is_changed_is_said_where_it_was_changed(designs: Designs) -> None:
    """And a wrong id to drop gets the nearest one."""
    tables = {
        "mine": {
            "size": "4x6in",
            "channels": ["export"],
            "like": "retag",
            "drop": ["grade-fram"],
            "fields": [{"id": "title", "heigth": 15.0}],
        }
    }
    with pytest.raises(BadDesign) as bad:
        designs.with_site(tables)
    faults = dict(bad.value.faults)
    assert "did you mean 'height'?" in faults["mine", "fields", 0, "heigth"]
    assert "did you mean 'grade-frame'?" in faults["mine", "drop", 0]


def test_every_channel_has_a_design_of_every_size_and_so_has_each_card(designs: Designs) -> None:
    """Channels without their own take the one for all."""
    for size in ("4x6in", "2x1in", "57x32mm"):
        chosen = {channel: designs.choose(size, channel).name for channel in CHANNELS}
        assert chosen["repackage"] == "restock"
        assert chosen["marketplace"] == chosen["off_price"] == "outlet"
        assert chosen["parts_harvest"] == "refurbish"
        assert chosen["landfill"] == "recycle"
        assert chosen["quarantine"] == "quarantine"
        assert chosen["return_to_vendor"] == "retag"
        assert (designs.card(size, "tote").name, designs.card(size, "badge").name) == ("tote", "badge")
    with pytest.raises(NoDesign, match="there are designs for"):
        designs.choose("9x9in", "donate")


def test_a_sites_design_stands_over_the_shipped_one(designs: Designs) -> None:
    """For its channels and its size; a name that is shipped may be like itself."""
    tables = {
        "ours": {"size": "2x1in", "channels": ["donate"], "like": "later"},
        "later": {"size": "2x1in", "channels": ["export"], "like": "retag", "drop": ["foot"]},
        "recycle": {"size": "4x6in", "channels": ["recycle"], "like": "recycle", "drop": ["sku"]},
    }
    own = designs.with_site(tables)
    assert own.choose("2x1in", "donate").name == "ours"
    assert own.choose("4x6in", "donate").name == "donate"
    assert "sku" not in {field.id for field in own.choose("4x6in", "recycle").fields}
    assert own.choose("4x6in", "landfill").name == "retag"
    assert designs.choose("2x1in", "donate").name == "donate"


def test_two_designs_of_a_site_for_the_same_labels_are_refused(designs: Designs) -> None:
    """Nobody could say which is printed."""
    one = {"size": "2x1in", "channels": ["export", "donate"], "like": "retag"}
    with pytest.raises(BadDesign, match=r"b\.channels\[1\]: 'donate' of the size 2x1in is already for a"):
        designs.with_site({"a": {**one, "channels": ["donate"]}, "b": one})


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({**TITLE, "x": 40.0}, "mm too far to the right"),
        ({**TITLE, "y": 12.0}, "a symbol and the quiet zone around it must be free"),
        ({**TITLE, "y": 31.0}, "the texts stand over each other"),
        ({**TITLE, "y": 36.0, "inverse": True}, "white text must stand on a rule"),
        ({"kind": "rule", "x": 1, "y": 30, "width": 5, "height": 5}, "black text can't be read on a rule"),
        ({"kind": "qr", "text": "{title}", "x": 70, "y": 25, "size": 8}, "does not fit at 203 dpi"),
        ({"kind": "qr", "text": "{code}", "x": 60, "y": 14, "size": 12}, "a symbol and the quiet zone"),
    ],
)
def test_a_sites_design_that_can_not_be_printed_is_refused_when_it_is_read(
    designs: Designs, field: dict[str, Any], said: str
) -> None:
    """With the field that is in the way."""
    with pytest.raises(BadDesign) as bad:
        designs.with_site({"mine": small(TITLE, {**field, "id": "added"})})
    assert [sentence for path, sentence in bad.value.faults if path[:3] == ("mine", "fields", 2)]
    assert said in str(bad.value)


def test_a_design_that_fits_is_proven_and_printed(designs: Designs, make_tag: MakeTag) -> None:
    """On its own stock, and refused on any other."""
    own = designs.with_site({"mine": small(TITLE)})
    design: Design = own.choose("80x40mm", "donate")
    prove(design, find("80x40mm", 203))
    assert lay_out(make_tag(), find("80x40mm", 203), design).texts[0].text.startswith("WHITE")
    with pytest.raises(DoesNotFit, match="is for 80x40mm"):
        lay_out(make_tag(), find("4x6in", 203), design)


def test_a_shipped_file_that_is_broken_is_said_by_its_name() -> None:
    """Text that is no TOML, and tables that are no designs."""
    with pytest.raises(BadDesign) as bad:
        load({"a.toml": "=", "b.toml": "[labels.x]\nsize = '9'"})
    assert {path[0] for path, _ in bad.value.faults} == {"a.toml", "b.toml"}


def test_a_template_prints_what_a_field_holds_and_looks_at_it_no_further(
    designs: Designs, make_tag: MakeTag
) -> None:
    """A title that looks like a template is a title."""
    own = designs.with_site({"mine": small({**TITLE, "text": "IT: {title}"})})
    tag = make_tag(title="{lpn} {0.__class__} {{x}}")
    layout = lay_out(tag, find("80x40mm", 203), own.choose("80x40mm", "donate"))
    assert [box.text for box in layout.texts] == ["IT: {lpn} {0.__class__} {{x}}"]


def test_more_entries_than_a_list_has_room_for_are_counted(designs: Designs, make_tag: MakeTag) -> None:
    """The last line says how many are not there."""
    tag = make_tag(faults=tuple(f"Fault number {number}" for number in range(12)))
    layout = lay_out(tag, find("4x6in", 203), designs.choose("4x6in", "refurbish"))
    lines = [box.text for box in layout.texts if box.text.startswith(("Fault", "+"))]
    assert lines[-1] == f"+ {12 - len(lines) + 1} more"
