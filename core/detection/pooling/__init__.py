"""Features of a fixed size from a box of any size: RoI pooling, RoIAlign, and what a shift of the box does to either.

A box is (x1, y1, x2, y2) in the pixels of the picture that the network saw; `scale` = 1 / stride takes it to the cells
of a feature map. The arithmetic is written out in single precision and in torchvision's order, so that a box on the
edge between two cells falls to the same side as there (`torchvision.ops.roi_pool`, `torchvision.ops.roi_align`).
"""
