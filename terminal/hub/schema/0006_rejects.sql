-- How much of what is refused is kept of each station, and what was only counted.

-- Numbers that the hub's people may choose; where one is missing, the functions' own holds.
create table hub.setting (
  name text primary key,
  value bigint not null
);

-- What of hub.reject counts for a station's quota. A count of its own: looking through the rejects at each refusal
-- would take longer with each of them.
create table hub.reject_kept (
  station text collate "C" primary key,
  rejects bigint not null,
  bytes bigint not null
);
insert into hub.reject_kept (station, rejects, bytes)
select station, count(*), coalesce(sum(octet_length(body) + coalesce(octet_length(head), 0)), 0)
  from hub.reject group by station;

-- A station's refusals beyond its quota, by reason. The first of each reason stands whole in hub.reject: its sample.
create table hub.reject_over (
  station text collate "C" not null,
  reason text not null,
  sample bytea not null,               -- digest of the sample in hub.reject
  times bigint not null default 0,     -- refusals of which nothing else was kept
  since timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (station, reason)
);

-- Nothing asks by journal, and a look-up by content would go over all rejects of the station by it.
drop index if exists hub.reject_journal;
