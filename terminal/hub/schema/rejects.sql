-- What is refused: kept whole and once per content up to a quota of each station, beyond that counted by reason.
-- So a station that sends nothing but rubbish can't fill the disk. An event that is taken never comes by here.

-- Rejects of one station that are kept whole: so many ...
create or replace function hub.rejects_kept() returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select value from hub.setting where name = 'rejects_kept'), 1000)
$$;

-- Whether one more may be kept whole. Where not, it is counted; the first beyond the quota is kept as its sample.
create or replace function hub.may_keep_reject(who text, why text, what bytea, size bigint) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  room constant bigint := 67108864;  -- ... and so many bytes of them, for a few can be very large
  kept hub.reject_kept;
  first boolean;
begin
  select k.* into kept from hub.reject_kept k where k.station = who;
  if coalesce(kept.rejects, 0) < hub.rejects_kept() and coalesce(kept.bytes, 0) < room then
    insert into hub.reject_kept as k (station, rejects, bytes) values (who, 1, size)
    on conflict (station) do update set rejects = k.rejects + 1, bytes = k.bytes + excluded.bytes;
    return true;
  end if;
  insert into hub.reject_over as o (station, reason, sample) values (who, why, what)
  on conflict (station, reason) do update set times = o.times + 1, last_at = now()
  returning o.times = 0 into first;
  return first;
end $$;

-- A refused event. True where its content is new and kept.
create or replace function hub.keep_reject(who text, journal uuid, event jsonb, why text, said text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
set enable_seqscan = off as $$  -- the plans are made while the tables are empty, and would read the whole of them
declare
  h jsonb;
  number bigint;
  new boolean;
  plain boolean := coalesce(jsonb_typeof(event) = 'array' and jsonb_typeof(event -> 1) = 'string', false);
  content bytea := sha256(convert_to(why || ' ' || journal || ' ' || event::text, 'UTF8'));
begin
  update hub.reject r set times = r.times + 1, last_at = now() where r.station = who and r.digest = content;
  if found or not hub.may_keep_reject(who, why, content, octet_length(event::text)) then
    return false;
  end if;
  begin
    h := (event ->> 0)::jsonb;
    number := (h ->> 2)::bigint;
  exception when others then
    number := null;
  end;
  insert into hub.reject (station, digest, epoch, seq, event_id, reason, detail, head, body, prev, hash)
  values (who, content, journal, number, h ->> 3,
          why, said, case when plain then event ->> 0 end, case when plain then event ->> 1 else event::text end,
          case when plain then event ->> 2 end, case when plain then event ->> 3 end)
  on conflict (station, digest) do update set times = hub.reject.times + 1, last_at = now()
  returning times = 1 into new;
  return new;
end $$;
