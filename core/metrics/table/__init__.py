"""A visitor's table of predictions: bytes in, columns out."""
