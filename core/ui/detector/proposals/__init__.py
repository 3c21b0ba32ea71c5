"""Proposals: objectness, the boxes it leads to, and how many objects they hit."""
