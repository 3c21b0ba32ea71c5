"""Anchors: the boxes at every place that a region proposal network scores, and which objects they reach."""
