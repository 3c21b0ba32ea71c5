"""Section "A stack of layers"."""
