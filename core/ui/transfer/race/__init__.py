"""The section "Race"."""
