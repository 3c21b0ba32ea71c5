"""Effective receptive fields: how much each pixel matters to one cell, by the gradient."""
