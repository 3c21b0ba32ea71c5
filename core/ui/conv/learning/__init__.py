"""Section "Learning a kernel"."""
