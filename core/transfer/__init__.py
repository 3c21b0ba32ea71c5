"""Transfer learning: a network trained on many pictures put to work on a few of another kind.

`data` makes labelled sets of pictures, `features` sends them through a frozen network once and learns on what comes
out, `training` trains networks by schedules, `model` is the network with its new heads, `takeaway` what a visitor keeps.
"""
