"""Non-maximum suppression in depth: its IoU matrix, examples that surprise, its relatives, and a game."""
