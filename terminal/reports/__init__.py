"""Reports on paper: what the rest of the program counted, laid out as PDF."""
