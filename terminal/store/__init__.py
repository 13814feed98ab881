"""The station file: journal, projections, outbox and the reference data, in one SQLite database."""
