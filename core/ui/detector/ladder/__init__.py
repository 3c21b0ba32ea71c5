"""2013 to 2016: one photograph by sliding window, R-CNN, Fast R-CNN and Faster R-CNN."""
