"""Section "Kernels on a picture"."""
