"""Pulling from a real hub: what is published is in force at the station whole or not at all, whatever goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from terminal.assembly import assemble, people, policy_text, read_rulebook
from terminal.bench.given import Press, Scan
from terminal.config import load
from terminal.domain.recalls import Goods
from terminal.domain.speech import Said, retold, speaking
from terminal.hub.connecting import connect
from terminal.hub.publish import publish
from terminal.hub.signing import load_key, make_key
from terminal.lookup import badge_code, tote_code
from terminal.pulled import in_force, rates_in_force, troubles
from terminal.renewing import Renewal, pull_once
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile


def sentences(done: dict[str, Any]) -> str:
    """What was refused, in words."""
    return " ".join(one["sentence"] for one in done["refused"])


def test_everything_that_is_published_is_in_force_after_one_pull(site: Any) -> None:
    """Policy, people and rates stand over the config's own; tables are in the station file; then nothing is new."""
    site.publish_everything()
    settings = site.settings()
    own = read_rulebook(settings).hash
    done = site.pull(settings)
    assert done["refused"] == []
    assert done["versions"] == {
        "policy": 1, "operators": 1, "rates": 1, "manifest": 1, "catalogue": 2, "recalls": 1, "rulings": 1
    }  # fmt: skip
    assert policy_text(settings) == ("site.toml", site.other)
    assert read_rulebook(settings).hash != own
    crew = people(settings)
    assert set(crew) == {"2001"}
    assert crew["2001"].badges == ("BADGE-NEW",)
    rates = rates_in_force(settings)
    assert rates is not None
    assert read_rulebook(settings).rates == rates
    with StationFile.open(settings.data, site.station, ("hub",)) as file:
        (product,) = file.catalogue.products("KET-1")
        assert product.price == Decimal("19.00")
        assert file.catalogue.sources() == {"monday.csv", "b.csv"}
        goods = Goods(title="Kettle", sku="KET-1", gtin="4006381333931")
        assert len(Recalls(file.catalogue.db).candidates(goods)) == 1
        (ruling,) = Arrivals(file.catalogue.db).to_write_down()
        assert (ruling.lpn, ruling.verdict, ruling.status) == ("BBBCBBBBBX", "hold", None)
    again = site.pull(settings)
    assert again["applied"] == again["refused"] == []


def test_a_new_version_takes_over_and_an_older_content_comes_back_as_a_new_one(site: Any) -> None:
    """Withdrawing a policy is publishing the one before it again."""
    settings = site.settings()
    site.publish("policy", "p.toml", site.eu)
    site.publish("policy", "p.toml", site.other)
    assert site.pull(settings)["versions"]["policy"] == 2
    site.publish("policy", "p.toml", site.eu)
    assert [one["version"] for one in site.pull(settings)["applied"]] == [3]
    assert policy_text(settings)[1] == site.eu


def test_config_leaves_kinds_out(site: Any) -> None:
    """What `pull` does not name is neither asked for nor in force, even where it was pulled before."""
    site.publish_everything()
    site.pull(site.settings())
    few = site.settings(pull=["operators"])
    assert policy_text(few)[0] == "eu.toml"
    assert set(in_force(few)) == {"operators"}
    none = site.settings("none", pull=[])
    assert site.pull(none) == {"versions": {}, "applied": [], "refused": []}


CHANGES = (
    ("update hub.publication set signature = null", "it is not signed"),
    ("update hub.publication set signature = 'AAAA'", "its signature is wrong"),
    ("update hub.publication set key_id = 'feedfeedfeedfeed'", "not among trusted_keys"),
    ("update hub.publication set audience = 'S1'", "its signature is wrong"),
    ("update hub.publication_part set content = content || 'x'", "is not whole"),
    ("update hub.publication_part set content = overlay(content placing 'X' from 9)", "other content"),
    ("delete from hub.publication_part", "has not its part 1 of 1"),
    ("update hub.publication set hash = repeat('g', 64)", "can't be"),
    ("update hub.publication set bytes = 99999999999, parts = 381470", "can't be"),
    ("update hub.publication set parts = 7", "can't be"),
    ("update hub.publication set name = '../x.toml'", "a name that no file has"),
    ("update hub.publication set name = e'a\\u001b]0;x\\u0007.toml'", "a name that no file has"),
)


def test_what_was_changed_on_its_way_is_refused_and_the_old_stays(site: Any) -> None:
    """Signature, key, audience, hash, size, name: one sentence each, and the policy before stays in force."""
    settings = site.settings()
    site.publish("operators", "o.toml", site.people)
    site.pull(settings)
    for number, (change, told) in enumerate(CHANGES, 2):
        site.publish("operators", "o.toml", f"{site.people}# {number}")
        site.change(f"{change} where kind = 'operators' and version = {number}")
        done = site.pull(settings)
        assert told in sentences(done), change
        assert done["applied"] == []
        assert in_force(settings)["operators"].version == 1
        assert sentences(site.pull(settings)) == sentences(done)
    site.publish("operators", "o.toml", site.people + "# mended")
    assert site.pull(settings)["refused"] == []


def test_an_old_version_can_not_be_handed_out_as_a_new_one(site: Any) -> None:
    """The number is under the signature."""
    settings = site.settings()
    site.publish("operators", "o.toml", site.people)
    site.change(
        "alter table hub.publication_part drop constraint if exists publication_part_kind_version_fkey"
    )
    site.change("update hub.publication set version = 9")
    site.change("update hub.publication_part set version = 9")
    assert "its signature is wrong" in sentences(site.pull(settings))


def test_a_refusal_is_logged_when_it_changes_only(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Every minute the same line would bury the others; a key that is added later opens the door by itself."""
    stranger = make_key(site.folder / "other.pem")
    site.publish("policy", "p.toml", site.other, load_key(site.folder / "other.pem"))
    settings = site.settings()
    with caplog.at_level(logging.WARNING):
        first, second = site.pull(settings), site.pull(settings)
    assert [one["again"] for one in (*first["refused"], *second["refused"])] == [False, True]
    assert len([one for one in caplog.records if "trusted_keys" in one.getMessage()]) == 1
    trusting = site.settings(trusted_keys=[site.public, stranger])
    assert [one["kind"] for one in site.pull(trusting)["applied"]] == ["policy"]


class Starred:
    """A language whose sentences begin with a star."""

    def gettext(self, message: str, /) -> str:
        """The sentence, known by its star."""
        return f"*{message}"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The same, with the form for a number."""
        return f"*{one if n == 1 else many}"


def test_a_refusal_can_be_said_in_every_language(site: Any) -> None:
    """Who reads it is not known where it is made; its values, and what is kept, stay as they are."""
    make_key(site.folder / "other.pem")
    site.publish("policy", "p.toml", site.other, load_key(site.folder / "other.pem"))
    (told,) = site.pull(site.settings())["refused"]
    assert told["sentence"].startswith(
        "Policy 1 of the hub (p.toml) is not taken over: it is signed by the key"
    )
    with speaking(Starred()):
        assert retold(told["sentence"]).startswith("**Policy 1 of the hub (p.toml) is not taken over: ")
    site.publish("policy", "q.toml", site.eu)
    site.pull(site.settings())
    site.change("delete from hub.publication_part")
    site.change("delete from hub.publication")
    (lost,) = site.pull(site.settings())["refused"]
    assert lost["sentence"].startswith("The hub does not know policy 2, which this station works with")
    assert isinstance(lost["sentence"], Said)


def test_tables_need_a_signature_only_where_a_key_is_trusted(site: Any) -> None:
    """Without any trusted key a manifest comes in as it did by hand; policies never do."""
    path = site.folder / "m.csv"
    path.write_text("rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n", "utf-8")
    with connect(site.hub) as connection:
        publish(connection, site.settings(), "manifest", path)
    site.publish("policy", "p.toml", site.other)
    done = site.pull(site.settings("a", trusted_keys=[]))
    assert [one["kind"] for one in done["applied"]] == ["manifest"]
    assert [one["kind"] for one in done["refused"]] == ["policy"]
    strict = site.pull(site.settings("b"))
    assert "Manifest 1 of the hub (m.csv) is not taken over: it is not signed." in sentences(strict)


def test_a_policy_that_this_station_can_not_load_is_refused_until_its_schemes_fit(site: Any) -> None:
    """A rule for a category that no scheme here grades: the old policy stays, and a scheme mends it."""
    settings = site.settings()
    other = site.eu.replace(
        'category = ["food", "fmcg"], expired = true }', 'category = ["food", "fmcg"], expired = true }'
    )
    site.publish("policy", "p.toml", other)
    site.pull(settings)
    shipped = files("terminal.data") / "schemes"
    own = site.folder / "data" / "own"
    own.mkdir(parents=True)
    for one in shipped.iterdir():
        if one.name.endswith((".toml", ".csv")):
            text = one.read_text("utf-8")
            (own / one.name).write_text(text.replace('"cosmetics"', '"make_up"'), "utf-8")
    site.publish("policy", "p.toml", site.other)
    config = site.folder / "config.toml"
    site.settings()
    config.write_text(config.read_text("utf-8") + '[schemes]\nfolder = "own"\n', "utf-8")
    narrow: Settings = load(config, settings.data, {"REGRADE_HUB_DSN": site.dsn})
    done = site.pull(narrow)
    assert "Policy 2 of the hub (p.toml) can't be used here" in sentences(done)
    assert "cosmetics" in sentences(done)
    assert policy_text(narrow)[1] == other
    assert [one["version"] for one in site.pull(settings)["applied"]] == [2]


def test_what_is_for_others_never_comes(site: Any, station_dsn: Callable[[str], str]) -> None:
    """A hub that hands out another's operators is not believed."""
    station_dsn("S2")
    site.publish("operators", "o.toml", site.people, audience="S2")
    settings = site.settings()
    assert site.pull(settings) == {"versions": {}, "applied": [], "refused": []}
    site.change("create or replace function hub.is_for(audience text, who text) returns boolean "
                "language sql immutable as 'select true'")  # fmt: skip
    assert "is published for others ('S2'), not for S1" in sentences(site.pull(settings))


def test_a_version_that_is_refused_stops_its_kind_and_no_other(site: Any) -> None:
    """Catalogues are applied in order: the third waits for the second, manifests go on."""
    for number in range(3):
        row = f"KET-{number},Kettle,small_appliance"
        site.publish("catalogue", f"c{number}.csv", f"sku,title,category\n{row}\n")
    site.publish("manifest", "m.csv", "rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n")
    site.change("delete from hub.publication_part where kind = 'catalogue' and version = 2")
    settings = site.settings()
    done = site.pull(settings)
    assert [(one["kind"], one["version"]) for one in done["applied"]] == [("manifest", 1), ("catalogue", 1)]
    assert "Catalogue 2" in sentences(done)
    assert done["versions"] == {"manifest": 1, "catalogue": 1}


def test_a_hub_from_yesterdays_backup_is_noticed(site: Any) -> None:
    """It knows less, or other things under the same number: nothing goes back, and a sentence says what to do."""
    settings = site.settings()
    site.publish_everything()
    site.pull(settings)
    site.change("delete from hub.publication_part where kind in ('policy', 'catalogue')")
    site.change("delete from hub.publication where kind in ('policy', 'catalogue')")
    told = sentences(site.pull(settings))
    assert "The hub does not know policy 1, which this station works with" in told
    assert policy_text(settings)[1] == site.other
    site.publish("catalogue", "x.csv", "sku,title,category\nX,X,home\n")
    site.publish("catalogue", "y.csv", "sku,title,category\nY,Y,home\n")
    assert "The hub's catalogue 2 is not the one that this station took over" in sentences(
        site.pull(settings)
    )
    assert site.publish("policy", "p.toml", site.eu, after=1) == 2
    assert policy_text(settings)[1] == site.other
    site.pull(settings)
    assert policy_text(settings)[1] == site.eu


def test_a_damaged_file_falls_back_and_is_fetched_again(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Content that was changed counts for nothing; the doctor says so; the next pull heals it."""
    settings = site.settings()
    site.publish_everything()
    site.pull(settings)
    (path,) = (settings.data / "hub" / "policy").glob("*.toml")
    path.write_text(site.other.replace("restock", "outlet"), "utf-8")
    assert policy_text(settings)[0] == "eu.toml"
    assert "was changed" in caplog.text
    (said,) = troubles(settings)
    assert said.startswith("The hub's policy 1 in ")
    assert [one["kind"] for one in site.pull(settings)["applied"]] == ["policy"]
    assert policy_text(settings) == ("site.toml", site.other)
    assert troubles(settings) == ()


def test_a_damaged_pointer_falls_back_and_is_written_again(site: Any) -> None:
    """Half a pointer is no pointer."""
    settings = site.settings()
    site.publish_everything()
    site.pull(settings)
    for text in ("", "{", "[]", '{"policy": 1}', '{"other": {}}', '{"policy": {"version": 0}}'):
        (settings.data / "hub" / "in_force.json").write_text(text, "utf-8")
        assert policy_text(settings)[0] == "eu.toml"
        assert set(people(settings)) == {"1001", "1002", "9001"}
        assert "can't be read" in troubles(settings)[0]
        assert {one["kind"] for one in site.pull(settings)["applied"]} == {"policy", "operators", "rates"}
        assert (policy_text(settings)[0], set(people(settings))) == ("site.toml", {"2001"})


def test_from_the_leads_file_to_the_benchs_decision(site: Any) -> None:
    """Pulled over PostgreSQL by the running bench: the next item is decided by it, and a badge is gone."""
    settings = site.settings()
    rule = """
[[rule]]
id = "shelves-full"
because = "The shelves are full."
law = "house policy"
short = "shelves full"
when = { category = "home" }
forbid = ["restock", "repackage", "outlet"]
"""
    head = "rma,sku,title,category,quantity,unit_price,currency"
    site.publish("manifest", "m.csv", f"{head}\nRMA1001,CUP-1,Cup,home,9,19.90,EUR\n")
    whole = assemble(settings, lambda: datetime(2026, 11, 23, 6, tzinfo=UTC))
    try:
        renewal = Renewal(settings, whole.station, whole.file)
        renewal.look(whole.file)
        station, badge = whole.station, badge_code(whole.people["1002"])
        for scan in (badge_code(whole.people["1001"]), "RMA1001", "CUP-1"):
            station.handle(Scan(scan))
        site.publish("policy", "site.toml", site.eu.partition("# --- examples")[0] + rule)
        gone = '[[operators]]\nid = "1001"\n[[operators]]\nid = "1002"\nrevoked = true\n'
        site.publish("operators", "o.toml", gone)
        renewal.look(whole.file)
        renewal.take()
        station.handle(Press("clean"))
        first = station.state.item
        assert first is not None
        assert first.decided is not None
        for lpn in first.unproven:
            station.handle(Scan(lpn))
        station.handle(Scan(tote_code(first.decided.disposition)))
        renewal.after()
        assert station.take(Scan(badge)).verdict.code == "badge-unknown"
        station.handle(Scan("CUP-1"))
        station.handle(Press("clean"))
        second = station.state.item
        assert second is not None
        assert second.proposal is not None
        assert "shelves-full" in second.proposal.forbidden["repackage"]
        assert second.proposal.disposition != first.decided.disposition
        (event,) = [one for one in whole.file.journal.events() if one.kind == "rules_changed"]
        assert event.body["versions"] == {"policy": 1, "operators": 1}
    finally:
        whole.close()


def test_one_pull_from_the_command_line(site: Any) -> None:
    """`regrade sync` pulls what is new; without a hub there is nothing to pull."""
    site.publish("operators", "o.toml", site.people)
    done = pull_once(site.settings())
    assert done is not None
    assert done["versions"] == {"operators": 1}
    assert pull_once(load(None, site.folder / "alone", {})) is None
