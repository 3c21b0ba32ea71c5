"""Features of what was chosen: from the cache, or on their way."""

from __future__ import annotations

from core.jobs import Report
from core.transfer.features.extract import Features, extract
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.framework.sized_cache import ResultCache
from core.ui.transfer.backbones import backbone


def _cache(subject: Subject) -> ResultCache[Features]:
    return (ui.session() if subject.images.own else ui.EVERYBODY).features


def features_there(subject: Subject) -> Features | None:
    """The same where they are in the cache; nothing is started."""
    return _cache(subject).get(subject.key)


def features_of(subject: Subject, slot: str = "features") -> Features | None:
    """The features of all selected pictures, from the cache; else None, and meanwhile the pass runs in the background.

    Args:
        subject: what was chosen.
        slot: a place on the page. Another subject in the same slot stops the pass for the one before, unless somebody
            else waits for it; a section that needs two at once gives them two slots.
    """
    images, pictures = subject.images, subject.selection.all
    name, trained, size = subject.backbone, subject.trained, subject.size  # the job holds what it needs of the subject

    def work(report: Report) -> Features:
        report(0.0, "loading the network")
        network = backbone(name, trained)
        return extract(images, pictures, name, trained=trained, size=size, report=report, model=network)

    return ui.computed(
        _cache(subject), subject.key, work, f"transfer_{slot}", "Features",
        stop="Stop the pass",
        stop_help="It stops at its next batch" + ("." if images.own else ", for everybody who waits for the same."),
        failed="The features could not be computed.",
        stopped="The pass was stopped before its end, so there are no features yet.",
        again="Compute them again",
    )  # fmt: skip
