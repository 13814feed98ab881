"""What a return is: codes, grading, policy, value. Pure: no clock, no randomness, no I/O, no logging."""
