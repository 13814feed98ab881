"""What the panels draw: any view at any size, and the details of each panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from terminal.bench.view import ChannelRow, Choice, Fact, ItemRow, Last, Level, View
from terminal.ui.literal import literal
from terminal.ui.picture import Picture
from terminal.ui.port import DeviceLine
from terminal.ui.screens import help as help_page
from terminal.ui.screens import history, palette, shift
from terminal.ui.screens.page import drawn
from terminal.ui.widgets import status, tables
from terminal.ui.widgets.band import band
from terminal.ui.widgets.body import body, facts
from terminal.ui.widgets.choices import choices
from terminal.ui.widgets.panel import fit, fit_right, rule, spread, wrap
from terminal.ui.widgets.side import side, side_width

TEXT = st.text(max_size=30) | st.sampled_from(
    ["", "[/M8]", "[b", "日本の本" * 8, "\x1b[2J", "x" * 3000, "é\u0301" * 40]
)
SHORT = st.text(max_size=8)
CHOICES = st.builds(Choice, st.integers(0, 99), TEXT, TEXT, SHORT, st.booleans(), SHORT)
FACTS = st.builds(Fact, SHORT | TEXT, TEXT, st.booleans())
TIMES = st.datetimes(timezones=st.just(UTC))
VIEWS = st.builds(
    View,
    station=TEXT,
    operator=TEXT,
    shift_opened=st.none() | TIMES,
    done=st.integers(0, 99999),
    step=st.integers(0, 4),
    level=st.sampled_from(Level),
    word=TEXT,
    line=TEXT,
    choices=st.lists(CHOICES, max_size=25).map(tuple),
    facts=st.lists(FACTS, max_size=12).map(tuple),
    hints=st.lists(TEXT, max_size=4).map(tuple),
    channels=st.lists(
        st.builds(ChannelRow, TEXT, SHORT, TEXT, st.booleans(), st.booleans()), max_size=12
    ).map(tuple),
    recent=st.lists(st.builds(ItemRow, TIMES, SHORT, TEXT, SHORT, SHORT, SHORT), max_size=30).map(tuple),
    last=st.builds(Last, st.none() | TIMES, TEXT, st.sampled_from(Level), TEXT),
    prompt=SHORT,
    menu=TEXT,
)
DEVICES = st.lists(
    st.builds(DeviceLine, SHORT, st.sampled_from(["ok", "warn", "lost", "off"]), TEXT, st.integers(0, 9999)),
    max_size=6,
).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VIEWS, DEVICES, st.integers(20, 160), st.integers(4, 40), TEXT)
def test_any_view_at_any_size_stays_in_its_place(
    picture: Picture, view: View, devices: tuple[DeviceLine, ...], width: int, height: int, typed: str
) -> None:
    """No row is wider than the screen, no panel higher than its room, and nothing in them can act."""
    picture = replace(picture, view=view, devices=devices, typed=typed[:200])
    assert len(body(picture, width, height)) == height
    rows = [
        *body(picture, width, height),
        *body(picture, width, height, beside=40),
        *band(picture, width),
        status.header(picture, width),
        status.steps(picture, width),
        status.last(picture, width),
        status.devices(picture, width),
        status.keys(picture, width),
    ]
    assert len(side(picture, 40, height)) == height
    assert all(row.cell_length <= 40 for row in side(picture, 40, height))
    for page in (
        help_page.page(picture, width),
        history.page(picture, width),
        shift.page(picture, view.facts, width),
        palette.page(picture),
    ):
        covered = drawn(page, picture, 3, width, height)
        assert len(covered) == max(height, 6)
        rows += covered
    for row in rows:
        assert row.cell_length <= width
        assert row.plain == literal(row.plain)


def plain(lines: Any) -> list[str]:
    """Lines without the spaces behind."""
    return [line.plain.rstrip() for line in lines]


def test_a_long_line_of_the_band_goes_on_in_the_body(picture: Picture, views: Any) -> None:
    """Nothing of what a refusal says is lost at 80 columns."""
    line = (
        "Not stored: the disk with the station file is full. Make room on it, then scan the same code again."
    )
    picture = replace(picture, view=replace(views.stop, line=line))
    shown = band(picture, 80)[-1].plain[3:].strip()
    rest = body(picture, 80, 10)[0].plain.strip()
    assert f"{shown} {rest}" == line


def test_a_line_that_fits_across_a_wide_screen_is_not_said_twice(picture: Picture, views: Any) -> None:
    """The band is as wide as the screen, though the body is not."""
    line = (
        "Not stored: the disk with the station file is full. Make room on it, then scan the same code again."
    )
    picture = replace(picture, view=replace(views.stop, line=line))
    assert line in band(picture, 120)[-1].plain
    assert plain(body(picture, 72, 26, 48))[0] == " You scanned   BCDEFGHKLS"


def test_two_columns_share_the_width_by_need(picture: Picture) -> None:
    """Long labels on the left are not cut while there is room on the right."""
    labels = ["Battery damaged, swollen or leaking", *["x"] * 8, "A lead must look at it"]
    lines = choices([Choice(number, label) for number, label in enumerate(labels, 1)], 80, 9)
    assert lines[0].plain.rstrip().startswith("    1  Battery damaged, swollen or leaking ")
    assert lines[4].plain.rstrip().endswith("10  A lead must look at it")


def test_blank_rows_go_before_facts_do(picture: Picture, views: Any) -> None:
    """With little room the blocks close up; when that is not enough, the last row says where the rest is."""
    assert "" in plain(body(picture, 80, 10))[:5]
    view = replace(views.inspecting, facts=tuple(Fact(f"FACT {number}", "x") for number in range(6)))
    tight = plain(body(replace(picture, view=view), 80, 10))
    assert "" not in tight
    view = replace(view, facts=(*view.facts, Fact("FACT 7", "x"), Fact("FACT 8", "x")))
    over = plain(body(replace(picture, view=view), 80, 10))
    assert over[-2] == " ... F1 shows the rest"
    assert over[0].endswith("or scan XNYESB")


def test_the_value_table_stands_in_the_body_where_there_is_room(picture: Picture, views: Any) -> None:
    """On a narrow but high screen the ways out are below what is asked."""
    lines = plain(body(replace(picture, view=views.proposed), 80, 24))
    assert any(line.startswith(" VALUE OF EACH WAY") for line in lines)
    assert any(line.startswith(" > outlet") for line in lines)
    assert any(line.startswith(" x restock") and line.endswith("opened-is-not-new") for line in lines)


def test_a_warning_has_a_sign_of_its_own() -> None:
    """A fact that warns is seen without colour; texts stand in one column."""
    lines = plain(facts([Fact("WHY", "a"), Fact("BATTERY", "swollen", warn=True), Fact("", "more")], 40))
    assert lines == [" WHY        a", "!BATTERY    swollen", "            more"]


def test_long_facts_go_on_below_and_end_in_an_ellipsis() -> None:
    """At most three rows, whatever the text is."""
    lines = plain(facts([Fact("WHY", "word " * 200)], 40))
    assert len(lines) == 3
    assert lines[2].endswith("…")
    assert lines[1].startswith("            word")


def test_a_choice_keeps_number_label_and_mark_when_room_is_short() -> None:
    """Details are cut first, then codes go, then labels are cut."""
    choice = Choice(1, "B good", "works, box open, all parts", "XNYESB", True, "proposed")
    full, cut, without, narrow = (choices([choice], width, 9)[0].plain.rstrip() for width in (90, 64, 42, 24))
    assert full == " >  1  B good   works, box open, all parts   or scan XNYESB   proposed"
    assert cut == " >  1  B good   works, box open, a…   or scan XNYESB   proposed"
    assert without == " >  1  B good   or scan XNYESB   proposed"
    assert narrow == " >  1  B go…   proposed"


def test_a_table_without_room_for_titles_leaves_them_out(picture: Picture, views: Any) -> None:
    """The column of titles goes before any other, and the gaps shrink."""
    wide = plain(tables.items(picture, views.ready.recent, 80))
    narrow = plain(tables.items(picture, views.ready.recent, 42))
    assert "Kettle 1.7L steel" in wide[1]
    assert narrow[1] == " 12:44  BCDEFGHKLN  € 18.40 B     outlet"


def test_the_last_row_keeps_undo_in_its_place(picture: Picture, views: Any) -> None:
    """Undo begins in the same cell whatever happened, and is pale when there is nothing to take back."""
    rows = [
        status.last(replace(picture, view=replace(views.ready, last=last)), 80).plain
        for last in (
            views.ready.last,
            Last(None, "", Level.ASK),
            Last(None, "x" * 200, Level.STOP, "a step with a long name"),
        )
    ]
    assert {row.index("F2 undo") for row in rows} == {54}
    assert all(cell_len(row) == 80 for row in rows)


def test_undo_without_a_key_is_named_by_its_letter(picture: Picture) -> None:
    """A site that takes undo's key away is told the way through the palette."""
    keymap = replace(picture.keymap, keys={**picture.keymap.keys, "undo": ""})
    assert "F9 U undo" in status.last(replace(picture, keymap=keymap), 80).plain


def test_devices_close_up_before_they_are_cut(picture: Picture, ill: Any) -> None:
    """Five devices in trouble fit by smaller gaps; an off one is named."""
    line = status.devices(replace(picture, devices=ill), 80).plain
    assert line == " SCANNER ok   PRINTER ! lost 01:10   SAVED ok   SYNC ! 7 waiting, oldest 4 min"
    assert "   " not in status.devices(replace(picture, devices=ill), 76).plain
    assert (
        status.devices(replace(picture, devices=(DeviceLine("SCALE", "off", ""),)), 80).plain == " SCALE off"
    )


@pytest.mark.parametrize(("width", "beside"), [(80, 0), (109, 0), (110, 38), (120, 48), (200, 64)])
def test_the_right_hand_panel_comes_at_110_columns(width: int, beside: int) -> None:
    """It never takes more than it needs nor leaves the left less than it can use."""
    assert side_width(width) == beside


def test_an_empty_right_hand_panel_says_so(picture: Picture, views: Any) -> None:
    """Before the first item the panel says that there is none."""
    lines = plain(side(replace(picture, view=views.signed_out), 48, 12))
    assert lines[:2] == ["│ LAST ITEMS", "│ nothing yet"]


def test_cells_are_counted_not_characters() -> None:
    """Wide characters take two cells, so columns stay straight."""
    assert fit("日本の本", 5) == "日本…"
    assert fit_right("日本", 6) == "  日本"
    assert cell_len(fit("日本の本", 6)) == 6
    assert [line.cell_length <= 7 for line in wrap("日本の本 " * 4, 7, 3)] == [True] * 3
    assert fit("x", 0) == ""


def test_a_rule_has_a_joint_where_the_dividing_line_meets_it() -> None:
    """The joint takes the place of one cell."""
    assert rule(6).plain == "──────"
    assert rule(6, "┬", 2).plain == "──┬───"


def test_both_ends_of_a_row_are_kept_and_the_left_one_is_cut() -> None:
    """The right end holds what must not move."""
    assert spread(Content("a long left end"), Content("right"), 14).plain == "a long … right"


def test_shift_without_groups_and_while_counting(picture: Picture) -> None:
    """Facts before the first title have no heading; before the answer the page says that it counts."""
    assert plain(shift.page(picture, None, 80).lines) == [" Counting ..."]
    lines = plain(shift.page(picture, [Fact("DONE", "42"), Fact("", "GRADES"), Fact("A", "14")], 80).lines)
    assert lines[0] == " DONE       42"
    assert lines[2].startswith(" GRADES ──")
    warned = plain(shift.page(picture, [Fact("", "can't count", warn=True)], 80).lines)
    assert warned == ["!can't count"]


def test_history_without_items_says_so(picture: Picture, views: Any) -> None:
    """An empty page would look like a fault."""
    page = history.page(replace(picture, view=views.signed_out), 80)
    assert plain(page.lines) == [" No item was finished in this shift."]
