"""The section "Classify": a picture, and what each shipped network says of it."""
