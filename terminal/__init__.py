"""The station: workflow, store, sync and screen of a returns bench."""
