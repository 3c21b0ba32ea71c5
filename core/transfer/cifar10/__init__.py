"""The mid-term: the course's eleven families trained on CIFAR-10, and the records of these trainings.

`recipe` says how each is trained, `run` does it with the one training loop, `record` is what is left of it. From a
terminal: `python -m core.transfer.cifar10 --help`.
"""
