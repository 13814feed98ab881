"""The tables of the station file, the triggers that guard the journal, and how both come about.

Tables and indexes come from migration steps, which are never edited once released. Triggers stand beside them and
are put back at every start, because sqlite-utils drops a table's triggers when it transforms the table. What is in
the file is then compared, statement by statement, with what the steps make in memory. No check uses `json_valid`:
SQLite before 3.41 refuses it where the schema is not trusted.
"""

from __future__ import annotations

from functools import cache

from sqlite_utils import Database, Migrations

from terminal.store.connection import file_of, read, run, transaction
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreUnavailable, explained

TABLES = """
create table meta(k text primary key, v text not null) strict, without rowid;

create table event(
  seq integer primary key,
  id text not null unique,
  kind text not null,
  v integer not null,
  at text not null,
  item text,
  operator text,
  policy text,
  body text not null check (substr(body, 1, 1) = '{' and substr(body, -1) = '}'),
  prev text not null check (length(prev) = 64),
  hash text not null check (length(hash) = 64)
) strict;
create index event_item on event(item) where item is not null;
create index event_shift on event(kind, seq) where kind in ('shift_opened', 'input_refused', 'undone');

create table sink(
  name text primary key,
  cut integer not null default 0,
  attempts integer not null default 0,
  next_at integer not null default 0,
  last_error text,
  acked_at text
) strict, without rowid;
create table outbox(
  sink text not null references sink(name),
  first integer not null,
  last integer not null check (last >= first),
  sent_first integer not null,
  sent_last integer not null,
  state text not null check (state in ('sending', 'waiting', 'retry', 'dead')),
  attempts integer not null default 0,
  next_at integer not null default 0,
  last_error text,
  primary key (sink, first)
) strict, without rowid;
create index outbox_open on outbox(sink, first) where state <> 'dead';

create table item(
  lpn text primary key,
  leader text,
  parcel text,
  rma text,
  line integer,
  arrival text,
  sku text,
  gtin text,
  serial text,
  title text,
  category text,
  status text not null default 'open' check (status in ('open', 'held', 'closed', 'void')),
  grade text,
  first_grade text,
  score text,
  disposition text,
  first_disposition text,
  value_cents integer,
  currency text,
  tote text,
  operator text,
  hold_reason text,
  actions integer not null default 0,
  copies integer not null default 0,
  received_at text,
  closed_at text,
  facts text,
  decision text,
  updated_seq integer
) strict;
create index item_leader on item(leader);
create index item_line on item(rma, line);
create index item_serial on item(serial);
create index item_sku on item(sku);
create index item_status on item(status);
create index item_updated on item(updated_seq);

create table parcel(
  parcel text primary key,
  rma text,
  tracking text,
  how text,
  reason text,
  status text not null default 'open' check (status in ('open', 'closed', 'void')),
  operator text,
  received_at text,
  closed_at text,
  expected integer not null default 0,
  received integer not null default 0,
  over integer not null default 0,
  short integer not null default 0,
  unexpected integer not null default 0
) strict;
create index parcel_rma on parcel(rma);

create table tote(
  tote text primary key,
  channel text,
  units integer not null default 0,
  updated_at text
) strict, without rowid;

create table label_job(
  job text primary key,
  lpn text,
  copy integer,
  tag text,
  state text not null default 'queued'
    check (state in ('queued', 'sending', 'sent', 'confirmed', 'failed', 'unknown')),
  wanted integer not null default 1 check (wanted in (0, 1)),
  detail text,
  queued_at text,
  changed_at text,
  printer text,
  applied_at text,
  queued_seq integer
) strict;
create index label_job_due on label_job(state) where wanted = 1 and state in ('queued', 'sending');
create index label_job_lpn on label_job(lpn);
create index label_job_queued on label_job(queued_seq);

create table shift(
  number integer primary key,
  opened_at text,
  opened_by text,
  closed_at text,
  closed_by text,
  totals text
) strict;

create table rest(seq integer primary key, body text not null) strict;

create table manifest(
  rma text not null,
  line integer not null,
  sku text,
  gtin text,
  serial text,
  title text not null,
  category text not null,
  quantity integer not null,
  unit_price_cents integer,
  currency text,
  tracking text,
  reason text,
  initiated text,
  weight_g integer,
  assumed text not null default '[]',
  source text,
  primary key (rma, line)
) strict, without rowid;
create index manifest_rma on manifest(rma collate nocase);
create index manifest_tracking on manifest(tracking collate nocase) where tracking is not null;
create index manifest_serial on manifest(serial collate nocase) where serial is not null;

create table product(
  key text primary key,
  sku text,
  gtin text,
  gtin14 text,
  title text not null,
  category text not null,
  price_cents integer,
  currency text,
  weight_g integer,
  hygiene integer check (hygiene in (0, 1)),
  battery text,
  hazard text,
  brand text,
  assumed text not null default '[]',
  source text
) strict, without rowid;
create index product_sku on product(sku collate nocase) where sku is not null;
create index product_gtin on product(gtin14) where gtin14 is not null;
"""

OUTCOMES = """
create table outcome(
  key text not null,
  revision integer not null check (revision >= 1),
  current integer not null check (current in (0, 1)),
  digest text not null,
  lpn text,
  rma text,
  sku text,
  gtin text,
  title text,
  category text not null,
  brand text,
  grade text,
  packaging text,
  channel text,
  market text,
  reason text,
  outcome text not null,
  currency text,
  reference_cents integer,
  original_cents integer,
  proceeds_cents integer,
  credit_cents integer,
  costs_cents integer,
  decided text,
  sold text,
  overridden integer not null default 0 check (overridden in (0, 1)),
  assumed text not null default '[]',
  source text,
  imported text not null,
  primary key (key, revision)
) strict, without rowid;
create unique index outcome_current on outcome(key) where current = 1;
create unique index outcome_digest on outcome(key, digest);
create index outcome_lpn on outcome(lpn) where lpn is not null;
"""

GATES = """
create table recall(
  number text not null,
  part integer not null,
  body text not null,
  source text,
  primary key (number, part)
) strict, without rowid;
create table recall_key(
  kind text not null check (kind in ('gtin', 'sku', 'model', 'known', 'name', 'brand', 'product')),
  key text not null,
  number text not null,
  part integer not null,
  primary key (kind, key, number, part),
  foreign key (number, part) references recall(number, part) on delete cascade
) strict, without rowid;
create index recall_key_of on recall_key(number, part);
create table recall_word(word text primary key) strict, without rowid;

create table tac(tac text primary key, brand text not null, model text not null, source text) strict, without rowid;

create table status_check(
  number text not null,
  provider text not null,
  at text not null,
  result text not null check (result in ('clear', 'flagged', 'unknown')),
  ref text not null default '',
  kind text not null,
  value text not null,
  source text,
  primary key (number, provider, at)
) strict, without rowid;

create table wipe(id text primary key, body text not null, source text) strict, without rowid;
create table wipe_key(
  key text not null,
  id text not null references wipe(id) on delete cascade,
  primary key (key, id)
) strict, without rowid;
create index wipe_key_of on wipe_key(id);
"""

TRIGGERS = {
    "event_no_update": """
create trigger event_no_update before update on event
begin select raise(abort, 'the journal is append-only: an event can not be changed'); end""",
    "event_no_delete": """
create trigger event_no_delete before delete on event
begin select raise(abort, 'the journal is append-only: an event can not be deleted'); end""",
    # On a connection without recursive triggers INSERT OR REPLACE deletes without asking the trigger above.
    "event_no_replace": """
create trigger event_no_replace before insert on event
when exists (select 1 from event where id = new.id)
begin select raise(abort, 'the journal is append-only: an event of this id is there'); end""",
    "event_gapless": """
create trigger event_gapless before insert on event
when new.seq is not coalesce((select max(seq) from event), 0) + 1
begin select raise(abort, 'the journal has no gaps: the number must follow the last one'); end""",
    "event_chain": f"""
create trigger event_chain before insert on event
when new.prev is not coalesce((select hash from event order by seq desc limit 1), '{"0" * 64}')
begin select raise(abort, 'the hash chain is broken: prev is not the hash of the last event'); end""",
}
"""Name -> statement. The gapless rule also refuses an INSERT OR REPLACE on a number that is there."""

STATION = Migrations("station")
Shape = dict[tuple[str, str], str]
"""(type, name) of an object in the file -> its statement, spaces made one."""


@STATION(name="0001_tables")
def _tables(db: Database) -> None:
    db.executescript(TABLES)


@STATION(name="0002_outcomes")
def _outcomes(db: Database) -> None:
    db.executescript(OUTCOMES)


@STATION(name="0003_gates")
def _gates(db: Database) -> None:
    db.executescript(GATES)


def pending(db: Database) -> bool:
    """True where the file has still to be made or brought up to date. Raises StoreUnavailable where it is newer."""
    path = file_of(db)
    with explained(path):
        newer = sorted({step.name for step in STATION.applied(db)} - _steps())
        waiting = bool(STATION.pending(db))
    if newer:
        raise StoreUnavailable(
            f"{path} was written by a newer version of this program (step {newer[-1]}). Update this station.",
            "newer",
        )
    return waiting


def migrate(db: Database) -> None:
    """Apply the steps that are missing and put the triggers, all of it or nothing, inside a transaction.

    The caller must be the only one who has the file open.
    """
    if not db.conn.in_transaction:
        raise RuntimeError("a file is made in a transaction, or a crash leaves it without its triggers")
    with explained(file_of(db)):
        STATION.apply(db)
    _put_triggers(db, actual(db))


def settle(db: Database) -> list[str]:
    """Put missing triggers and indexes back and say what was not as expected, one sentence each.

    Raises StoreUnavailable where a table is missing or has another shape: nothing can be put back then.
    """
    found, wanted = actual(db), expected()
    told = drift(db)
    broken = [
        name for (kind, name), sql in wanted.items() if kind == "table" and found.get((kind, name)) != sql
    ]
    if broken:
        raise StoreUnavailable(
            f"{file_of(db)} has not the tables that this version works with ({', '.join(sorted(broken))}). "
            "Restore the last backup, or give another data folder.",
            "schema",
        )
    if told:
        with transaction(db):
            _put_triggers(db, found)
            _put_indexes(db, found)
    return told


def drift(db: Database) -> list[str]:
    """What in the file differs from what the steps and triggers make, one sentence each. Changes nothing."""
    found, wanted = actual(db), expected()
    told = []
    for (kind, name), sql in wanted.items():
        if (kind, name) not in found:
            told.append(f"The {kind} {name} is missing from the file.")
        elif found[kind, name] != sql:
            told.append(f"The {kind} {name} in the file is not the one of this version.")
    told += [
        f"The file holds a {kind} {name} that is not ours."
        for kind, name in found
        if (kind, name) not in wanted
    ]
    return told


def actual(db: Database) -> Shape:
    """What the file holds, without SQLite's own tables and the list of migrations."""
    sql = (
        "select type, name, sql from sqlite_master where sql is not null and substr(name, 1, 7) <> 'sqlite_'"
    )
    shape = {(kind, name): " ".join(text.split()) for kind, name, text in read(db, sql)}
    return {key: text for key, text in shape.items() if "_sqlite_migrations" not in text}


@cache
def expected() -> Shape:
    """What a file made by this version holds."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
    try:
        STATION.apply(db)
        for sql in TRIGGERS.values():
            run(db, sql)
        return actual(db)
    finally:
        db.close()


@cache
def _steps() -> set[str]:
    """The names of all steps that this version knows."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
    try:
        return {step.name for step in STATION.pending(db)}
    finally:
        db.close()


def _put_triggers(db: Database, found: Shape) -> None:
    for kind, name in found:
        if kind == "trigger":
            run(db, f'drop trigger if exists "{name.replace(chr(34), chr(34) * 2)}"')
    for sql in TRIGGERS.values():
        run(db, sql)


def _put_indexes(db: Database, found: Shape) -> None:
    missing = {key: sql for key, sql in expected().items() if key[0] == "index" and found.get(key) != sql}
    for (_, name), sql in missing.items():
        run(db, f"drop index if exists {name}")
        run(db, sql)
