"""The sections of the transfer-learning page."""
