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

TWELVE = """\
unit,cat,orig_price,mass_kg,initiated,received,decided,put_away,sold,final,channel,proceeds,credit,inbound,labour_min,parts,pack,outbound,fees,disposal,holds,reroutes
U01,apparel,40.00,0.30,2026-03-01,2026-03-04,2026-03-04,2026-03-05,2026-03-12,2026-03-12,restock,40.00,0,3.50,4,0,0.35,0,0,0,0,0
U02,apparel,60.00,0.50,2026-03-01,2026-03-05,2026-03-05,2026-03-06,2026-03-26,2026-03-26,outlet,27.00,0,3.50,5,0,0.40,3.20,1.35,0,0,0
U03,phone,500.00,0.19,2026-03-02,2026-03-05,2026-03-06,2026-03-09,2026-03-20,2026-03-20,refurbish,380.00,0,4.90,46,38.00,2.40,5.20,45.60,0,0,0
U04,phone,500.00,0.19,2026-03-02,2026-03-06,2026-03-07,,2026-03-21,2026-03-21,marketplace,330.00,0,4.90,14,0,1.80,5.20,39.60,0,0,1
U05,laptop,900.00,1.80,2026-03-03,2026-03-07,2026-03-11,2026-03-16,2026-04-02,2026-04-02,refurbish,610.00,0,8.00,70,55.00,4.00,9.00,73.20,0,1,0
U06,home,80.00,4.00,2026-03-03,2026-03-08,2026-03-08,,2026-03-18,2026-03-18,off_price,16.00,0,7.50,6,0,0.50,0,0.96,0,0,0
U07,home,45.00,2.50,2026-03-04,2026-03-08,2026-03-08,,,2026-03-19,donate,0,0,6.00,6,0,0.50,2.00,0,0,0,0
U08,fmcg,12.00,0.80,2026-03-04,2026-03-07,2026-03-07,,,2026-03-10,energy_recovery,0,0,4.00,3,0,0,0,0,0.12,0,0
U09,laptop,650.00,2.10,2026-03-05,2026-03-09,2026-03-10,,,2026-03-25,recycle,3.15,0,8.00,12,0,0,0,0,0,0,1
U10,phone,300.00,0.18,2026-03-05,2026-03-09,2026-03-10,,,2026-03-24,return_to_vendor,0,165.00,4.90,8,0,1.00,4.00,0,0,0,0
U11,cosmetics,25.00,0.20,2026-03-06,2026-03-10,2026-03-10,,,2026-03-12,landfill,0,0,3.50,3,0,0,0,0,0.03,0,0
U12,phone,500.00,0.19,2026-03-06,2026-03-11,,,,,quarantine,0,0,4.90,9,0,0,0,0,0,1,0
"""
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
