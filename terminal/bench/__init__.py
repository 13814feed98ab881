"""The workflow as a decider: commands in, events out, state folded from events. Imports the domain only."""
