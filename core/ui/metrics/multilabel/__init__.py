"""Section "Multilabel"."""
