"""Devices that are not there, driven by lines: what a line of a script or a hand means, and what is said of it.

The devices themselves are the fakes of `devices.fakes`; here they get a port, a script and a voice.
"""
