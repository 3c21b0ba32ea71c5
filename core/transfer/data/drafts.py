"""What becomes of classes that are being made in the page: what was before can be had again, within a bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.transfer.data.own import Draft, Shot, free_name

MOST_KEPT = 700
"""Pictures in a draft and all that were before it together: some 140 MB."""
MOST_STEPS = 30
"""That can be undone."""


def renamed(draft: Draft, name: str, other: str) -> Draft:
    """Call a class otherwise; the same draft where there is none of that name.

    Raises:
        UserError: no name, or that of another class.
    """
    if name not in draft.classes:
        return draft
    at = draft.classes.index(name)
    rest = (*draft.classes[:at], *draft.classes[at + 1 :])
    new = free_name(other, rest)
    return replace(draft, classes=(*draft.classes[:at], new, *draft.classes[at + 1 :]))


def without_shot(draft: Draft, shot: Shot) -> Draft:
    """Take one picture out; the same draft where it is in no class."""
    return replace(draft, shots=tuple(tuple(one for one in class_ if one is not shot) for class_ in draft.shots))


@dataclass(frozen=True)
class History:
    """A draft and those that were before it.

    Attributes:
        now: as it is.
        before: what can be gone back to, the newest last.
    """

    now: Draft = field(default_factory=Draft)
    before: tuple[Draft, ...] = ()

    def then(self, draft: Draft) -> History:
        """The draft is changed. The oldest steps are forgotten where all would hold too much."""
        if draft == self.now:
            return self
        before = (*self.before, self.now)[-MOST_STEPS:]
        while before and _pictures(draft, *before) > MOST_KEPT:
            before = before[1:]
        return History(draft, before)

    def undone(self) -> History:
        """The last change is taken back, if there is one."""
        return History(self.before[-1], self.before[:-1]) if self.before else self


def _pictures(*drafts: Draft) -> int:
    """How many different ones they hold."""
    return len({id(shot) for draft in drafts for class_ in draft.shots for shot in class_})
