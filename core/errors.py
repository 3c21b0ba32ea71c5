"""The one exception that a visitor may cause."""


class UserError(ValueError):
    """Something the visitor gave cannot be used.

    The message is one sentence that says what is wrong and what to do; pages show it and stay alive.
    """
