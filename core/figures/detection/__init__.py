"""Figures of detections and boxes."""
