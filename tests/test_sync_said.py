"""What the bench says of the sync: count and age, trouble in words after a while, and the last word of a shift."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.speech import Said, speaking
from terminal.sync.sentences import in_a_row
from terminal.sync_said import (
    BAR,
    PATIENCE,
    SinkSeen,
    age,
    bar,
    furthest,
    last_word,
    said,
    sending,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HUB = SinkSeen("hub", 212, NOW - timedelta(minutes=3))


def test_the_line_has_count_and_age_of_the_sink_that_is_furthest_behind() -> None:
    """A second sink that is nearly through does not hide the first."""
    told = said([SinkSeen("folder", 2, NOW), HUB], NOW)
    assert (told.state, told.text, told.waiting, told.notice) == ("ok", "212 · 3 min", 212, "")
    assert said([SinkSeen("folder", 0), SinkSeen("hub", 0)], NOW).text == ""
    assert said([], NOW).state == "ok"


def test_of_two_sinks_equally_far_behind_the_older_one_counts() -> None:
    """Age says how bad it is."""
    old = SinkSeen("old", 212, NOW - timedelta(hours=1))
    assert furthest([HUB, old]) is old
    assert furthest([]) is None


@pytest.mark.parametrize(("troubled", "notice"), [(0.0, False), (PATIENCE - 1, False), (PATIENCE, True)])
def test_trouble_is_a_sign_at_once_and_a_sentence_after_a_while(troubled: float, notice: bool) -> None:
    """With what failed, where the events are, and what to do."""
    ill = SinkSeen(
        "hub", 212, NOW - timedelta(minutes=3), 0, "The hub at 192.0.2.9 does not answer", troubled
    )
    told = said([ill], NOW)
    assert told.state == "warn"
    assert bool(told.notice) is notice
    if notice:
        assert "does not answer. What waits is safe on this station's disk (212 events): go on" in told.notice


def test_an_old_error_with_nothing_waiting_is_none() -> None:
    """A sink that was down while nothing was to be sent troubles nobody with words."""
    assert said([SinkSeen("hub", 0, None, 0, "down", 999.0)], NOW).notice == ""


def test_refused_events_and_warnings_are_told_with_what_to_do() -> None:
    """One and several; a wrong clock as the hub's sink says it."""
    one = said([SinkSeen("hub", 0, None, 1)], NOW)
    assert (one.state, one.text) == ("warn", "1 refused")
    assert "hub refused 1 event, kept here: a lead sees why by regrade sync --dead." in one.notice
    more = said(
        [SinkSeen("hub", 5, NOW, 3)], NOW, ["This station's clock is 7 min behind the hub's. Set the clock"]
    )
    assert more.text == "5 · 0 s  3 refused"
    assert "3 events" in more.notice
    assert more.notice.endswith("Set the clock.")
    assert said([SinkSeen("hub", 0)], NOW, ["A warning."]).text == "see below"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (172_799, "47 h"),
        (172_800, "2 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    """A clock that was set back gives no negative age."""
    assert age(seconds) == text


@given(st.integers(-5, 2000), st.integers(0, 1500))
def test_a_bar_is_always_as_long_and_never_over_full(done: int, total: int) -> None:
    """Whatever is counted meanwhile."""
    drawn = bar(done, total)
    assert len(drawn.split(" ")[0]) == BAR
    assert drawn.count("█") <= BAR


def test_while_a_shift_waits_the_way_is_drawn_or_what_stands_in_it_is_said() -> None:
    """And how to close it all the same."""
    assert "██████████────────── 50 of 100" in sending([SinkSeen("hub", 50)], 100)
    assert "100 of 100" in sending([SinkSeen("hub", 0)], 100)
    stuck = sending([SinkSeen("hub", 50, NOW, 0, "No route to host")], 100)
    assert stuck.startswith("50 events did not reach hub: No route to host. What waits is safe")
    assert "1 closes the shift all the same" in stuck


def test_the_last_word_says_that_all_is_there_or_what_is_not_where_and_why() -> None:
    """Never that all is well while something waits or was refused."""
    both = [SinkSeen("hub", 0), SinkSeen("folder", 0)]
    assert last_word(both, 1204) == "All 1,204 events are at the warehouse (hub, folder)."
    assert last_word([], 5).startswith("No sink is set up")
    late = last_word([SinkSeen("hub", 188, NOW, 0, "It is down"), SinkSeen("folder", 0)], 1204)
    assert late.startswith("188 events are not at hub: It is down.")
    assert "safe on this station's disk" in late
    assert "on their way to hub" in last_word([SinkSeen("hub", 3)], 9)
    refused = last_word([SinkSeen("hub", 0, None, 2)], 9)
    assert "All" not in refused
    assert "hub refused 2 events" in refused


class Marked:
    """A language whose sentences all begin with a star."""

    def gettext(self, message: str) -> str:
        """The sentence, known by its star."""
        return f"*{message}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The same, with the form for a number."""
        return f"*{one if n == 1 else many}"


def test_everything_is_said_in_the_language_that_is_spoken() -> None:
    """Line, notices, progress and last word; an error's own text stays as it is."""
    ill = SinkSeen("hub", 188, NOW - timedelta(days=3), 2, "It is down.", troubled=60.0)
    with speaking(Marked()):
        told = said([ill], NOW)
        words = (
            *told.notice.split("  "),
            sending([ill], 200),
            sending([replace(ill, error=None)], 200),
            last_word([ill], 1204),
            last_word([replace(ill, error=None)], 1204),
            last_word([replace(ill, pending=0, dead=0)], 1),
            last_word([], 7),
            *(age(seconds) for seconds in (5, 300, 20_000, 900_000)),
        )
        assert said([replace(ill, pending=0, dead=0)], NOW).text == "*see below"
    assert told.text.split("  ") == ["188 · *3 days", "*2 refused"]
    assert all(word.startswith("*") for word in words)
    assert "It is down." in told.notice


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Said("{file} is no key", file="a.pem"), "*a.pem is no key."),
        (Said("Shut: {why}", why=Said("{n} left.", n=2)), "*Shut: *2 left."),
        (in_a_row(Said("It is shut."), Said("What waits is kept here.")), "**It is shut."),
        ("It is shut.  What waits is\nkept here.", "*It is shut."),
    ],
)
def test_why_a_sink_fails_is_said_in_the_language_that_is_spoken(error: str, words: str) -> None:
    """Everywhere, with its values untouched; that things are kept is said once. English is as it was."""
    ill = SinkSeen("hub", 188, NOW, 0, error, troubled=60.0)
    well = replace(ill, error=None)
    with speaking(Marked()):
        assert said([well], NOW, [error]).notice == words
        for told in (said([ill], NOW).notice, sending([ill], 200), last_word([ill], 200)):
            assert f": {words} " in told
    assert said([well], NOW, [error]).notice == words.replace("*", "")
