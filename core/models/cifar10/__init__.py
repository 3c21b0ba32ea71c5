"""The course's eleven families as networks for the 32 x 32 pixels of CIFAR-10.

`slim` makes a network of a library narrower or shallower, `surgery` fits each family's stem to small pictures.
`families` says what was done to each and where it differs from its paper, `laptop` and `gpu` are the members of both
leagues, `members` their registry; `analysis` tells what can be told of them without training.
"""
