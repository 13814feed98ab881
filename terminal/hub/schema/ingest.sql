-- The one door for stations. Put back at every `hub init`, so that it is always the one of the program.
--
-- A batch whose rows are all clean goes in by one statement (hub.take_run where it comes as a run, else
-- hub.take_all). Anything else goes row by row (hub.take_one), where one bad row can't hurt another. All of them
-- answer the same for the same rows.

create or replace function hub.stamp(at timestamptz) returns text
language sql stable as $$ select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- How a station writes a head: ten values without spaces, a stamp in milliseconds. So it can be written again from
-- the columns, and its hash be made again. Text with escapes is taken at its word. No regular expression here: a
-- pattern of this length costs ten times the hash.
create or replace function hub.is_head(head text, h jsonb) returns boolean
language sql immutable as $$
  select jsonb_array_length(h) = 10 and h ->> 6 like '____-__-__T__:__:__.___Z' and jsonb_typeof(h -> 4) = 'string'
     and (head = '["' || (h ->> 0) || '","' || (h ->> 1) || '",' || (h ->> 2) || ',"' || (h ->> 3) || '",'
                 || (h -> 4)::text || ',' || (h ->> 5) || ',"' || (h ->> 6) || '",'
                 || (h -> 7)::text || ',' || (h -> 8)::text || ',' || (h -> 9)::text || ']'
          or strpos(head, '\') > 0 and right(head, 1) = ']')
$$;

-- Rows that follow each other, fit their hashes and are new or here already: all of them at once.
-- `statuses` is null where one of them is anything else; nothing is stored then.
-- Raises data exceptions for rows that can't be read, and integrity violations for conflicts.
create or replace function hub.take_all(who text, journal uuid, events jsonb, first bigint, last bigint,
  out statuses text[], out top bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  before text;    -- hash that the first event must name
  clean boolean;
begin
  if first = 1 then
    before := repeat('0', 64);
  else
    select encode(e.hash, 'hex') into before from hub.event e
     where e.station = who and e.epoch = journal and e.seq = first - 1;
  end if;
  if exists (select 1 from hub.event e where e.station = who and e.epoch = journal and e.seq = last + 1)
     and not exists (select 1 from hub.event e where e.station = who and e.epoch = journal and e.seq = last) then
    return;  -- a gap is closed: both of its ends are looked at
  end if;
  with read as materialized (
    select n, x ->> 0 as head, x ->> 1 as body, x ->> 2 as prev, x ->> 3 as hash, (x ->> 0)::jsonb as h
      from jsonb_array_elements(events) with ordinality as t(x, n)
  ), row as materialized (
    select n, first + n - 1 as seq, head, body, prev, hash, h, (h ->> 3)::uuid as event_id,
           (h ->> 6)::timestamptz as at, lag(hash) over (order by n) as before_it,
           sha256(convert_to(prev || left(head, -1) || ',' || body || ']', 'UTF8')) as digest
      from read
  ), there as materialized (
    select e.seq, e.hash from hub.event e
     where e.station = who and e.epoch = journal and e.seq between first and last
  ), checked as (
    select coalesce(bool_and(
             hub.is_head(head, h) and left(body, 1) = '{'
             and encode(digest, 'hex') = row.hash and h ->> 3 = event_id::text
             and h ->> 0 = who and h ->> 1 = journal::text and h ->> 2 = row.seq::text
             and prev = coalesce(before_it, before, prev)
             and (n > 1 or prev = encode(decode(prev, 'hex'), 'hex') and length(prev) = 64)
             and coalesce(there.hash = digest, true)), false) as good
      from row left join there using (seq)
  ), stored as (
    insert into hub.event
      (station, epoch, seq, event_id, kind, v, at, item, operator, policy, body, prev, hash, received_at)
    select who, journal, seq, event_id, h ->> 4, (h ->> 5)::integer, row.at, h ->> 7, h ->> 8, h ->> 9,
           body::json, decode(prev, 'hex'), digest, now()
      from row cross join checked where checked.good and not exists (select 1 from there where there.seq = row.seq)
    returning seq, event.at
  ), photos as (
    insert into hub.photo_wanted (station, sha256, kind, item, taken_at)
    select who, named, substring(body from '"kind":"([a-z]{1,10})"'), h ->> 7, row.at
      from row cross join checked, substring(body from '"sha256":"([0-9a-f]{64})"') as named
     where h ->> 4 = 'photo_kept' and checked.good and named is not null
       and not exists (select 1 from hub.photo p where p.station = who and p.sha256 = named)
    on conflict do nothing
  )
  select (select good from checked),
         array_agg(case when stored.seq is null then 'duplicate' else 'stored' end order by n),
         max(stored.seq), min(stored.at), max(stored.at)
    into clean, statuses, top, first_at, last_at from row left join stored using (seq);
  if not clean then
    statuses := null;
  end if;
end $$;

-- One event with any fault it may have. Null detail: it is stored, or was here already.
create or replace function hub.take_one(who text, journal uuid, event jsonb, out status text, out detail text,
  out number bigint, out moment timestamptz)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  head text; body text; prev text; hash text; h jsonb;
  id uuid; version integer; digest bytea;
  there record;
  old text;
begin
  status := 'invalid';
  if jsonb_typeof(event) is distinct from 'array' or jsonb_array_length(event) <> 4
     or exists (select 1 from jsonb_array_elements(event) part where jsonb_typeof(part) <> 'string') then
    detail := 'An event is a list of four texts: head, body, prev, hash.';
    return;
  end if;
  head := event ->> 0; body := event ->> 1; prev := event ->> 2; hash := event ->> 3;
  begin
    h := head::jsonb;
    if jsonb_typeof(h) <> 'array' or jsonb_array_length(h) <> 10 then
      detail := 'The head is no list of ten values.';
      return;
    end if;
    number := (h ->> 2)::bigint; id := (h ->> 3)::uuid; version := (h ->> 5)::integer;
    moment := (h ->> 6)::timestamptz;
    perform body::json;
  exception
    when data_exception or program_limit_exceeded then
      detail := 'The event can''t be read: ' || sqlerrm || '.';
      return;
  end;
  if h ->> 0 is distinct from who then
    status := 'forbidden';
    detail := format('This is station %s, and the event is of station %s.', who, coalesce(h ->> 0, 'nobody'));
    return;
  end if;
  if h ->> 1 is distinct from journal::text then
    detail := format('The batch is of journal %s, and the event of journal %s.', journal, coalesce(h ->> 1, 'none'));
    return;
  end if;
  if not coalesce(hub.is_head(head, h), false) or h ->> 3 <> id::text or number < 1 or left(body, 1) <> '{'
     or h ->> 6 <> hub.stamp(moment) or prev !~ '^[0-9a-f]{64}$' then
    detail := 'The event is not written the way in which stations write events.';
    return;
  end if;
  digest := sha256(convert_to(prev || left(head, -1) || ',' || body || ']', 'UTF8'));
  if encode(digest, 'hex') <> hash then
    detail := format('The hash does not fit event %s: something in it was changed after it was written.', number);
    return;
  end if;
  select e.epoch, e.seq, e.hash into there from hub.event e
   where e.station = who and e.event_id = id and e.at = moment;
  if found then
    if there.hash = digest and there.epoch = journal and there.seq = number then
      status := 'duplicate';
    else
      status := 'conflict_event_id';
      detail := format('The hub has other content under the id %s (event %s of journal %s).', id, there.seq, there.epoch);
    end if;
    return;
  end if;
  select e.event_id into there from hub.event e where e.station = who and e.epoch = journal and e.seq = number;
  if found then
    status := 'conflict_seq';
    detail := format('The hub has another event at place %s of this journal (%s): the disk of the station was '
                     'cloned, or restored from an older copy.', number, there.event_id);
    return;
  end if;
  if number = 1 then
    old := repeat('0', 64);
  else
    select encode(e.hash, 'hex') into old from hub.event e
     where e.station = who and e.epoch = journal and e.seq = number - 1;
  end if;
  if old is not null and old <> prev then
    detail := format('Event %s does not follow event %s as the hub has it.', number, number - 1);
    return;
  end if;
  select encode(e.prev, 'hex') into old from hub.event e
   where e.station = who and e.epoch = journal and e.seq = number + 1;
  if found and old <> hash then
    detail := format('Event %s, which the hub has, does not follow this event %s.', number + 1, number);
    return;
  end if;
  begin
    insert into hub.event
      (station, epoch, seq, event_id, kind, v, at, item, operator, policy, body, prev, hash, received_at)
    values (who, journal, number, id, h ->> 4, version, moment, h ->> 7, h ->> 8, h ->> 9,
            body::json, decode(prev, 'hex'), digest, now());
    if h ->> 4 = 'photo_kept' then
      perform hub.want_photo(who, body, h ->> 7, moment);
    end if;
    status := 'stored';
  exception
    when unique_violation then
      status := 'retry';
      detail := 'Another connection was storing this event at the same moment.';
    when data_exception or integrity_constraint_violation or program_limit_exceeded then
      detail := 'The event can''t be stored: ' || sqlerrm || '.';
  end;
end $$;
