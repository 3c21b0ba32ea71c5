"""Gradient descent that recovers a kernel, and why it is fast or slow."""
