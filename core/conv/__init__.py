"""Convolution as arithmetic: sizes, costs and receptive fields, all from shapes alone, and what a window does."""

from core.conv.arithmetic import conv_cost, output_size, same_padding, transposed_size

__all__ = ["conv_cost", "output_size", "same_padding", "transposed_size"]
