"""The statements that make the tables of figures, and the views that other programs may read.

`unit` has one narrow row for each unit, of this bench or of the past, and `kpi_day` its sums by day, so that the
figures of a million units are read from a few thousand rows. Both are made from the journal and from outcomes.
"""

from __future__ import annotations

from terminal.domain.kpi import SUMS

_SUM_COLUMNS = ",\n  ".join(f"{name} integer not null default 0" for name in SUMS)

UNITS = f"""
create table unit(
  lpn text primary key,
  past integer not null check (past in (0, 1)),
  category text,
  grade text,
  first_grade text,
  channel text,
  first_channel text,
  operator text,
  currency text,
  reason text,
  sku text,
  gtin text,
  original_cents integer,
  value_cents integer,
  mass_g integer,
  mass_source text,
  initiated_day integer,
  received_at integer,
  decided_at integer,
  placed_at integer,
  put_day integer,
  sold_day integer,
  final_day integer,
  proceeds_cents integer,
  credit_cents integer,
  inbound_cents integer,
  labour_s integer,
  parts_cents integer,
  pack_cents integer,
  outbound_cents integer,
  fees_cents integer,
  disposal_cents integer,
  holds integer not null,
  reroutes integer not null,
  overrides integer not null,
  override_reason text,
  undone integer not null,
  state text not null check (state in ('open', 'held', 'placed', 'closed')),
  received_day integer,
  passed_day integer,
  closed_day integer,
  cycle_days integer,
  cycle_fault integer not null,
  value_days integer,
  dock_s integer,
  fate text,
  own integer not null,
  settled integer not null,
  costed integer not null,
  income_cents integer not null,
  other_cents integer not null,
  recouped real
) strict;
create index unit_received on unit(received_day, costed);
create index unit_passed on unit(passed_day, costed);
create index unit_closed on unit(closed_day, costed, received_day);
create index unit_open on unit(
  received_day, initiated_day, category, state, own, value_cents, original_cents
) where closed_day is null;
create index unit_overridden on unit(passed_day, override_reason) where overrides > 0;
create index unit_recouped on unit(recouped, closed_day) where recouped is not null;

create table unit_stale(day integer primary key) strict;

create table kpi_day(
  part text not null,
  value text not null,
  day integer not null,
  costed integer not null,
  {_SUM_COLUMNS},
  primary key (part, value, day, costed)
) strict, without rowid;

create table kpi_spread(
  metric text not null check (metric in ('cycle', 'value', 'recouped')),
  day integer not null,
  value integer not null,
  n integer not null,
  primary key (metric, day, value)
) strict, without rowid;

create table trail(
  lpn text primary key,
  touch_ms integer not null default 0,
  decided_at integer,
  placed_at integer,
  channel text,
  holds integer not null default 0,
  reroutes integer not null default 0,
  overrides integer not null default 0,
  override_reason text,
  undone integer not null default 0,
  alone integer not null default 0
) strict, without rowid;
create index outcome_goods on outcome(rma, sku, gtin) where current = 1 and rma is not null;
"""

VIEWS = """
create view v_items as
select lpn, leader, parcel, rma, line, arrival, sku, gtin, serial, title, category, status, grade, first_grade,
  disposition, first_disposition, value_cents / 100.0 as value, currency, tote, operator, hold_reason, actions,
  copies, received_at, closed_at
from item;

create view v_units as
select lpn, past, category, grade, channel, first_channel, operator, currency, reason, sku, gtin, state,
  original_cents / 100.0 as original_price, proceeds_cents / 100.0 as proceeds, credit_cents / 100.0 as credit,
  inbound_cents / 100.0 as inbound_cost, other_cents / 100.0 as other_costs, labour_s / 60.0 as labour_minutes,
  mass_g / 1000.0 as mass_kg, mass_source, fate,
  date(initiated_day * 86400, 'unixepoch') as initiated, date(received_day * 86400, 'unixepoch') as received,
  date(decided_at, 'unixepoch') as decided, date(sold_day * 86400, 'unixepoch') as sold,
  date(closed_day * 86400, 'unixepoch') as closed,
  cycle_days, value_days as days_to_value, dock_s / 86400.0 as dock_to_decision_days,
  holds, reroutes, overrides, override_reason, undone, recouped
from unit;

create view v_kpi_daily as
select date(day * 86400, 'unixepoch') as day,
  sum(received) as received, sum(passed) as decided, sum(closed) as closed, sum(sold) as sold,
  1.0 * sum(settled_income) / nullif(sum(settled_original), 0) as recovery_gross,
  1.0 * sum(recouped_proceeds) / nullif(sum(recouped_original), 0) as recouped,
  1.0 * sum(cycle_days) / nullif(sum(cycled), 0) as cycle_days_mean,
  1.0 * sum(value_days) / nullif(sum(valued), 0) as days_to_value_mean,
  sum(dock_s) / 86400.0 / nullif(sum(docked), 0) as dock_to_decision_days_mean,
  1.0 * sum(first_pass) / nullif(sum(passed), 0) as first_pass_yield,
  1.0 * sum(overridden) / nullif(sum(recommended), 0) as override_rate,
  sum(received_labour) / 60.0 / nullif(sum(touched), 0) as touch_minutes_per_unit,
  3600.0 * sum(touched) / nullif(sum(received_labour), 0) as units_per_hour,
  1.0 * sum(reused_n + recycled_n) / nullif(sum(reused_n + recycled_n + energy_n + disposed_n), 0)
    as diversion_strict,
  1.0 * sum(reused_n + recycled_n + energy_n) / nullif(sum(reused_n + recycled_n + energy_n + disposed_n), 0)
    as diversion_landfill_only
from kpi_day where part = '' group by day;

create view v_totes as
select tote, channel, units, updated_at from tote;

create view v_holds as
select lpn, title, category, grade, hold_reason as reason, operator, received_at, closed_at as held_since,
  value_cents / 100.0 as value, currency
from item where status = 'held';

create view v_labels as
select job, lpn, copy, state, wanted, detail, printer, queued_at, changed_at, applied_at
from label_job;

create view v_shifts as
select number, opened_at, opened_by, closed_at, closed_by, totals
from shift;
"""
