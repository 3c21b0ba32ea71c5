"""Section "Predictions"."""
