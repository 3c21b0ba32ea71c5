"""The classic kernels on a picture, and the kernels and feature maps of a trained network."""
