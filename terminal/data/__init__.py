"""Grade schemes, policies, channel figures and the demo files that a site copies and edits."""
