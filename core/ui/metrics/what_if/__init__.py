"""Section "What if"."""
