"""Section "Scale"."""
