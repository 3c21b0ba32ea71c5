"""The section "Probes"."""
