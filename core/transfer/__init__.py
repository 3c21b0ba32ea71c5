"""Transfer learning: a network trained on many pictures put to work on a few of another kind.

`data` makes labelled sets of pictures, `model` is the network with its new heads. `features` sends pictures through a
frozen network once and learns on what comes out, `training` trains networks by schedules, `attribution` shows where
they look, `takeaway` makes the files that a visitor keeps.
"""
