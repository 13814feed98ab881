-- A run: events that follow each other and are all plain, column by column. Each of nine texts holds one value an
-- event, with spaces between (line feeds between bodies); of `prev` only the first is there. A station sends its days
-- so: at half the cost of single events. The texts under the hashes are put together here, and the hashes say whether
-- they came out as the station wrote them.

create or replace function hub.is_run(run jsonb) returns boolean
language sql immutable as $$
  select case when jsonb_typeof(run) = 'object' and jsonb_typeof(run -> 'first') = 'number'
                   and jsonb_typeof(run -> 'count') = 'number'
              then (run ->> 'first')::numeric between 1 and 9e17 and (run ->> 'first')::numeric % 1 = 0
               and (run ->> 'count')::numeric between 1 and 1e5 and (run ->> 'count')::numeric % 1 = 0
               and not exists (
                 select 1 from unnest(array['station', 'prev', 'ids', 'kinds', 'vs', 'ats', 'items', 'operators', 'policies',
                                            'bodies', 'hashes']) as name
                  where jsonb_typeof(run -> name) is distinct from 'string')
              else false end
$$;

-- The events of a run, each with the hash before it. A value that is missing is null, and so is an empty one of those
-- that may be.
create or replace function hub.lines_of_run(run jsonb)
returns table (n bigint, id text, kind text, v text, at text, item text, operator text, policy text, body text,
  prev text, hash text)
language sql immutable rows 500 as $$
  select n, id, kind, v, at, nullif(item, ''), nullif(operator, ''), nullif(policy, ''), body, prev, hash
    from unnest(string_to_array(run ->> 'ids', ' '), string_to_array(run ->> 'kinds', ' '),
                string_to_array(run ->> 'vs', ' '), string_to_array(run ->> 'ats', ' '),
                string_to_array(run ->> 'items', ' '), string_to_array(run ->> 'operators', ' '),
                string_to_array(run ->> 'policies', ' '), string_to_array(run ->> 'bodies', E'\n'),
                string_to_array((run ->> 'prev') || ' ' || (run ->> 'hashes'), ' '),
                string_to_array(run ->> 'hashes', ' '))
         with ordinality as t(id, kind, v, at, item, operator, policy, body, prev, hash, n)
   where hash is not null
$$;

-- The head of a plain event as stations write it, without its last bracket. Null where a value is missing.
create or replace function hub.head_start(who text, journal uuid, seq bigint, id text, kind text, v text, at text,
  item text, operator text, policy text) returns text
language sql immutable as $$
  select '["' || who || '","' || journal::text || '",' || seq::text || ',"' || id || '","' || kind || '",' || v || ',"' || at
         || '",' || coalesce('"' || item || '"', 'null') || ',' || coalesce('"' || operator || '"', 'null')
         || ',' || coalesce('"' || policy || '"', 'null')
$$;

-- A run of new events, all at once. `whole` is null where any of them is here already, and nothing is stored then.
-- Raises data exceptions for what can't be read, RG009 where a hash does not fit, and integrity violations for
-- conflicts: the caller's block takes back what was stored until then.
create or replace function hub.take_run(who text, journal uuid, run jsonb, count integer,
  out whole boolean, out top bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  first bigint := run ->> 'first';
  last bigint := first + count - 1;
  start text := run ->> 'prev';
  before text := case when first = 1 then repeat('0', 64) end;
  heads text := concat(run ->> 'ids', run ->> 'kinds', run ->> 'ats', run ->> 'items', run ->> 'operators',
                       run ->> 'policies');
  good boolean;
  near record;
begin
  for near in
    select e.seq, encode(e.hash, 'hex') as hash from hub.event e
     where e.station = who and e.epoch = journal and e.seq between first - 1 and last + 1
     order by e.seq limit 2
  loop
    if near.seq >= first then
      return;  -- sent again, or it closes a gap
    end if;
    before := near.hash;
  end loop;
  if who is distinct from run ->> 'station' or start <> coalesce(before, start) or start <> encode(decode(start, 'hex'), 'hex') or length(start) <> 64
     or strpos(heads, '"') > 0 or strpos(heads, '\') > 0 then
    return;
  end if;
  with line as materialized (
    select first + n - 1 as seq, l.*, l.id::uuid as event_id, l.at::timestamptz as moment,
           decode(l.hash, 'hex') as digest
      from hub.lines_of_run(run) l
  ), stored as (
    insert into hub.event
      (station, epoch, seq, event_id, kind, v, at, item, operator, policy, body, prev, hash, received_at)
    select who, journal, seq, event_id, kind, v::integer, moment, item, operator, policy, body::json,
           decode(prev, 'hex'), digest, now()
      from line
  )
  select bool_and(
           sha256(convert_to(prev || hub.head_start(who, journal, seq, id, kind, v, at, item, operator, policy)
                             || ',' || body || ']', 'UTF8')) = digest
           and encode(digest, 'hex') = hash and event_id::text = id and v::integer::text = v
           and at like '____-__-__T__:__:__.___Z' and left(body, 1) = '{')
         and count(*) = take_run.count, min(moment), max(moment)
    into good, first_at, last_at from line;
  if good is distinct from true then
    raise exception using errcode = 'RG009';
  end if;
  top := last;
  whole := true;
  if strpos(run ->> 'kinds', 'photo_kept') > 0 then
    perform hub.want_photo(who, body, item, at::timestamptz) from hub.lines_of_run(run) where kind = 'photo_kept';
  end if;
end $$;

-- The same events one by one, as texts under their hashes. A run that holds another number of them than it says can
-- be made into nothing. Raises RG003.
create or replace function hub.events_of_run(journal uuid, run jsonb, count integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who text := run ->> 'station';
  events jsonb;
begin
  select jsonb_agg(jsonb_build_array(
           hub.head_start(who, journal, (run ->> 'first')::bigint + n - 1, id, kind, v, at, item, operator, policy)
             || ']', body, prev, hash) order by n)
    into events
    from hub.lines_of_run(run);
  if jsonb_array_length(events) is distinct from count then
    raise exception 'The run has % events and says %.', jsonb_array_length(events), count using errcode = 'RG003';
  end if;
  return events;
end $$;
