"""What becomes of a visitor's session when sets of own pictures come and go."""

from __future__ import annotations

from core.transfer.data.drafts import History
from core.transfer.data.image_set import ImageSet
from core.transfer.data.own import Draft
from core.ui.framework.session import Session, session
from core.ui.framework.unsaved import Kind, holds
from core.ui.transfer.experiment import Experiment

_DRAFTS = "drafts"


def drafts() -> History:
    """Classes of own pictures that are being made; it bounds itself."""
    found: History = session().shown.get(_DRAFTS, History())
    return found


def keep_drafts(history: History) -> None:
    """Go on with these."""
    session().shown[_DRAFTS] = history


def change_draft(draft: Draft) -> None:
    """The draft is changed, which can be undone."""
    keep_drafts(drafts().then(draft))


@holds(Kind.SETS)
def _has_sets() -> bool:
    return bool(session().sets)


@holds(Kind.CLASSES)
def _has_drafts() -> bool:
    return len(drafts().now) > 0


@holds(Kind.TRAININGS)
def _has_trainings() -> bool:
    return bool(session().untaken)


def add_set(name: str, images: ImageSet) -> None:
    """Keep own pictures under a name; what is shown of sets that make room for them goes as well."""
    mine = session()
    mine.sets[name] = images
    if mine.sets.evicted:
        _clear_away(mine)


def forget(digest: str) -> None:
    """Take own pictures away, stop what is trained on them, and let go of what is shown of them."""
    mine = session()
    for name in [name for name, images in mine.sets.items() if images.digest == digest]:
        del mine.sets[name]
    for section in [name for name, thing in mine.shown.items() if _pictures_of(thing) == digest]:
        if section in mine.jobs:
            mine.jobs.pop(section).cancel(discard=True)
    _clear_away(mine)


def _clear_away(mine: Session) -> None:
    """Let go of whatever is about sets that are here no more; trainings under way go on."""
    here = {images.digest for images in mine.sets.values()}
    for section, thing in list(mine.shown.items()):
        of = _pictures_of(thing)
        if of is not None and of not in here and section not in mine.jobs:
            del mine.shown[section]
    for key in mine.features:
        if isinstance(key, tuple) and key[0] not in here:
            mine.features.pop(key, None)  # a job may just have taken its place
    for results in (mine.explanations, mine.probe_results, mine.neighbour_results):
        results.clear()
    mine.files.clear()  # a report shows pictures
    mine.callbacks.clear()  # buttons may be about them; the page is about to be drawn, and these with it


def _pictures_of(thing: object) -> str | None:
    """The digest of the own pictures that something shown is about; None where it is about no such."""
    if isinstance(thing, Experiment) and thing.subject.images.own:
        return thing.subject.images.digest
    return None
