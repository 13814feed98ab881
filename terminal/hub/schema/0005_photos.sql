-- Evidence photos: their content, and what events of stations name that is not here yet.

create table hub.photo (
  station text collate "C" not null,
  sha256 text collate "C" not null,    -- lower-case hex, over the content
  kind text not null,
  bytes integer not null,
  content bytea not null,
  item text,                           -- whose event named it first; hub.event has all
  taken_at timestamptz,
  received_at timestamptz not null default now(),
  primary key (station, sha256)
);
create index photo_sha256 on hub.photo (sha256);
-- Pictures are compressed already.
alter table hub.photo alter column content set storage external;

create table hub.photo_wanted (
  station text collate "C" not null,
  sha256 text collate "C" not null,
  kind text,
  item text,
  taken_at timestamptz,
  missing text,                        -- why the station can't send it, in its own words
  missing_at timestamptz,
  primary key (station, sha256)
);

-- For those who may not see the pictures themselves.
create view hub.v_photos as
select station, item, sha256, kind, bytes, taken_at, received_at from hub.photo;

insert into hub.photo_wanted (station, sha256, kind, item, taken_at)
select distinct on (station, sha256) station, sha256, kind, item, at
  from (select station, item, at, substring(body::text from '"sha256":"([0-9a-f]{64})"') as sha256,
               substring(body::text from '"kind":"([a-z]{1,10})"') as kind
          from hub.event where event.kind = 'photo_kept') named
 where sha256 is not null
 order by station, sha256, at;
