"""Several pictures: a gallery of all that one detector looked at."""
