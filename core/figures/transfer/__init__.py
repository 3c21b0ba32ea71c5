"""Charts and drawings of the transfer-learning page."""
