-- Photos that stations send after the events that name them. A photo is taken only where an event of that station
-- asks for it, under the hash of what came: nobody can fill the disk with anything else.

-- Note the photo of an event; one that is here, or noted, changes nothing.
create or replace function hub.want_photo(who text, body text, item text, at timestamptz) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into hub.photo_wanted (station, sha256, kind, item, taken_at)
  select who, named, substring(body from '"kind":"([a-z]{1,10})"'), item, at
    from substring(body from '"sha256":"([0-9a-f]{64})"') as named
   where named is not null
     and not exists (select 1 from hub.photo p where p.station = who and p.sha256 = named)
  on conflict do nothing
$$;

-- One photo, or the word that the station has it no more: stored, duplicate, noted, forbidden or invalid.
create or replace function hub.take_photo(who text, photo jsonb, out status text, out detail text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  most constant integer := 16777216;
  name text;
  kind text;
  wanted hub.photo_wanted;
  content bytea;
begin
  status := 'invalid';
  if jsonb_typeof(photo) is distinct from 'object' or coalesce(photo ->> 'sha256', '') !~ '^[0-9a-f]{64}$' then
    detail := 'A photo is an object with its SHA-256 (hex), its data (Base64) and its type.';
    return;
  end if;
  name := photo ->> 'sha256';
  select w.* into wanted from hub.photo_wanted w where w.station = who and w.sha256 = name for update;
  if not found then
    if exists (select 1 from hub.photo p where p.station = who and p.sha256 = name) then
      status := 'duplicate';
    else
      status := 'forbidden';
      detail := format('No event of station %s that the hub has names the photo %s.', who, name);
    end if;
    return;
  end if;
  if jsonb_typeof(photo -> 'missing') = 'string' then
    update hub.photo_wanted w set missing = left(photo ->> 'missing', 300), missing_at = now()
     where w.station = who and w.sha256 = name;
    status := 'noted';
    return;
  end if;
  kind := case when photo ? 'type' then substring(photo ->> 'type' from '^image/([a-z]+)$') else wanted.kind end;
  if coalesce(kind not in ('jpeg', 'png', 'webp'), true) then
    detail := 'A photo is of the type image/jpeg, image/png or image/webp.';
    return;
  end if;
  if jsonb_typeof(photo -> 'data') is distinct from 'string' then
    detail := 'The data of a photo is Base64 text.';
    return;
  end if;
  if length(photo ->> 'data') > most / 3 * 4 + 8 then
    detail := format('The photo is larger than %s bytes.', most);
    return;
  end if;
  begin
    content := decode(photo ->> 'data', 'base64');
  exception when data_exception then
    detail := 'The data of the photo is no Base64.';
    return;
  end;
  if length(content) > most then
    detail := format('The photo is larger than %s bytes.', most);
  elsif encode(sha256(content), 'hex') <> name then
    detail := format('The photo has another hash than %s: it was altered, or came broken.', name);
  else
    insert into hub.photo (station, sha256, kind, bytes, content, item, taken_at)
    values (who, name, kind, length(content), content, wanted.item, wanted.taken_at)
    on conflict do nothing;
    delete from hub.photo_wanted w where w.station = who and w.sha256 = name;
    status := 'stored';
  end if;
end $$;

-- The photos of a batch, one status each, and what is still wanted: a bounded list, without what the station said
-- to be missing within the last day. Nothing where the batch does not speak of photos.
create or replace function hub.take_photos(who text, batch jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  photos jsonb := batch -> 'photos';
  statuses jsonb := '[]';
  details jsonb := '{}';
  one record;
  got record;
begin
  if photos is null then
    return '{}';
  end if;
  if jsonb_typeof(photos) <> 'array' then
    raise exception 'The photos of a batch are a list.' using errcode = 'RG003';
  end if;
  if jsonb_array_length(photos) > 100 then
    raise exception 'A batch has at most 100 photos, this one has %.', jsonb_array_length(photos)
      using errcode = 'RG003', detail = 'too_large';
  end if;
  for one in select e, n from jsonb_array_elements(photos) with ordinality as t(e, n) order by n loop
    select * into got from hub.take_photo(who, one.e);
    statuses := statuses || to_jsonb(got.status);
    if got.detail is not null then
      details := details || jsonb_build_object((one.n - 1)::text, got.detail);
    end if;
  end loop;
  return jsonb_build_object('photos', statuses, 'photo_details', details, 'wanted', (
    select coalesce(jsonb_agg(sha256), '[]')
      from (select w.sha256 from hub.photo_wanted w
             where w.station = who and (w.missing_at is null or w.missing_at < now() - interval '1 day')
             order by w.sha256 limit 100) open));
end $$;
