"""The walk of one detection: from its anchor to the box that is kept."""
