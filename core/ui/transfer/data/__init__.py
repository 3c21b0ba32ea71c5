"""The section "Data"."""
