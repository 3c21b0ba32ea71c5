"""A trained network as files: weights, code that repeats the experiment, a report."""
