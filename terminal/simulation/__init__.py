"""Whole shifts in memory: seeded walks over the real station with scripted faults, checked after every input."""
