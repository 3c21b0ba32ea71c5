"""RoI pooling: features of a fixed size from a box of any size."""
