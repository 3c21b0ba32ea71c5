"""Section "Two boxes"."""
