"""Confusion matrices as other tools print them: text in, counts with names and orientation out."""
