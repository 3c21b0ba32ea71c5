"""The section "Two heads"."""
