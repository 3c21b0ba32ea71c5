"""All pictures through a frozen network once, then learning, searching and grouping on what came out."""
