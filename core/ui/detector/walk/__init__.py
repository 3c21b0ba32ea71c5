"""One detection: the walk from its anchor to its box."""
