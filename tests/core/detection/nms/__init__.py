"""Non-maximum suppression in depth."""
