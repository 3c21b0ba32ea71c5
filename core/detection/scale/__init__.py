"""Three answers to scale: pyramids of images, of filters and of reference boxes.

Figure 1 of Ren et al., Faster R-CNN (https://arxiv.org/abs/1506.01497): one object at several sizes can be found by
resizing the picture, by resizing the window that is slid over one feature map, or by boxes of reference that one
window is told to shift. Here one trained network gives all three, so that their answers can be compared.
"""
