"""The section "Take away"."""
