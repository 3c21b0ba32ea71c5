"""The one exception that a visitor may cause."""


class UserError(ValueError):
    """Something the visitor gave cannot be used.

    The message is one sentence that says what is wrong and what to do; pages show it and stay alive.

    Attributes:
        detail: what another program says of it, for those who know that program; shown small.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail
