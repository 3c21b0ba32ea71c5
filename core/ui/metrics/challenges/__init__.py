"""Section "Challenges"."""
