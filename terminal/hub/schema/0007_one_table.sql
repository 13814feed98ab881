-- An event's own time never changes: it is under the hash. So a key with it says who may stand in hub.event once, and no
-- second table is needed for that, which cost a third of every batch. That a place in a journal is taken by an event of
-- another time is seen under the lock of the journal's row, which every batch takes.
create unique index if not exists event_once on hub.event (station, event_id, at);
drop table if exists hub.event_key;
