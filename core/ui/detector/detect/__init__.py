"""Detect: what is found in a picture, and non-maximum suppression on it."""
