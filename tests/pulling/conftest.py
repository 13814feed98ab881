"""A hub that publishes, and a station of it that pulls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import pytest

from terminal.assembly import policy_text
from terminal.config import load
from terminal.domain.rates import Mean, frozen
from terminal.hub.connecting import connect
from terminal.hub.publish import publish
from terminal.hub.signing import load_key, make_key
from terminal.pulled import in_force
from terminal.pulling import pull
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile
from terminal.sync.postgres import PostgresTransport

EU = (files("terminal.data") / "policies" / "eu.toml").read_text("utf-8")
OTHER = EU.replace('name = "EU returns policy"', 'name = "EU returns policy, stricter"')
STATION = "S1"
PEOPLE = """
[[operators]]
id = "2001"
name = "Bea"
role = "lead"
badges = ["BADGE-NEW"]

[[operators]]
id = "2002"
revoked = true
"""


@dataclass
class Site:
    """A hub, a station of it, and somebody who publishes."""

    hub: str
    dsn: str
    folder: Path
    key: Any
    public: str
    eu: ClassVar[str] = EU
    other: ClassVar[str] = OTHER
    people: ClassVar[str] = PEOPLE
    station: ClassVar[str] = STATION

    def settings(self, data: str = "data", **hub: Any) -> Settings:
        """The settings of the station, or of another one's data folder."""
        values = {"trusted_keys": [self.public], **hub}
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        config = self.folder / "config.toml"
        config.write_text(f'[station]\nid = "{STATION}"\n[sync.hub]\n{lines}\n', "utf-8")
        made: Settings = load(config, self.folder / data, {"REGRADE_HUB_DSN": self.dsn})
        return made

    def publish(self, kind: str, name: str, text: str, key: Any = None, **more: Any) -> int:
        """Publish a text as a file; gives its version."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        with connect(self.hub) as connection:
            done = publish(connection, self.settings(), kind, path, key=key or self.key, **more)
        return int(done["version"])

    def change(self, statement: str, *values: Any) -> None:
        """Change something in the hub behind its back."""
        with connect(self.hub) as connection:
            connection.execute(statement.encode(), values)

    def pull(self, settings: Settings) -> dict[str, Any]:
        """One pull over PostgreSQL."""
        transport = PostgresTransport(self.dsn)
        try:
            with StationFile.open(settings.data, STATION, ("hub",)) as file:
                return pull(settings, file, transport)
        finally:
            transport.close()

    def state_of(self, settings: Settings) -> tuple[Any, ...]:
        """Everything that a pull may change at a station."""
        with StationFile.open(settings.data, STATION, ("hub",)) as file:
            arrivals = Arrivals(file.catalogue.db)
            recalls = Recalls(file.catalogue.db).count()
            noted = [(one.kind, one.version, one.state, one.hash) for one in arrivals.newest()]
            rulings = [(one.id, one.lpn, one.verdict) for one in arrivals.to_write_down()]
            counts = file.catalogue.counts()
            products = file.catalogue.products("KET-1")
        left = [path.name for path in sorted((settings.data / "hub").rglob("*")) if path.name.startswith(".")]
        parts = [path.name for path in sorted((settings.data / "hub" / "parts").rglob("*")) if path.is_file()]
        return (
            noted,
            rulings,
            recalls,
            counts,
            products,
            dict(in_force(settings)),
            policy_text(settings),
            left,
            parts,
        )

    def publish_everything(self) -> None:
        """One of each kind, and a second catalogue that corrects the first."""
        self.publish("policy", "site.toml", OTHER)
        self.publish("operators", "people.toml", PEOPLE)
        rates = frozen(date(2026, 11, 22), {("home", "A", "outlet"): Mean(40, Decimal("0.6"))}, {})
        self.publish("rates", "rates.json", rates.to_json())
        self.publish("manifest", "monday.csv", "rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n")
        self.publish(
            "catalogue",
            "a.csv",
            "sku,title,category,price,currency\nKET-1,Kettle,small_appliance,20.00,EUR\n",
        )
        self.publish(
            "catalogue",
            "b.csv",
            "sku,title,category,price,currency\nKET-1,Kettle,small_appliance,19.00,EUR\n",
        )
        self.publish("recalls", "r.csv", "notice,title,gtin\nN-1,Kettle,4006381333931\n")
        ruling = {
            "id": "c-1",
            "what": "serial",
            "value": "SN-7",
            "by": "9001",
            "at": "2026-11-23T06:00:00Z",
            "note": "",
        }
        claims = {
            "keep": {"station": "S2", "lpn": "BBBDBBBBBX"},
            "hold": [{"station": STATION, "lpn": "BBBCBBBBBX"}],
        }
        self.publish("rulings", "rulings.ndjson", json.dumps(ruling | claims) + "\n")


@pytest.fixture
def site(hub_dsn: str, station_dsn: Callable[[str], str], tmp_path: Path) -> Site:
    """A fresh hub with one station."""
    public = make_key(tmp_path / "key.pem")
    return Site(hub_dsn, station_dsn(STATION), tmp_path, load_key(tmp_path / "key.pem"), public)
