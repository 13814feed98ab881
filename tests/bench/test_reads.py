"""Two reads of one trigger are one scan; two scans are two."""

from datetime import timedelta

import pytest

from terminal.bench.given import Scan
from terminal.bench.reads import WINDOW, Read, twin

MS = timedelta(milliseconds=1)


@pytest.fixture
def read(bench) -> Read:
    """A scan that was just taken from the serial line."""
    return Read("4006381333931", "front", bench.at)


@pytest.mark.parametrize("source", ["front", "keyboard"])
def test_the_same_code_within_half_a_second_is_the_same_trigger(read: Read, source: str) -> None:
    """From the same scanner, or over the other road."""
    assert twin(read, Scan(read.text, source), read.at + WINDOW - MS) is read
    assert twin(read, Scan(read.text, source), read.at + WINDOW) is None


def test_another_code_or_a_broken_one_is_never_a_repeat(read: Read) -> None:
    """Nor anything before the first scan, nor after a clock that was set back."""
    assert twin(read, Scan("4006381333932", "front"), read.at) is None
    assert twin(read, Scan(read.text, "front", problem="noise"), read.at) is None
    assert twin(None, Scan(read.text, "front"), read.at) is None
    assert twin(read, Scan(read.text, "front"), read.at - MS) is None
