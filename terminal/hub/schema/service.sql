-- The station of a client certificate that the service has checked against the stations' authority: the one that it
-- is pinned for, else the one whose name it carries, if none is pinned for that.
create or replace function hub.station_of_certificate(name text, fingerprint text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.station from hub.station s
   where s.active and (s.certificate = lower(fingerprint) or (s.certificate is null and s.station = name))
   order by s.certificate is null limit 1
$$;
