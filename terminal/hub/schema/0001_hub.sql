-- The hub's own tables: what stations sent, who the stations are, what is published to them.
--
-- One machine or many: `station` stands in every unique key of the tables that grow with stations, there is no
-- sequence and no key from one station's rows to another's. So they can be distributed by station as they are.
-- The small tables (station, publication, migration) are the same on every node. Names of stations are compared byte
-- by byte: by a language's rules, keys would cost several times as much.

create table hub.migration (
  number integer primary key,
  name text not null,
  at timestamptz not null default now()
);

create table hub.station (
  station text collate "C" primary key,
  role name unique,                    -- the login of a station that speaks PostgreSQL itself
  active boolean not null default true,
  token_hash text unique,              -- hex of SHA-256, for a station that speaks HTTPS
  certificate text,                    -- hex of SHA-256 over its certificate, where one is pinned
  added_at timestamptz not null default now(),
  revoked_at timestamptz,
  note text
);

-- Every event exactly as the station chained it. `body` is json, not jsonb: the hash is over these very bytes.
-- A unique key of a table in partitions must hold the partition's column, so who may stand here once is said
-- by hub.event_key (until step 0007).
create table hub.event (
  station text collate "C" not null,
  epoch uuid not null,
  seq bigint not null check (seq > 0),
  event_id uuid not null,
  kind text not null,
  v integer not null,
  at timestamptz not null,
  item text,
  operator text,
  policy text,
  body json not null,
  prev bytea not null,
  hash bytea not null,
  received_at timestamptz not null,
  primary key (station, epoch, seq, at)
) partition by range (at);
create index event_at on hub.event using brin (at);
-- A clock that is years off must land somewhere.
create table hub.event_default partition of hub.event default;

create table hub.event_key (
  station text collate "C" not null,
  event_id uuid not null,
  epoch uuid not null,
  seq bigint not null,
  hash bytea not null,
  at timestamptz not null,             -- names the month in which the event lies
  primary key (station, event_id),
  unique (station, epoch, seq)
);

-- One row per journal: the lock under which its batches go in one by one, and what status says of it.
create table hub.journal (
  station text collate "C" not null,
  epoch uuid not null,
  events bigint not null default 0,
  last_seq bigint not null default 0,
  last_hash bytea,
  station_seq bigint,                  -- how far the station says that its journal goes
  station_hash text,
  first_at timestamptz,
  last_at timestamptz,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  offset_ms bigint,                    -- the hub's clock minus the station's
  program text,
  rejects bigint not null default 0,
  primary key (station, epoch)
) with (fillfactor = 50);

-- What was refused, whole, once per content.
create table hub.reject (
  station text collate "C" not null,               -- who sent it
  digest bytea not null,               -- SHA-256 over the content
  epoch uuid,
  seq bigint,
  event_id text,
  reason text not null,
  detail text not null,
  head text,
  body text,
  prev text,
  hash text,
  at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  times bigint not null default 1,
  primary key (station, digest)
);
create index reject_journal on hub.reject (station, epoch);

create table hub.publication (
  kind text not null,
  version integer not null check (version > 0),
  audience text not null default '*',  -- a station, several with commas between, or all
  name text not null,
  hash text not null,                  -- hex of SHA-256 over the whole content
  bytes bigint not null,
  parts integer not null,
  signature text,
  key_id text,
  at timestamptz not null default now(),
  by_whom text,
  primary key (kind, version)
);

create table hub.publication_part (
  kind text not null,
  version integer not null,
  part integer not null,
  content bytea not null,
  primary key (kind, version, part),
  foreign key (kind, version) references hub.publication
);
