"""The section "Where it looks"."""
