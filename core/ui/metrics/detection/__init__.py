"""Section "Detection"."""
