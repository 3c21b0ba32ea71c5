"""Section "Box regression"."""
