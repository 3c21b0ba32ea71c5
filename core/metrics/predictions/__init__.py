"""Single predictions: from arrays to a matrix, thresholds and curves."""
