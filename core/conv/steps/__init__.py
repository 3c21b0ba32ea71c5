"""A convolution, transposed convolution or pooling taken apart, window by window, and the matrices it works on."""
