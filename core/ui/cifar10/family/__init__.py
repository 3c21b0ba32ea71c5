"""The section "One family"."""
