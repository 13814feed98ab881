"""A station with nothing in it, a shift at its bench, and the commands that figures are asked with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.assembly import assemble
from terminal.config import load
from terminal.console import Context
from terminal.import_cli import import_
from terminal.importing import run_import
from terminal.kpi_cli import kpi
from terminal.replay import Clock, Replay
from terminal.settings import Settings

TWELVE = (Path(__file__).parents[1] / "data" / "twelve_units.csv").read_text("utf-8")
"""Twelve units whose figures were reckoned by hand."""

SHIFT = """\
@2026-11-23T08:00:00Z
!badge 9001
RMA1001
@+10s
TEE-BLK-M
@+20s
!clean
!accept
!applied
@+15s
!tote
@+10m
TEE-BLK-M
@+30s
!clean
!dispose outlet lead-decision
!applied
!tote
@+15s
TEE-BLK-M
!hold wrong-item
RMA1003
KETTLE-17
!clean
!accept
!applied
!tote
!undo
!tote
"""
"""Four items of the demo: restocked, overridden to the outlet, held, and one whose tote was taken back once."""


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A station as shipped, with nothing in it."""
    return load(None, tmp_path / "data", {})


def _table(path: Path, text: str = TWELVE) -> Path:
    """A file of past units."""
    path.write_text(text, encoding="utf-8")
    return path


def _invoke(site: Settings, *args: str) -> Result:
    """A command as somebody types it."""
    command = import_ if args[0] == "import" else kpi
    return CliRunner().invoke(command, list(args[1:]), obj=Context(None, site.data))


def _asked(site: Settings, *args: str) -> dict[str, Any]:
    """What `regrade kpi --json` prints."""
    result = _invoke(site, "kpi", "--json", *args)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _work(site: Settings, tmp_path: Path, script: str = SHIFT) -> list[dict[str, Any]]:
    """A shift at the bench with the goods of the demo."""
    demo = Path(__file__).parent.parent.parent / "terminal" / "data" / "demo"
    run_import(site, demo / "catalogue.csv", None, "catalogue")
    run_import(site, demo / "manifest.csv", None, "manifest")
    clock = Clock()
    whole = assemble(site, clock)
    try:
        play = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        found = list(play.run(io.StringIO(script), 1, lambda line: None))
        assert play.tally.refused == []
    finally:
        whole.close(60)
    return found


@pytest.fixture
def twelve() -> str:
    """Twelve past units as a table."""
    return TWELVE


@pytest.fixture
def shift() -> str:
    """The inputs of a shift."""
    return SHIFT


@pytest.fixture
def table() -> Callable[..., Path]:
    """Write a file of past units: its path, and another text."""
    return _table


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """Run a command as somebody types it: the site, its words."""
    return _invoke


@pytest.fixture
def asked() -> Callable[..., dict[str, Any]]:
    """Ask for figures as JSON: the site, options."""
    return _asked


@pytest.fixture
def work() -> Callable[..., list[dict[str, Any]]]:
    """Work a shift with the goods of the demo: the site, a folder, and another script."""
    return _work
