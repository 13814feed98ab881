"""Which program it is that sends: its version, for the hub's list of stations and for manifests."""

from __future__ import annotations

from functools import cache


@cache
def program() -> str:
    """The version of this program; "unknown" where it is not installed as a package."""
    from importlib.metadata import PackageNotFoundError, version  # slow, and a bench without sinks needs none

    try:
        return version("regrade")
    except PackageNotFoundError:
        return "unknown"
