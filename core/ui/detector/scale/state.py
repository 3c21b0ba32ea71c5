"""What the section computes: the row and its pass once for all visitors, the image pyramid when somebody asks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from core import device
from core.detection import StagedDetector, load
from core.detection.inside import Inside
from core.detection.overlap import Corners
from core.detection.scale import filter_pyramid, image_pyramid, reference_boxes
from core.detection.scale.result import Approach, Cost, Pyramid, Rung
from core.detection.scale.row import Row, row_of
from core.detection.scale.windows import maps_inside, maps_of
from core.errors import UserError
from core.figures.detection.scale_scene import shade
from core.images import data_uri, to_jpeg
from core.jobs import Report
from core.ui import cache
from core.ui import framework as ui
from core.ui.detector.scale.controls import KEY, Settings
from core.ui.framework.session import EVERYBODY

RUNNING = "Running the network once on the row…"
PATIENCE_S = 1.0


@dataclass(frozen=True, eq=False)
class Base:
    """The row, and what one pass over it says.

    Attributes:
        uri: of the row.
        size: (height, width), network pixels.
        copies: corners of the copies, network pixels.
        sides: of each, network pixels.
        levels: of the image pyramid.
        expected: which level fits each copy.
        boxes: the pyramid of reference boxes.
        images: what the image pyramid will cost.
        seconds: that the button will take.
        maps: each feature map to lie over the row, the finest first; none where they are too large to be kept.
    """

    uri: str
    size: tuple[int, int]
    copies: tuple[Corners, ...]
    sides: tuple[float, ...]
    levels: tuple[Rung, ...]
    expected: tuple[int, ...]
    boxes: Pyramid
    images: Cost
    seconds: float
    maps: tuple[str, ...]

    @property
    def keeps_maps(self) -> bool:
        """Whether the feature maps are small enough to be kept."""
        return bool(self.maps)


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        base: the row, and what one pass over it says.
        filters: the pyramid of filters; None where it waits for the button.
        images: the pyramid of images; None where it did not run.
        least: score that counts as an answer.
    """

    base: Base
    filters: Pyramid | None
    images: Pyramid | None
    least: float

    @property
    def pyramids(self) -> tuple[Pyramid | None, Pyramid | None, Pyramid]:
        """(a), (b), (c)."""
        return self.images, self.filters, self.base.boxes

    @property
    def costs(self) -> dict[Approach, Cost]:
        """Measured, or predicted where something did not run."""
        costs = {Approach.IMAGES: self.base.images if self.images is None else self.images.cost}
        if self.filters is not None:
            costs[Approach.FILTERS] = self.filters.cost
        return {**costs, Approach.BOXES: self.base.boxes.cost}


@dataclass(frozen=True, eq=False)
class Ran:
    """What the button leaves: the image pyramid, and the filters where maps are not kept."""

    images: Pyramid
    filters: dict[bool, Pyramid]


def key_of(settings: Settings) -> Hashable:
    """What results are kept under."""
    return settings.subject.key, settings.label, settings.objects[settings.object]


def view_of(settings: Settings) -> View:
    """Everything that is there without the button.

    Raises:
        UserError: there is nothing to copy, or this network has no such stages.
    """
    detector = _detector(settings)
    base = _base(key_of(settings), settings)
    ran = EVERYBODY.pyramids.get(key_of(settings))
    filters = _filters(key_of(settings), settings.one_map, settings, detector) if base.keeps_maps else None
    if filters is None and ran is not None:
        filters = ran.filters.get(settings.one_map)
    return View(base, filters, None if ran is None else ran.images, settings.score)


def _detector(settings: Settings) -> StagedDetector:
    detector = load(settings.subject.model)
    if not isinstance(detector, StagedDetector):
        raise UserError(
            f"{detector.spec.title} works in one stage: it has no reference boxes and no head that could score a "
            "window. Choose a Faster R-CNN among the models."
        )
    if not settings.object:
        raise UserError(
            "The detector keeps no box in this picture, so there is no object to copy. Choose another picture, input "
            "size or model."
        )
    if settings.label not in detector.spec.classes:
        raise UserError(f"{detector.spec.title} does not know the class {settings.label!r}: choose another object.")
    return detector


def row(settings: Settings) -> Row:
    """The copies in a row; some milliseconds."""
    picture = settings.subject.picture
    image = cache.opened(picture.digest, picture.data).image
    return row_of(image, picture.size, settings.objects[settings.object], settings.subject.short_side)


def _inside(key: Hashable, detector: StagedDetector, made: Row) -> Inside:
    found = EVERYBODY.inside.get((KEY, key))
    if found is None:
        found = detector.inside(made.at(1.0), short_side=made.short_side)
        EVERYBODY.inside[KEY, key] = found
        device.give_back_memory()
    return found


@st.cache_resource(max_entries=128, show_spinner=RUNNING)
def _base(key: Hashable, _settings: Settings) -> Base:
    """About 50 kB each."""
    detector, made = _detector(_settings), row(_settings)
    label = detector.spec.classes.index(_settings.label)
    inside = _inside(key, detector, made)
    times = inside.candidates.times
    stride = inside.padded_size[0] // inside.levels[0].shape[0]
    regions = max(len(inside.candidates.proposals), 1)
    a_pass, a_window = (sum(time.milliseconds for time in some) / 1e3 for some in (times[:2], times[3:4]))
    images = image_pyramid.predicted(detector.model, made, stride, a_pass, a_window / regions)
    filters = 0.0
    if not inside.features:  # both kinds, and another pass
        windows = sum(map(len, filter_pyramid.windows_of(made, made.size, stride)))
        filters = a_pass + 2 * windows * a_window / regions
    copies = tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in made.boxes.tolist())
    return Base(
        uri=data_uri(to_jpeg(made.at(1.0))),
        size=made.size,
        copies=copies,
        sides=made.sides,
        levels=image_pyramid.rungs_of(made, stride),
        expected=tuple(image_pyramid.level_for(made, copy) for copy in range(len(copies))),
        boxes=reference_boxes.run(detector.model, made, inside, label),
        images=images,
        seconds=images.seconds + filters,
        maps=tuple(
            shade(inside.features[level.name], made.size, level.stride) for level in inside.levels if inside.features
        ),
    )


@st.cache_resource(max_entries=256, show_spinner="Scoring the windows…")
def _filters(key: Hashable, one_map: bool, _settings: Settings, _detector: StagedDetector) -> Pyramid | None:
    made = row(_settings)
    maps = maps_inside(_inside(key, _detector, made))
    if maps is None:
        return None
    label = _detector.spec.classes.index(_settings.label)
    return filter_pyramid.run(_detector.model, made, maps, label, one_map=one_map)


def images(settings: Settings, view: View) -> None:
    """The button that runs the image pyramid, or how far it is; nothing where its result is there."""
    results, key, asked = EVERYBODY.pyramids, key_of(settings), f"{KEY}_asked"
    if key in results:
        return
    cost = view.base.images
    if results.job(key, ui.session()) is None and st.session_state.get(asked) != key:
        label = f"Run (a) images: {cost.passes} passes, about {max(view.base.seconds, 0.1):.1f} s"
        says = f"{cost.pixels:,} pixels, {cost.positions:,} windows. What comes of it is kept for everybody."
        if not view.base.keeps_maps:
            st.caption("This model's maps are too large to be kept: the same button scores the filters.")
        if not st.button(label, key=f"{KEY}_run", icon=":material/play_arrow:", help=says):
            return
        st.session_state[asked] = key
    made, detector = row(settings), _detector(settings)
    of, keeps = detector.spec.classes.index(settings.label), view.base.keeps_maps

    def work(report: Report) -> Ran:
        found = image_pyramid.run(detector.model, made, of, cost.macs, report)
        maps = None if keeps else maps_of(detector.model, made.at(1.0))
        filters = {
            one_map: filter_pyramid.run(detector.model, made, maps, of, one_map=one_map, report=report)
            for one_map in (False, True)
            if maps is not None
        }
        device.give_back_memory()
        return Ran(found, filters)

    if ui.computed(results, key, work, f"{KEY}_images", "Pyramid of images", patience=PATIENCE_S) is not None:
        st.rerun()
