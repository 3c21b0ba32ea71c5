"""Section "Receptive field"."""
