"""The section "Hand in": predictions of a group, scored and ranked with the class."""
