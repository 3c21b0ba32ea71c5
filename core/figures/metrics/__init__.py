"""Figures of the metrics explorer."""
