"""What guards the journal inside the station file: nothing is changed, taken away, left out or put in between."""

TRIGGERS = {
    "event_no_update": """
create trigger event_no_update before update on event
begin select raise(abort, 'the journal is append-only: an event can not be changed'); end""",
    "event_no_delete": """
create trigger event_no_delete before delete on event
begin select raise(abort, 'the journal is append-only: an event can not be deleted'); end""",
    # On a connection without recursive triggers INSERT OR REPLACE deletes without asking the trigger above.
    "event_no_replace": """
create trigger event_no_replace before insert on event
when exists (select 1 from event where id = new.id)
begin select raise(abort, 'the journal is append-only: an event of this id is there'); end""",
    "event_gapless": """
create trigger event_gapless before insert on event
when new.seq is not coalesce((select max(seq) from event), 0) + 1
begin select raise(abort, 'the journal has no gaps: the number must follow the last one'); end""",
    "event_chain": f"""
create trigger event_chain before insert on event
when new.prev is not coalesce((select hash from event order by seq desc limit 1), '{"0" * 64}')
begin select raise(abort, 'the hash chain is broken: prev is not the hash of the last event'); end""",
}
"""Name -> statement. The gapless rule also refuses an INSERT OR REPLACE on a number that is there."""
