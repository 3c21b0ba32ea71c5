"""What sections are made of: controls as data."""
