"""What is plugged into a station: scanners and printers, as bytes and callbacks.

Nothing in here knows what a return is. Framing and the keyboard wedge are pure; each scanner and each spool has
one plain thread of its own, because pyserial blocks and a blocked device must never hold up the bench.
"""
