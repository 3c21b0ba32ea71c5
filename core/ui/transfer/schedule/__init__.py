"""The section "Schedule"."""
