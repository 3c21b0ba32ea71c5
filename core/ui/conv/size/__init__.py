"""Section "Size and cost"."""
