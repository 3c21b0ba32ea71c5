"""The section "Ranking"."""
