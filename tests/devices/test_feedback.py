"""Feedback profiles are data and are found by name."""

from __future__ import annotations

import pytest

from devices.feedback import PROFILES, profile


def test_the_default_profile_sends_nothing_and_the_others_tell_good_from_bad() -> None:
    """And each says what it needs on the scanner."""
    assert (profile("none").good, profile("none").bad) == (b"", b"")
    for name, feedback in PROFILES.items():
        if name != "none":
            assert feedback.good
            assert feedback.good != feedback.bad
            assert feedback.needs


def test_an_unknown_profile_is_refused_with_the_nearest_name() -> None:
    """A typing error in the configuration names its own remedy."""
    with pytest.raises(ValueError, match=r"'honeywel'; there are .*Did you mean 'honeywell-base'\?"):
        profile("honeywel")
