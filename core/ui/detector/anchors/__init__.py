"""Anchors: those of one place on a picture, and which ones suit the boxes of a data set."""
