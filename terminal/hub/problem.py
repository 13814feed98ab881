"""What can go wrong at the hub, as a sentence for the person at the keyboard."""

from __future__ import annotations


class HubProblem(Exception):
    """The hub did not do what was asked. The text is a sentence for people."""
