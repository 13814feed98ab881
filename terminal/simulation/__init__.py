"""Whole shifts in memory: a virtual clock, scripted devices with seeded faults, the real station."""
