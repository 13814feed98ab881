"""The bench screen, and the pages that may cover it for a moment."""
