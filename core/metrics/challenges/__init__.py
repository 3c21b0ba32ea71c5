"""Matrices to be found."""
