"""Receptive fields: along one axis, through all of torch's functions, and what follows from them."""
