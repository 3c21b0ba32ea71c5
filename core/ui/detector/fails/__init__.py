"""Where it fails: the same picture, prepared wrongly."""
