-- A whole batch: protocol, the journal's lock, the events, and what the station asked for.
create or replace function hub.take(who text, batch jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '20s'
set plan_cache_mode = force_generic_plan as $$  -- a station's first batches would be planned anew each time
declare
  arrived timestamptz := clock_timestamp();
  journal uuid;
  events jsonb;
  run jsonb;
  count integer;
  sent timestamptz;
  place hub.journal;
  whole boolean;      -- a run was stored, all of it: one word says so for all its events
  statuses text[];
  details jsonb := '{}';
  first bigint; last bigint;
  top bigint; first_at timestamptz; last_at timestamptz;
  refused integer := 0;
  held_up boolean := false;
  photos jsonb;
  one record;
  answer jsonb;
begin
  if jsonb_typeof(batch) is distinct from 'object' or jsonb_typeof(batch -> 'v') is distinct from 'number' then
    raise exception 'A batch is an object with the protocol''s version under "v".' using errcode = 'RG003';
  end if;
  if batch -> 'v' <> '1'::jsonb then
    raise exception 'This hub speaks protocol 1, and the station protocol %: bring the older of the two up to date.',
      batch ->> 'v' using errcode = 'RG002', detail = '{"speaks": [1]}';
  end if;
  events := coalesce(nullif(batch -> 'events', 'null'), '[]');
  if jsonb_typeof(events) <> 'array' then
    raise exception 'The events of a batch are a list.' using errcode = 'RG003';
  end if;
  run := nullif(batch -> 'run', 'null');
  if run is not null and not (hub.is_run(run) and events = '[]') then
    raise exception 'A run is an object of texts, with its count and first number, and no list of events beside it.'
      using errcode = 'RG003';
  end if;
  count := coalesce((run ->> 'count')::integer, jsonb_array_length(events));
  if count > 10000 then
    raise exception 'A batch has at most 10000 events, this one has %.', count
      using errcode = 'RG003', detail = 'too_large';
  end if;
  begin
    journal := batch ->> 'epoch';
    sent := batch ->> 'sent_at';
    if journal is null and count > 0 then
      raise exception 'Events come with the epoch of their journal.' using errcode = 'RG003';
    end if;
  exception when data_exception then
    raise exception 'The batch can''t be read: %.', sqlerrm using errcode = 'RG003';
  end;
  answer := jsonb_build_object('v', 1, 'at', hub.stamp(arrived),
    'schema', (select max(number) from hub.migration),
    'offset_ms', round(extract(epoch from arrived - sent) * 1000)::bigint);
  if count = 0 then
    photos := hub.take_photos(who, batch);  -- before the lock, so that no event waits for a photo
  end if;
  if journal is null then
    return answer || jsonb_build_object('statuses', '[]'::jsonb, 'details', details,
      'have', jsonb_build_object('events', 0, 'last_seq', 0, 'last_hash', null)) || hub.ask(who, batch) || photos;
  end if;
  begin
    select * into place from hub.journal j where j.station = who and j.epoch = journal for update;
    if not found then
      insert into hub.journal (station, epoch) values (who, journal) on conflict do nothing;
      select * into strict place from hub.journal j where j.station = who and j.epoch = journal for update;
    end if;
    if run is not null then
      begin
        select t.* into whole, top, first_at, last_at from hub.take_run(who, journal, run, count) t;
      exception
        when data_exception or program_limit_exceeded or integrity_constraint_violation or sqlstate 'RG009' then
          whole := null;
      end;
      if whole is null then
        events := hub.events_of_run(journal, run, count);
      end if;
    end if;
    if count > 0 and whole is null then
      begin
        first := (events -> 0 ->> 0)::jsonb ->> 2;
        last := first + count - 1;
        if first > 0 then
          select t.* into statuses, top, first_at, last_at from hub.take_all(who, journal, events, first, last) t;
        end if;
      exception
        when data_exception or program_limit_exceeded or integrity_constraint_violation or sqlstate 'RG009' then
          statuses := null;  -- row by row, then
      end;
    end if;
    if count > 0 and whole is null and statuses is null then
      statuses := '{}';
      top := null; first_at := null; last_at := null;
      for one in select e, n from jsonb_array_elements(events) with ordinality as t(e, n) order by n loop
        declare
          got record;
        begin
          select * into got from hub.take_one(who, journal, one.e);
          statuses := statuses || got.status;
          if got.status = 'stored' then
            top := greatest(top, got.number);
            first_at := least(first_at, got.moment);
            last_at := greatest(last_at, got.moment);
          end if;
          if got.detail is not null then
            details := details || jsonb_build_object((one.n - 1)::text, got.detail);
            if got.status <> 'retry' and hub.keep_reject(who, journal, one.e, got.status, got.detail) then
              refused := refused + 1;
            end if;
          end if;
        end;
      end loop;
    end if;
  exception
    when lock_not_available or deadlock_detected or serialization_failure then
      whole := null;
      statuses := array_fill('retry'::text, array[count]);
      details := '{}';
      held_up := true;
  end;
  if held_up then
    select * into place from hub.journal j where j.station = who and j.epoch = journal;
    return answer || jsonb_build_object('statuses', coalesce(to_jsonb(statuses), '[]'), 'details', details,
      'have', jsonb_build_object('events', coalesce(place.events, 0), 'last_seq', coalesce(place.last_seq, 0),
                                 'last_hash', encode(place.last_hash, 'hex'))) || coalesce(photos, '{}');
  end if;
  if not whole is true then
    count := coalesce(cardinality(array_positions(statuses, 'stored')), 0);
  end if;
  place := hub.note(who, journal, count, top, first_at, last_at, refused, batch, (answer ->> 'offset_ms')::bigint);
  return answer || jsonb_build_object(
    'statuses', case when whole then '"stored"' else coalesce(to_jsonb(statuses), '[]') end, 'details', details,
    'have', jsonb_build_object('events', place.events, 'last_seq', place.last_seq,
                               'last_hash', encode(place.last_hash, 'hex')))
    || hub.ask(who, batch) || coalesce(photos, hub.take_photos(who, batch));
end $$;

-- Write down how far a journal has come and what the station says of itself.
create or replace function hub.note(who text, journal uuid, stored bigint, top bigint, first_at timestamptz,
  last_at timestamptz, refused integer, batch jsonb, clock bigint) returns hub.journal
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  place hub.journal;
  said bigint := case when jsonb_typeof(batch #> '{head,seq}') = 'number' then (batch #>> '{head,seq}')::numeric end;
begin
  update hub.journal j set
      events = j.events + stored,
      last_seq = greatest(j.last_seq, top),
      last_hash = case when top > j.last_seq then
          (select e.hash from hub.event e where e.station = who and e.epoch = journal and e.seq = top)
        else j.last_hash end,
      first_at = least(j.first_at, note.first_at),
      last_at = greatest(j.last_at, note.last_at),
      last_seen = clock_timestamp(),
      station_seq = coalesce(said, j.station_seq),
      station_hash = coalesce(left(batch #>> '{head,hash}', 64), j.station_hash),
      offset_ms = coalesce(clock, j.offset_ms),
      program = coalesce(left(batch ->> 'program', 100), j.program),
      rejects = j.rejects + refused
   where j.station = who and j.epoch = journal
   returning j.* into place;
  return place;
end $$;

-- What was published since the versions that a station knows, and one part of one publication.
create or replace function hub.ask(who text, batch jsonb) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb := '{}';
begin
  if jsonb_typeof(batch -> 'known') = 'object' then
    answer := jsonb_build_object('news', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'kind', p.kind, 'version', p.version, 'audience', p.audience, 'name', p.name, 'hash', p.hash,
               'bytes', p.bytes, 'parts', p.parts, 'signature', p.signature, 'key', p.key_id,
               'at', hub.stamp(p.at)) order by p.kind, p.version), '[]')
        from hub.publication p
        join jsonb_each(batch -> 'known') as known(kind, version) on known.kind = p.kind
       where jsonb_typeof(known.version) = 'number' and p.version > known.version::numeric
         and hub.is_for(p.audience, who)));
  end if;
  if jsonb_typeof(batch -> 'want') = 'object' then
    answer := answer || jsonb_build_object('part', (
      select jsonb_build_object('kind', c.kind, 'version', c.version, 'part', c.part,
                                'data', translate(encode(c.content, 'base64'), E'\n', ''))
        from hub.publication_part c join hub.publication p using (kind, version)
       where c.kind = batch #>> '{want,kind}' and to_jsonb(c.version) = batch #> '{want,version}'
         and to_jsonb(c.part) = batch #> '{want,part}' and hub.is_for(p.audience, who)));
  end if;
  return answer;
end $$;

create or replace function hub.is_for(audience text, who text) returns boolean
language sql immutable as $$ select audience = '*' or who = any (string_to_array(audience, ',')) $$;

-- For a station's own login. Who it is can't be said by the caller: the login says it.
create or replace function hub.ingest(batch jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare
  who text;
begin
  select s.station into who from hub.station s where s.role = session_user and s.active;
  if who is null then
    raise exception 'This login (%) is no station of the hub, or was revoked.', session_user using errcode = 'RG001';
  end if;
  return hub.take(who, batch);
end $$;

-- For the service that speaks HTTPS to stations and has made sure which one is speaking.
create or replace function hub.ingest_as(station text, batch jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
begin
  if not exists (select 1 from hub.station s where s.station = ingest_as.station and s.active) then
    raise exception 'There is no station % at this hub, or it was revoked.', station using errcode = 'RG001';
  end if;
  return hub.take(station, batch);
end $$;

-- The station of a token, null where there is none. A look-up by hash tells nothing by its time.
create or replace function hub.station_of_token(token text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.station from hub.station s
   where s.token_hash = encode(sha256(convert_to(token, 'UTF8')), 'hex') and s.active
$$;
