"""Box regression as in R-CNN: four linear functions of a region's features, fitted by regularised least squares."""
