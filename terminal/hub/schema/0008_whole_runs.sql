-- A run that is stored is answered by one word, no longer by one for each event: the function has another result.
drop function if exists hub.take_run(text, uuid, jsonb, integer);
