"""Networks trained by schedules: what trains when, how fast, and proof of what did not."""
