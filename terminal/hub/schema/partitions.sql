-- Months of hub.event, made ahead. A month that is made late takes its rows out of the default partition.
create or replace function hub.ensure_partitions(before integer default 1, ahead integer default 3) returns integer
language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  month timestamptz := date_trunc('month', now()) - make_interval(months => before);
  until timestamptz := date_trunc('month', now()) + make_interval(months => ahead);
  name text;
  made integer := 0;
begin
  while month <= until loop
    name := 'event_' || to_char(month, 'YYYY_MM');
    if to_regclass('hub.' || name) is null then
      lock table hub.event_default in access exclusive mode;  -- or a row could land there meanwhile
      execute format('create table hub.%I (like hub.event including defaults including constraints)', name);
      execute format('with late as (delete from hub.event_default where at >= %L and at < %L returning *) '
                     'insert into hub.%I select * from late', month, month + interval '1 month', name);
      execute format('alter table hub.event attach partition hub.%I for values from (%L) to (%L)',
                     name, month, month + interval '1 month');
      made := made + 1;
    end if;
    month := month + interval '1 month';
  end loop;
  return made;
end $$;
