"""Key strokes become scans, refusals and typing, in order, and a barcode never presses a key."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.keys import Kind
from devices.problems import Problem
from devices.wedge import FAST, Burst, Found, Refusal, Stroke, Typed, Wedge, WedgeSettings

NAMED = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\x1b": "escape",
    "\x7f": "backspace",
    "\x1c": "ctrl+backslash",
    "\x1d": "ctrl+right_square_bracket",
    "\x1e": "ctrl+circumflex_accent",
    " ": "space",
    "-": "minus",
    "\ufffd": "replacement_character",
}
ONE_WRITE = 0.00003
"""Seconds between the keys of a scan that the terminal got in one piece."""


def stroke(key: str, at: float) -> Stroke:
    """Name a character as Textual does; anything longer is the name of a key."""
    if len(key) > 1:
        return Stroke(key, None, at)
    if key in NAMED:
        return Stroke(NAMED[key], key, at)
    return Stroke(f"ctrl+{chr(ord(key) + 96)}" if key < " " else key, key, at)


class Hand:
    """Feeds a wedge as terminal and timer would, and keeps what comes out."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self.wedge = Wedge(settings)
        self.now = 0.0
        self.found: list[Found] = []

    def press(self, *keys: str, gap: float = 0.2) -> None:
        """Press keys `gap` seconds apart; the timer runs in every pause that is long enough."""
        for key in keys:
            if self.wedge.deadline is not None and self.now + gap > self.wedge.deadline:
                self.found += self.wedge.expire(self.wedge.deadline + 1e-6)
            self.now += gap
            self.found += self.wedge.feed(stroke(key, self.now))

    def scan(self, text: str, gap: float = ONE_WRITE, pause: float = 0.5) -> None:
        """Let a scanner press the keys of a text after a pause."""
        self.press(text[0], gap=pause)
        self.press(*text[1:], gap=gap)

    def done(self) -> list[Found]:
        """Let time pass, and give all that came out."""
        self.found += self.wedge.expire(self.now + 10)
        assert not self.wedge.held
        assert self.wedge.deadline is None
        return self.found


def typed(found: Iterable[Found]) -> list[str]:
    """Name the keys that were handed on as typing."""
    return [one.key for item in found if isinstance(item, Typed) for one in item.strokes]


def bursts(found: Iterable[Found]) -> list[str]:
    """Give the texts of the scans."""
    return [item.text for item in found if isinstance(item, Burst)]


PLAIN = WedgeSettings()
PREFIX = WedgeSettings(mode="prefix")


@pytest.mark.parametrize("gap", [0.0, ONE_WRITE, 0.001, 0.004, 0.012, 0.03, 0.0499])
@pytest.mark.parametrize("end", ["\r", "\n", "\t", "\r\n", "\r\r", "\n\r\n"])
def test_a_scan_is_one_burst_at_every_speed_and_with_every_terminator(gap: float, end: str) -> None:
    """The second half of CRLF and a doubled terminator are no Enter of the operator."""
    hand = Hand()
    hand.scan("LPN-0042" + end, gap)
    assert hand.done() == [Burst("LPN-0042")]


def test_two_scans_back_to_back_in_one_write_are_two_bursts() -> None:
    """Nothing but the terminator parts them."""
    hand = Hand()
    hand.scan("ABC123\rDEF456\r")
    assert hand.done() == [Burst("ABC123"), Burst("DEF456")]


@pytest.mark.parametrize("settings", [PLAIN, PREFIX])
def test_a_scan_with_prefix_is_known_in_both_modes_and_may_stall(settings: WedgeSettings) -> None:
    """With marks around it a scan needs no speed: gaps of most of a second do no harm."""
    hand = Hand(settings)
    hand.scan("\x02LPN-0042\r", 0.8)
    hand.scan("\x02AB\r\n", 0.004)
    hand.scan("\x024711\x03\r", ONE_WRITE)
    assert hand.done() == [Burst("LPN-0042"), Burst("AB"), Burst("4711")]


@pytest.mark.parametrize("separator", ["\x1d", "\x1e", "\x1c", "\x04"])
@pytest.mark.parametrize("prefix", ["", "\x02"])
def test_separators_are_data_even_without_a_character(separator: str, prefix: str) -> None:
    """Terminals with the Kitty protocol name GS and give no character."""
    wedge = Wedge()
    at, found = 1.0, []
    for character in f"{prefix}10AB{separator}21SN\r":
        at += ONE_WRITE
        one = stroke(character, at)
        bare = Stroke(one.key, None, at) if character < " " else one
        found += wedge.feed(bare)
    assert found == [Burst(f"10AB{separator}21SN")]


def test_modifier_keys_of_the_kitty_protocol_tear_no_scan() -> None:
    """A capital letter comes as a shift key and the letter."""
    hand = Hand()
    hand.press("left_shift", gap=0.5)
    hand.press("L", "left_shift", "P", "right_shift", "N", "-", "0", "0", "4", "2", "\r", gap=0.001)
    hand.press("caps_lock")
    assert hand.done() == [Burst("LPN-0042")]


@pytest.mark.parametrize(
    "control", ["\x11", "\x10", "\x03", "\x1b", "f5", "alt+x", "\x7f", "\x1a", "up", "ctrl+f1", "pause"]
)
@pytest.mark.parametrize("gap", [ONE_WRITE, 0.012])
@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("settings", [PLAIN, PREFIX])
def test_a_control_key_anywhere_inside_a_burst_refuses_it_and_is_never_handed_on(
    control: str, gap: float, place: int, settings: WedgeSettings
) -> None:
    """Quit, palette, interrupt: what a label says is data, or nothing. In prefix mode scans carry their prefix."""
    text: list[str] = [*"LPN-0042"]
    if settings is PREFIX:
        text[0] = "\x02"
        place = place % 7 + 1
    text.insert(place, control)
    hand = Hand(settings)
    hand.press(text[0], gap=0.5)
    hand.press(*text[1:], "\r", gap=gap)
    found = hand.done()
    if place == 0 and control in ("f5", "\x7f", "up", "pause"):
        # these pass at once when nothing is held; that they began a scan shows only afterwards
        assert isinstance(found.pop(0), Typed)
    assert len(found) == 1
    assert isinstance(found[0], Refusal)
    assert found[0].problem is Problem.CONTROL_CHARACTERS
    assert found[0].text.isprintable()
    assert "control" in found[0].why


@pytest.mark.parametrize("text", ["\x11\r", "A\x11\r", "\x11\x10\r", "AB\x1b\r", "\x11\x11\x11\r"])
def test_a_short_burst_with_a_control_key_is_refused_too(text: str) -> None:
    """Too short for a scan, too fast for a hand."""
    hand = Hand()
    hand.scan(text)
    assert typed(hand.done()) == []
    assert [type(item) for item in hand.found] == [Refusal]


def test_the_rest_of_a_refused_burst_that_stalled_is_not_typing() -> None:
    """Else the Enter at its end could accept what is on the screen."""
    hand = Hand()
    hand.scan("AB\x11C")
    hand.press("D", gap=0.09)
    hand.press("E", "\r", gap=ONE_WRITE)
    hand.press("\n", gap=ONE_WRITE)
    assert [type(item) for item in hand.done()] == [Refusal]
    hand.press("1")
    assert typed(hand.done()) == ["1"]


def test_a_prefix_inside_a_fast_burst_does_not_make_a_scan_of_its_second_half() -> None:
    """A label could carry STX to hide what stands before it."""
    hand = Hand()
    hand.scan("A\x02LPN-0042\r")
    assert [type(item) for item in hand.done()] == [Refusal]


def test_a_new_prefix_saves_the_scan_after_a_torn_one() -> None:
    """The torn one is told; the next is whole."""
    hand = Hand(PREFIX)
    hand.scan("\x02AB\x02\x02LPN-0042\r", 0.004)
    torn, whole = hand.done()
    assert isinstance(torn, Refusal)
    assert (torn.problem, torn.text) == (Problem.INCOMPLETE, "AB")
    assert whole == Burst("LPN-0042")


def test_a_prefixed_scan_that_never_ends_is_told_and_a_lone_prefix_is_a_key() -> None:
    """Ctrl-B may be pressed by a person."""
    hand = Hand(PREFIX)
    hand.scan("\x02LPN-00", 0.004)
    (torn,) = hand.done()
    assert isinstance(torn, Refusal)
    assert torn.problem is Problem.INCOMPLETE
    hand.press("\x02", gap=2)
    assert typed(hand.done()) == ["ctrl+b"]


def test_a_suffix_ends_a_prefixed_scan_where_it_is_set() -> None:
    """For scanners that send STX and ETX and no terminator; without the setting ETX inside a code refuses it."""
    hand = Hand(WedgeSettings(mode="prefix", suffix="\x03"))
    hand.scan("\x024711\x03\x024712\x03\r", 0.004)
    assert hand.done() == [Burst("4711"), Burst("4712")]


def test_nothing_between_prefix_and_terminator_is_told() -> None:
    """A scanner that sends only its marks reads nothing: that is no silence."""
    hand = Hand()
    hand.scan("\x02\r")
    (empty,) = hand.done()
    assert isinstance(empty, Refusal)
    assert empty.problem is Problem.INCOMPLETE


def test_digits_typed_by_hand_with_enter_are_typing() -> None:
    """A count of 12 identical units, typed at a hand's speed, and one at a very quick hand's."""
    hand = Hand()
    hand.press("1", "2", "\r", gap=0.15)
    hand.press("1", gap=0.5)
    hand.press("2", "\r", gap=0.04)
    assert bursts(hand.done()) == []
    assert typed(hand.found) == ["1", "2", "enter", "1", "2", "enter"]


def test_a_whole_code_typed_by_hand_is_typing() -> None:
    """The screen has a line for typed codes; the wedge leaves it alone."""
    hand = Hand()
    hand.press(*"C536391", "\r", gap=0.12)
    assert typed(hand.done()) == [*"C536391", "enter"]


@pytest.mark.parametrize(("text", "scan"), [("AB\r", False), ("ABC\r", True), ("A\r", False)])
def test_a_short_code_is_a_scan_only_when_it_comes_all_at_once(text: str, scan: bool) -> None:
    """Three characters in one write are no hand; one and two may be typing that a slow line delivered together."""
    hand = Hand()
    hand.scan(text)
    assert bursts(hand.done()) == ([text[:-1]] if scan else [])
    hand = Hand()
    hand.scan(text, 0.012)
    assert bursts(hand.done()) == []


def test_enter_and_function_keys_pass_at_once_when_nothing_is_held() -> None:
    """They are the keys an operator waits for."""
    wedge = Wedge()
    for key in ("f2", "enter", "tab", "backspace", "shift+tab"):
        one = Stroke(key, None, 1.0)
        assert Wedge().feed(one) == [Typed((one,))]
    assert not wedge.held


def test_a_control_chord_of_a_person_is_handed_on_after_a_moment() -> None:
    """It is held for one gap, since it could be the first key of a hostile scan."""
    wedge = Wedge()
    chord = Stroke("ctrl+z", "\x1a", 1.0)
    assert wedge.feed(chord) == []
    assert wedge.held
    deadline = wedge.deadline
    assert deadline is not None
    assert wedge.expire(deadline) == []
    assert wedge.expire(deadline + 0.001) == [Typed((chord,))]


@pytest.mark.parametrize("key", ["7", "a", "\x7f", "\x1a", "f5"])
def test_a_key_that_is_held_down_is_typing_and_no_scan(key: str) -> None:
    """Keyboards repeat every 33 to 90 ms."""
    hand = Hand()
    hand.press(key, gap=0.5)
    hand.press(*[key] * 30, gap=0.033)
    hand.press("\r", gap=0.04)
    assert bursts(hand.done()) == []
    assert len(typed(hand.found)) == 32


def test_a_key_that_is_held_down_very_long_is_still_typing() -> None:
    """What is held back has a limit; beyond it the strokes are let go."""
    hand = Hand(WedgeSettings(max_length=20))
    hand.press(*"a" * 50, gap=0.033)
    assert set(typed(hand.done())) == {"a"}


def test_equal_characters_at_a_scanners_speed_are_a_scan() -> None:
    """A number of nothing but zeros exists."""
    hand = Hand()
    hand.scan("00000000\r", 0.012)
    assert hand.done() == [Burst("00000000")]


@pytest.mark.parametrize("prefix", ["", "\x02"])
@pytest.mark.parametrize("gap", [ONE_WRITE, 0.004])
def test_an_over_long_scan_is_told_once(prefix: str, gap: float) -> None:
    """10,000 characters are one verdict, and the next scan is whole."""
    hand = Hand()
    hand.scan(prefix + "AB" * 5000 + "\r", gap)
    hand.scan("LPN-0042\r")
    long, good = hand.done()
    assert isinstance(long, Refusal)
    assert long.problem is Problem.TOO_LONG
    assert long.text.endswith("(10000 characters)")
    assert good == Burst("LPN-0042")


def test_an_over_long_burst_that_never_ends_is_told_too() -> None:
    """A text that was pasted, or a scanner without terminator that hangs."""
    hand = Hand()
    hand.scan("AB" * 300)
    (long,) = hand.done()
    assert isinstance(long, Refusal)
    assert long.problem is Problem.TOO_LONG


def test_a_scan_of_exactly_the_greatest_length_is_good() -> None:
    """The limit counts what stands between the marks."""
    for prefix in ("", "\x02"):
        hand = Hand(WedgeSettings(max_length=8))
        hand.scan(f"{prefix}ABCDEFGH\r")
        hand.scan(f"{prefix}ABCDEFGHI\r")
        good, long = hand.done()
        assert good == Burst("ABCDEFGH")
        assert isinstance(long, Refusal)
        assert long.problem is Problem.TOO_LONG


@pytest.mark.parametrize("prefix", ["", "\x02"])
def test_a_byte_that_the_terminal_could_not_decode_refuses_the_scan(prefix: str) -> None:
    """A wrong character is not a guess to make."""
    hand = Hand()
    hand.scan(f"{prefix}GR\ufffdSSE42\r")
    (refused,) = hand.done()
    assert isinstance(refused, Refusal)
    assert refused.problem is Problem.NOT_TEXT


def test_a_fast_scan_without_its_prefix_is_refused_in_prefix_mode() -> None:
    """A scanner that lost its set-up is told, instead of pressing answers."""
    hand = Hand(PREFIX)
    hand.scan("LPN-0042\r")
    (refused,) = hand.done()
    assert isinstance(refused, Refusal)
    assert refused.problem is Problem.NO_PREFIX


def test_in_prefix_mode_typing_is_held_only_for_an_instant() -> None:
    """No guessing by speed is needed there, so the keys need not wait for it."""
    wedge = Wedge(PREFIX)
    wedge.feed(stroke("1", 1.0))
    assert wedge.deadline == pytest.approx(1.0 + FAST)


def test_the_order_of_typing_and_scans_is_kept() -> None:
    """A scan in the middle of a note goes to the bench and the note stays whole."""
    hand = Hand()
    hand.press(*"no")
    hand.scan("LPN-0042\r")
    hand.press("t", "f2")
    hand.scan("\x02AB\r", 0.03)
    hand.press("e", "\r")
    found = [item.text if isinstance(item, Burst) else typed([item]) for item in hand.done()]
    assert found == [["n"], ["o"], "LPN-0042", ["t"], ["f2"], "AB", ["e"], ["enter"]]


def test_strokes_that_the_loop_gets_late_keep_their_own_time() -> None:
    """After a stall of two seconds five scans arrive together, and are five."""
    hand = Hand()
    wedge = hand.wedge
    times = [1.0 + scan * 0.4 + index * 0.004 for scan in range(5) for index in range(9)]
    texts = [character for scan in range(5) for character in f"LPN-000{scan}\r"]
    found = [item for at, key in zip(times, texts, strict=True) for item in wedge.feed(stroke(key, at))]
    assert found == [Burst(f"LPN-000{scan}") for scan in range(5)]


pieces = st.one_of(
    st.tuples(st.just("type"), st.text("abc123- ", min_size=1, max_size=4)),
    st.tuples(st.just("scan"), st.text("ABC123-\x1d", min_size=6, max_size=20)),
    st.tuples(st.just("marked"), st.text("ABC123-\x1d", min_size=1, max_size=20)),
    st.tuples(st.just("key"), st.sampled_from(["f2", "f9", "\r", "\t", "\x7f", "\x1a", "up"])),
    st.tuples(st.just("hostile"), st.text("ABC\x11\x10\x03\x1b", min_size=6, max_size=20)),
)


@settings(max_examples=200)
@given(st.lists(pieces, max_size=12), st.sampled_from([ONE_WRITE, 0.004, 0.012]))
def test_any_mix_of_hands_and_scanners_comes_out_as_it_was_made(
    made: list[tuple[str, str]], gap: float
) -> None:
    """Every stroke ends in exactly one place, and in order."""
    hand = Hand()
    expected: list[object] = []
    for kind, text in made:
        if kind in ("type", "key"):
            hand.press(*text if kind == "type" else [text])
            expected += [stroke(key, 0).key for key in (text if kind == "type" else [text])]
            continue
        hand.scan(("\x02" if kind == "marked" else "") + text + "\r", gap)
        hostile = any(stroke(key, 0).kind is not Kind.DATA for key in text)
        expected.append(Refusal if hostile else text)
    got: list[object] = []
    for item in hand.done():
        if isinstance(item, Typed):
            got += [one.key for one in item.strokes]
        else:
            got.append(item.text if isinstance(item, Burst) else Refusal)
    assert got == expected


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*"AB1\r\n\t\x02\x03\x1d\x11\x1b\x7f\ufffd", "f5", "alt+x", "left_shift", "up"]),
            st.sampled_from([0.0, ONE_WRITE, 0.004, 0.02, 0.033, 0.06, 0.2, 1.5]),
        ),
        max_size=60,
    ),
    st.sampled_from(
        [PLAIN, PREFIX, WedgeSettings(max_length=8), WedgeSettings(terminators=("\r",), prefix="~")]
    ),
)
def test_no_sequence_of_strokes_raises_doubles_or_reorders(
    strokes: list[tuple[str, float]], wedge_settings: WedgeSettings
) -> None:
    """What is handed on as typing is a subsequence of what was pressed, and data holds no control characters."""
    hand = Hand(wedge_settings)
    pressed = []
    for key, gap in strokes:
        hand.press(key, gap=gap)
        pressed.append(stroke(key, hand.now))
    remaining = iter(pressed)
    for item in hand.done():
        if isinstance(item, Typed):
            assert all(one in remaining for one in item.strokes)
        elif isinstance(item, Burst):
            assert item.text
            assert all(stroke(character, 0).kind is Kind.DATA for character in item.text)
        else:
            assert item.text.isprintable()
            assert item.why


@pytest.mark.parametrize(
    "options",
    [
        {"prefix": ""},
        {"prefix": "\r"},
        {"terminators": ()},
        {"min_length": 1},
        {"gap": 0.001},
        {"max_length": 3},
    ],
)
def test_settings_that_can_not_work_are_refused(options: dict[str, object]) -> None:
    """A wrong setting is found when it is read, not at the first scan."""
    with pytest.raises(ValueError, match=r"needs|is one character"):
        WedgeSettings(**options)  # type: ignore[arg-type]


def test_a_refused_scan_that_came_through_another_keyboard_says_so() -> None:
    """Ctrl and the key of GS are something else on that keyboard, so the scan is refused; the cause is said."""
    hand = Hand()
    hand.scan("&à&àé\"'\x11é&é\"'\r")
    (refused,) = hand.done()
    assert isinstance(refused, Refusal)
    assert refused.problem is Problem.CONTROL_CHARACTERS
    assert "French (AZERTY)" in refused.why
    hand = Hand(PREFIX)
    hand.scan("lpn0042\r")
    (refused,) = hand.done()
    assert isinstance(refused, Refusal)
    assert (refused.problem, "Caps Lock" in refused.why) == (Problem.NO_PREFIX, True)


@pytest.mark.parametrize("end", ["", "\x1b[201~"])
@pytest.mark.parametrize("settings", [PLAIN, PREFIX])
def test_a_paste_mark_inside_a_scan_refuses_it_and_the_next_scan_is_whole(
    end: str, settings: WedgeSettings
) -> None:
    """Bare ESC and letters, as a terminal hands on marks that it does not know: nothing is typed, nothing stuck."""
    prefix = "\x02" if settings is PREFIX else ""
    hand = Hand(settings)
    hand.scan(f"{prefix}LPN\x1b[200~0042{end}\r{prefix}LPN-0043\r")
    refused, good = hand.done()
    assert isinstance(refused, Refusal)
    assert refused.problem is Problem.CONTROL_CHARACTERS
    assert good == Burst("LPN-0043")


@pytest.mark.parametrize("prefix", ["", "\x02"])
def test_a_refused_scan_takes_none_of_the_next_that_comes_in_the_same_write(prefix: str) -> None:
    """Two scans back to back: one verdict each."""
    hand = Hand()
    hand.scan(f"{prefix}LPN\x11-0042\r{prefix}LPN-0043\r{prefix}LPN\x1b-0044\r{prefix}LPN-0045\r")
    assert [one.text if isinstance(one, Burst) else type(one) for one in hand.done()] == [
        Refusal, "LPN-0043", Refusal, "LPN-0045",
    ]  # fmt: skip
