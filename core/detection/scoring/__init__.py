"""Detections against ground truth: matching, average precision, files."""
