"""Charts, tables and sentences of the mid-term on CIFAR-10."""
