"""One photograph by four methods, from the sliding window to Faster R-CNN, all with the network of one detector."""
