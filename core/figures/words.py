"""Numbers with the words they count."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 row`, `2,000 rows`.

    Args:
        number: how many.
        one: what one is called.
        many: what others are called; None: with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
