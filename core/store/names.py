"""Names of groups: fit to be shown, and the same where they look the same."""

from __future__ import annotations

import re
import unicodedata

from core.errors import UserError
from core.names import same

LONGEST = 60
"""Characters of a group's name."""
WIDEST = 4 * LONGEST  # of a name that is spelled out: one letter may stand for several
_JOINERS = "\u200c\u200d"  # which some scripts and emoji are written with
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters by their kind, and nothing to be seen
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_TOWER = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")
"""More accents on one letter than any script has climb over the lines above."""


def group_name(name: str) -> str:
    """A group's name without blanks around it and signs that cannot be seen.

    Raises:
        UserError: nothing is left, or it is too long.
    """
    seen = "".join(" " if letter.isspace() else letter for letter in same(name))
    shown = " ".join("".join(letter for letter in seen if letter in _JOINERS or not _is_unseen(letter)).split())
    shown = _TOWER.sub(r"\1", shown)
    if not any(letter.isalnum() for letter in shown):
        raise UserError("Give your group a name with a letter or a digit in it.")
    if len(shown) > LONGEST or len(name_key(shown)) > WIDEST:
        longer = max(len(shown), len(name_key(shown)))
        raise UserError(f"A group's name has {LONGEST} characters at most; this one has {longer}.")
    return shown


def _is_unseen(letter: str) -> bool:
    """Whether it is no letter: controls, turns of the direction of writing, halves of a surrogate, blank letters."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs") or letter in _BLANKS


def name_key(name: str) -> str:
    """The same for two names that look the same, but for letters that only look alike."""
    selects = "VARIATION SELECTOR"  # of one look or another of the letter before
    letters = [letter for letter in name if not unicodedata.name(letter, "").startswith(selects)]
    seen = "".join(letter for letter in letters if not _is_unseen(letter))
    return unicodedata.normalize("NFKC", seen).casefold()
