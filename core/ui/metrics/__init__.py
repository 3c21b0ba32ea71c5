"""The sections of the metrics explorer."""
