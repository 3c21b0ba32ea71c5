"""Section "Matrix"."""
