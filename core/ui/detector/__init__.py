"""The page of Faster R-CNN: what is found in a picture, and each step on the way there."""
