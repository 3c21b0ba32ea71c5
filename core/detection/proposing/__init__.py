"""What a region proposal network says of a picture, and how good its proposals are, from one forward pass."""
