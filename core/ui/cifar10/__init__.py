"""The page CIFAR-10: the mid-term's eleven families."""
