"""The statements that make the tables of the station file, one text for each migration step.

A step is never edited once it was released; what comes later is a step of its own.
"""

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

WORDS = """
alter table outcome add column receipt text;
alter table outcome add column quantity integer;
alter table outcome add column part text;
alter table outcome add column kind text not null default 'said' check (kind in ('said', 'ruled', 'counted'));
alter table outcome add column state text not null default 'settled';
alter table outcome add column batch integer not null default 0;
alter table outcome add column ruled_by text;
alter table outcome add column why text;
alter table outcome add column written integer not null default 0 check (written in (0, 1));
update outcome set batch = revision, written = 1;
create index outcome_unwritten on outcome(key, revision) where written = 0 and kind <> 'counted';
create index outcome_ended on outcome(sold, imported) where current = 1;
create index outcome_unsettled on outcome(key) where state = 'unsettled';

create view v_outcomes as
select key, revision, kind, state, current as counts, lpn, rma, sku, gtin, quantity, category, outcome, part,
  channel, proceeds_cents / 100.0 as proceeds, credit_cents / 100.0 as credit, costs_cents / 100.0 as costs,
  currency, receipt, decided, sold, source, imported, ruled_by, why,
  sold is not null and substr(sold, 1, 7) < substr(imported, 1, 7) as late
from outcome;
"""
"""Words of the same goods beside each other: `kind` is counted for what was added up from several of them."""

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

ARRIVALS = """
create table arrival(
  kind text not null,
  version integer not null check (version >= 1),
  state text not null check (state in ('applied', 'refused')),
  name text not null,
  hash text not null,
  at text not null,
  sentence text,
  primary key (kind, version)
) strict, without rowid;

create table ruling(
  id text not null,
  lpn text not null,
  verdict text not null check (verdict in ('keep', 'hold')),
  what text not null,
  value text not null,
  ruled_by text not null,
  ruled_at text not null,
  note text not null default '',
  version integer not null,
  primary key (id, lpn)
) strict, without rowid;
create index ruling_lpn on ruling(lpn);
"""

AUDITS = """
create table audit(
  audit text primary key,
  lpn text,
  at text,
  stratum text,
  stratum_items integer,
  first_grade text,
  grade text,
  first_disposition text,
  disposition text,
  operator text,
  auditor text,
  category text,
  title text not null default '',
  settled text check (settled in ('agreed', 'first', 'audit')),
  findings text not null default '[]',
  found text,
  source text not null default ''
) strict, without rowid;
create index audit_at on audit(at);
create index audit_lpn on audit(lpn);
create index audit_operator on audit(operator, at);
create index event_by_hand on event(item) where kind in ('grade_overridden', 'disposition_overridden');
"""

PEOPLE = """
create table person(
  id text primary key,
  name text not null,
  role text not null check (role in ('operator', 'lead', 'manager')),
  badges text not null default '[]',
  disabled integer not null default 0 check (disabled in (0, 1)),
  changed_at text not null
) strict, without rowid;
create table pin(
  person text primary key,
  hash text not null,
  pepper text not null,
  set_at text not null,
  failures integer not null default 0,
  wait_ms integer not null default 0,
  boot text not null default '',
  since_ms integer not null default 0
) strict, without rowid;
"""

STOCK = """
alter table tote add column state text not null default 'open' check (state in ('open', 'closed'));
alter table tote add column loads integer not null default 0;
create index item_tote on item(tote) where tote is not null;

create table load(
  load text primary key,
  tote text,
  channel text,
  recipient text,
  units integer not null default 0,
  handed_at text,
  handed_by text
) strict, without rowid;
create index load_tote on load(tote);

create table hold(
  lpn text primary key,
  since text,
  owner text,
  due text,
  assigned_at text,
  assigned_by text
) strict, without rowid;
"""

LANGUAGE = """
alter table person add column language text not null default '';
"""
