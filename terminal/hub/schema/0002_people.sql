-- What people ask of the hub: items as their stations have them, roll-ups by day, claims and conflicts.
-- All of it is made from hub.event by the projector and can be made anew from there; hub.conflict alone also holds
-- what a person decided. `station` stands in every key of what is distributed; hub.conflict is a reference table.

-- How far the projector came in one journal, and the state of that bench there.
create table hub.fold(
  station text not null,
  epoch uuid not null,
  seq bigint not null default 0,
  state json,
  last_at timestamptz,
  changed_at timestamptz not null default now(),
  -- The event that can't be read by this program, and the sentence that says why.
  stuck_at bigint,
  why text,
  primary key (station, epoch)
);

-- One row a unit, equal to the station's own. The epoch is part of the key: a station that was set up anew counts its
-- licence plates from the start again.
create table hub.item(
  station text not null,
  epoch uuid not null,
  lpn text not null,
  leader text,
  parcel text,
  rma text,
  line bigint,
  arrival text,
  sku text,
  gtin text,
  serial text,
  title text,
  category text,
  status text not null default 'open',
  grade text,
  first_grade text,
  score numeric,
  disposition text,
  first_disposition text,
  value_cents bigint,
  currency text,
  tote text,
  operator text,
  hold_reason text,
  actions bigint not null default 0,
  copies bigint not null default 0,
  received_at timestamptz,
  closed_at timestamptz,
  -- From the manifest line that the parcel brought.
  reason text,
  initiated_at timestamptz,
  price_cents bigint,
  price_currency text,
  line_quantity bigint,
  -- What the events say beyond the station's own row.
  decided_at timestamptz,
  grade_overridden boolean not null default false,
  grade_override_reason text,
  channel_overridden boolean not null default false,
  channel_override_reason text,
  holds bigint not null default 0,
  -- Time between two inputs while the item was open, a longer pause counted as five minutes; on the leader alone.
  touch_ms bigint not null default 0,
  policy text,
  updated_seq bigint not null,
  updated_at timestamptz not null default now(),
  primary key (station, epoch, lpn)
);
create index item_closed on hub.item(closed_at) where status = 'closed';
create index item_received on hub.item(received_at);
create index item_rma on hub.item(rma);
create index item_serial on hub.item(serial) where serial is not null;

-- Sums by day (UTC): `received` by the day of arrival, all else by the day on which the item was closed or held.
create table hub.rollup_day(
  station text not null,
  day date not null,
  category text not null,
  grade text not null,
  disposition text not null,
  reason text not null,
  operator text not null,
  currency text not null,
  override_reason text not null,
  received bigint not null,
  closed bigint not null,
  held bigint not null,
  recommended bigint not null,
  overridden bigint not null,
  grade_overridden bigint not null,
  channel_overridden bigint not null,
  ever_held bigint not null,
  first_pass bigint not null,
  valued bigint not null,
  value_cents numeric not null,
  priced bigint not null,
  priced_value_cents numeric not null,
  price_cents numeric not null,
  timed bigint not null,
  cycle_seconds numeric not null,
  cycle_from_receipt bigint not null,
  cycle_negative bigint not null,
  docked bigint not null,
  dock_seconds numeric not null,
  touch_ms numeric not null,
  primary key (station, day, category, grade, disposition, reason, operator, currency, override_reason)
);
create index rollup_day_day on hub.rollup_day(day);

-- Who says that a serial number or a unit of an RMA line stands at his bench. Looked at once after each change.
create table hub.claim(
  station text not null,
  epoch uuid not null,
  what text not null,
  value text not null,
  lpn text not null,
  event_id uuid not null,
  at timestamptz not null,
  live boolean not null,
  checked boolean not null default false,
  primary key (station, what, value, epoch, lpn)
);
create index claim_value on hub.claim(what, value) where live;
create index claim_due on hub.claim(station) where not checked;

create table hub.conflict(
  id uuid primary key,
  what text not null,
  value text not null,
  claims json not null,
  stations text[] not null,
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolution json
);
create unique index conflict_open on hub.conflict(what, value) where resolved_at is null;

-- For BI tools.
create view hub.v_items as
select station, epoch, lpn, rma, line, arrival, sku, gtin, serial, title, category, status, grade, first_grade, score,
  case when status = 'held' then 'quarantine' else disposition end as channel, first_disposition as first_channel,
  value_cents / 100.0 as value, currency, price_cents / 100.0 as price, price_currency, reason, operator, hold_reason,
  tote, holds, grade_overridden, channel_overridden, initiated_at, received_at, decided_at, closed_at,
  touch_ms / 1000.0 as touch_seconds, policy
from hub.item
where status <> 'void';

create view hub.v_kpi_daily as
select day, station, category, grade, disposition as channel, currency,
  sum(received) as received, sum(closed) as closed, sum(held) as held,
  sum(value_cents) / 100 as expected_value, sum(valued) as valued,
  sum(priced_value_cents) / nullif(sum(price_cents), 0) as expected_recovery, sum(priced) as priced,
  sum(cycle_seconds) / nullif(sum(timed), 0) as cycle_seconds_mean, sum(timed) as timed,
  sum(dock_seconds) / nullif(sum(docked), 0) as dock_seconds_mean, sum(docked) as docked,
  sum(ever_held) / nullif(sum(closed + held), 0) as hold_rate,
  sum(overridden) / nullif(sum(recommended), 0) as override_rate, sum(recommended) as recommended,
  sum(first_pass) / nullif(sum(closed + held), 0) as first_pass_yield,
  sum(touch_ms) / 1000 as touch_seconds
from hub.rollup_day
group by day, station, category, grade, disposition, currency;
