"""Section "Step by step"."""
