"""The same matrix elsewhere: other shares of the classes, costs, other numbers of samples."""
