"""The hub: one PostgreSQL database of a company, its schema, and what people ask of it.

Stations reach it through the one function `hub.ingest` and never through this package.
"""
