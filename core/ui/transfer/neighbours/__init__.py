"""The section "Neighbours"."""
