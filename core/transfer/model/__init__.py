"""A network of the registry with a neck and heads of its own, and how pictures go into it."""
