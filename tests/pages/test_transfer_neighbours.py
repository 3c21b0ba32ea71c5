"""Section "Neighbours" as a script: what it finds, what a click does, what stays locked, and what is kept."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.errors import UserError
from core.figures.drawing import Cells, Text
from core.jobs import Job
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.features import feature_space
from core.transfer.features.clustering import cluster
from core.transfer.features.extract import Features
from core.transfer.features.projection import project
from core.transfer.features.retrieval import Metric, leave_one_out
from core.transfer.subject import Subject
from core.ui.framework.session import EVERYBODY
from core.ui.transfer.neighbours import clusters, maps, nearest, query, state
from core.ui.transfer.neighbours import view as page
from core.ui.transfer.neighbours.controls import TRAINING
from tests.core.transfer.sets import everything, stripes

KEY, QUERY, VIEW = state.KEY, state.QUERY, state.VIEW
COUNT, METRIC, AMONG, STRIP = f"{KEY}_k", f"{KEY}_metric", f"{KEY}_among", f"{KEY}_strip"
METHOD, PERPLEXITY, COLOUR = f"{KEY}_method", f"{KEY}_perplexity", f"{KEY}_colour"
HERE: dict[str, Any] = {}
DRAWN: dict[str, tuple[Any, Callable[..., None] | None]] = {}
NETWORK = "resnet18"


def script() -> None:
    from core.ui.transfer.neighbours.view import section
    from tests.pages import test_transfer_neighbours as test

    test.HERE.pop("click", lambda: None)()  # as a callback: before anything is drawn
    section()


def made(images: ImageSet, selection: Selection | None = None, *, noise: float = 0.3) -> tuple[Subject, Features]:
    """A subject, and features that tell the classes apart."""
    chosen = everything(images) if selection is None else selection
    random = np.random.default_rng(0)
    values = np.eye(len(images.classes), 512)[images.labels[chosen.all]] * 5
    values = (values + random.normal(size=values.shape) * noise).astype(np.float32)
    return Subject(images, chosen, NETWORK, False, 32), Features(chosen.all, values, (), NETWORK, False, 32, 1.0)


@pytest.fixture(autouse=True)
def things(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def keep(shown: Any, key: str, picked: Callable[..., None] | None = None) -> None:
        DRAWN[key] = shown, picked

    EVERYBODY.neighbour_results.clear()
    HERE.clear()
    HERE["subject"], HERE["features"] = made(stripes(classes=3))
    monkeypatch.setattr(page, "choose_subject", lambda **_: HERE["subject"])
    monkeypatch.setattr(page, "features_of", lambda _subject: HERE["features"])
    for module in (nearest, clusters, query):
        monkeypatch.setattr(module, "show_drawing", keep)
    monkeypatch.setattr(maps, "show_map", keep)
    yield
    EVERYBODY.neighbour_results.clear()


def run(at: AppTest) -> AppTest:
    DRAWN.clear()
    at.run()
    assert not at.exception
    return at


def open_section(**link: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for key, value in link.items():
        at.query_params[key] = value
    return run(at)


def click(at: AppTest, key: str, *place: int) -> AppTest:
    """Click a cell of a drawing, or a point of the map."""
    picked = DRAWN[key][1]
    assert picked is not None
    HERE["click"] = lambda: picked(*place)
    return run(at)


def metrics(at: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in at.metric}


def says(at: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "error")
    return re.sub(r"\\(.)", r"\1", " ".join(box.value for kind in kinds for box in at.get(kind)))


def captions(key: str) -> list[str]:
    return [item.text for item in DRAWN[key][0].items if isinstance(item, Text)]


def tips(key: str) -> tuple[str, ...]:
    return next(item.tips for item in DRAWN[key][0].items if isinstance(item, Cells))


def png(shade: tuple[int, int, int] = (200, 20, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), shade).save(file, "PNG")
    return file.getvalue()


def test_first_screen_has_the_query_its_neighbours_and_precision() -> None:
    at = open_section()
    # 9 pictures of each class take part, so 8 others are right and at most 8 of 10 can be
    assert metrics(at)["Precision@10 of this query"] == "0.800"
    assert metrics(at)["Mean precision@10"] == "0.800"
    assert metrics(at)["mAP"] == "1.00"
    assert float(metrics(at)["Raw pixels: mean precision@10"]) <= 0.8
    assert len(captions("transfer_neighbours_nearest")) == 20
    assert captions("transfer_neighbours_nearest")[0] == "= red"
    assert "8 of 10 neighbours are of its class" in says(at)
    assert r"\frac{8}{10}" in " ".join(box.value for box in at.latex)


def test_a_click_makes_a_neighbour_the_query() -> None:
    at = open_section()
    name = tips("transfer_neighbours_nearest")[6].split(":")[0].partition(". ")[2]
    click(at, "transfer_neighbours_nearest", 1, 1)  # the seventh, five stand in a row
    pool = leave_one_out(HERE["subject"].selection.train, HERE["subject"].selection.validation)
    assert HERE["subject"].images.names[pool[at.number_input(key=QUERY).value - 1]] == name
    assert name in says(at)


@pytest.mark.parametrize("place", [(9, 9), (-1, 0), (0, 7), (10**12, 0)])
def test_a_click_beside_the_pictures_changes_nothing(place: tuple[int, int]) -> None:
    at = open_section()
    click(at, "transfer_neighbours_nearest", *place)
    assert at.number_input(key=QUERY).value == 1


def test_test_pictures_are_nowhere_among_the_neighbours() -> None:
    at = open_section()
    at.slider(key=COUNT).set_value(30)
    run(at)
    everybody = tips("transfer_neighbours_nearest")
    assert len(everybody) == 26  # all others of training and validation
    assert not any("test" in tip for tip in everybody)
    assert "9 test pictures stay locked" in says(at)


def test_the_album_has_everybody_but_the_test_pictures() -> None:
    images, selection = HERE["subject"].images, HERE["subject"].selection
    at = AppTest.from_function(album_script, default_timeout=60)
    run(at)
    shown = tips("transfer_neighbours_album_sheet")
    assert len(shown) == len(selection.train) + len(selection.validation)
    assert not any("test picture" in tip for tip in shown)
    click(at, "transfer_neighbours_album_sheet", 0, 2)
    position = at.session_state[QUERY]
    assert shown[2].startswith(images.names[HERE["shown"].pool[position - 1]])


def album_script() -> None:
    from types import SimpleNamespace
    from unittest.mock import MagicMock, patch

    from core.transfer.features.feature_space import FeatureSpace
    from core.transfer.features.retrieval import Metric
    from core.ui.transfer.neighbours import query
    from tests.pages import test_transfer_neighbours as test

    test.HERE.pop("click", lambda: None)()
    test.HERE["shown"] = FeatureSpace.of(test.HERE["subject"], test.HERE["features"], Metric.COSINE)
    unfolded = MagicMock(__enter__=lambda _: SimpleNamespace(open=True))
    with patch.object(query.st, "expander", return_value=unfolded):  # AppTest cannot unfold one
        query.album(test.HERE["shown"])


def test_training_alone_can_be_searched() -> None:
    at = open_section()
    at.segmented_control(key=AMONG).set_value(TRAINING)
    at.slider(key=COUNT).set_value(30)
    run(at)
    assert len(tips("transfer_neighbours_nearest")) in (17, 18)  # the query may be one of the 18
    assert not any("validation" in tip for tip in tips("transfer_neighbours_nearest"))
    assert "9 queries, each against up to 18 pictures" in says(at)


def test_means_are_computed_once_a_distance() -> None:
    at = open_section()
    with patch.object(feature_space, "evaluate", side_effect=feature_space.evaluate) as asked:
        at.slider(key=COUNT).set_value(3)
        run(at)
        at.number_input(key=QUERY).set_value(5)
        run(at)
        assert asked.call_count == 0
        at.segmented_control(key=METRIC).set_value(Metric.EUCLIDEAN.value)
        run(at)
        assert asked.call_count == 2  # features and raw pixels
    assert r"\sqrt" in " ".join(box.value for box in at.latex)


@pytest.mark.parametrize(
    "link",
    [{QUERY: "999"}, {QUERY: "-3"}, {QUERY: "x"}, {VIEW: "Nonsense"}, {COUNT: "9999"}, {METRIC: "<b>"}],
    ids=str,
)
def test_a_link_of_nonsense_opens_as_a_first_visit(link: dict[str, str]) -> None:
    at = open_section(**link)
    assert "Precision@10 of this query" in metrics(at)
    assert 1 <= at.number_input(key=QUERY).value <= 27


def test_a_set_with_fewer_pictures_gets_a_query_that_is_there() -> None:
    at = open_section()
    at.number_input(key=QUERY).set_value(27)
    run(at)
    HERE["subject"], HERE["features"] = made(stripes(per_class=4))
    run(at)
    assert at.number_input(key=QUERY).value <= 6


def test_reset_puts_everything_back() -> None:
    at = open_section()
    at.number_input(key=QUERY).set_value(9)
    at.slider(key=COUNT).set_value(3)
    at.segmented_control(key=METRIC).set_value(Metric.EUCLIDEAN.value)
    run(at)
    at.button(key="transfer_neighbours_reset").click()
    run(at)
    assert (at.number_input(key=QUERY).value, at.slider(key=COUNT).value) == (1, 10)
    assert at.segmented_control(key=METRIC).value == Metric.COSINE.value


def test_chance_brings_a_picture_that_takes_part() -> None:
    at = open_section()
    drawn = set()
    for _ in range(5):
        at.button(key="transfer_neighbours_chance").click()
        drawn.add(run(at).number_input(key=QUERY).value)
    assert len(drawn) > 1
    assert all(1 <= number <= 27 for number in drawn)


def test_a_picture_of_one_s_own_is_asked_about_and_can_be_left() -> None:
    at = open_section()
    with patch.object(feature_space, "extract", side_effect=feature_space.extract) as passes:
        at.file_uploader(key="transfer_neighbours_file").upload("my **dog**.png", png())
        run(at)
        assert passes.call_count == 1
        at.slider(key=COUNT).set_value(5)
        run(at)
        assert passes.call_count == 1
    assert "Its class is unknown" in says(at)
    assert "Precision@5 of this query" not in metrics(at)
    assert not any(text.startswith(("=", "≠")) for text in captions("transfer_neighbours_nearest"))
    click(at, "transfer_neighbours_nearest", 0, 0)
    assert "Precision@5 of this query" in metrics(at)
    at.segmented_control(key=state.FROM).set_value(state.OWN)
    run(at)
    assert "Its class is unknown" in says(at)


@pytest.mark.parametrize("data", [b"", b"no picture", png()[:50], b"%PDF-1.4", b"\xff\xd8\xff" + b"\0" * 99], ids=len)
def test_a_file_that_is_no_picture_is_one_sentence(data: bytes) -> None:
    at = open_section()
    at.file_uploader(key="transfer_neighbours_file").upload("bad.png", data)
    run(at)
    assert len(at.error) == 1
    assert metrics(at)["Precision@10 of this query"] == "0.800"


def test_names_of_classes_and_pictures_are_no_markdown() -> None:
    images = stripes(classes=2)
    evil = replace(images, classes=("**red** <script>", "[x](http://y)"), names=("$a$ `b`",) * len(images))
    HERE["subject"], HERE["features"] = made(evil)
    for view in state.VIEWS:
        at = open_section(**{VIEW: view})
        shown = " ".join(box.value for kind in ("markdown", "caption") for box in at.get(kind))
        assert "**red** <script>" not in shown
        assert "[x](http" not in shown
        assert "$a$" not in shown


def test_clusters_begin_with_as_many_as_there_are_classes() -> None:
    at = open_section(**{VIEW: state.GROUPS})
    assert at.slider(key=state.CLUSTERS).value == 3
    assert metrics(at)["Adjusted Rand index"] == metrics(at)["Best matching"] == "1.000"
    assert "**Cluster 1**: 9 pictures, 100% are" in says(at)
    at.slider(key=state.CLUSTERS).set_value(5)
    run(at)
    assert float(metrics(at)["Best matching"]) < 1
    assert metrics(at)["Purity"] == "1.000"
    HERE["subject"], HERE["features"] = made(stripes(classes=2))
    assert run(at).slider(key=state.CLUSTERS).value == 2


def test_a_number_of_clusters_in_the_link_is_taken() -> None:
    assert open_section(**{VIEW: state.GROUPS, state.CLUSTERS: "6"}).slider(key=state.CLUSTERS).value == 6


def test_clusters_are_made_once() -> None:
    with patch.object(state, "cluster", side_effect=cluster) as makes:
        at = open_section(**{VIEW: state.GROUPS})
        at.segmented_control(key=STRIP).set_value(16)
        run(at)
        assert makes.call_count == 1
        open_section(**{VIEW: state.GROUPS})  # another visitor
        assert makes.call_count == 1


def test_a_click_in_a_cluster_shows_the_neighbours() -> None:
    at = open_section(**{VIEW: state.GROUPS})
    name = tips("transfer_neighbours_strip_1")[2].split(":")[0]
    click(at, "transfer_neighbours_strip_1", 0, 2)
    assert at.segmented_control(key=VIEW).value == state.NEAREST
    assert name in says(at)


def test_the_silhouette_comes_when_asked_for_and_stays() -> None:
    at = open_section(**{VIEW: state.GROUPS})
    charts = len(at.get("vega_lite_chart"))
    at.button(key="transfer_neighbours_silhouettes").click()
    assert len(run(at).get("vega_lite_chart")) == charts + 1
    assert len(run(at).get("vega_lite_chart")) == charts + 1


def test_pictures_that_are_all_alike_give_a_sentence_instead_of_clusters() -> None:
    subject, features = made(stripes(per_class=4))
    HERE["subject"], HERE["features"] = subject, replace(features, values=np.ones_like(features.values))
    at = open_section(**{VIEW: state.GROUPS})
    assert "take fewer clusters" in at.error[0].value
    at.segmented_control(key=VIEW).set_value(state.MAP)
    assert not run(at).error


def test_the_map_has_all_pictures_and_a_click_asks_for_neighbours() -> None:
    at = open_section(**{VIEW: state.MAP})
    shown = DRAWN["transfer_neighbours_map"][0]
    assert len(shown.points) == 27
    assert shown.chosen == 0
    assert not any("test picture" in tip for tip in shown.tips)
    assert [mark.name for mark in shown.marks] == ["red", "green", "blue"]
    click(at, "transfer_neighbours_map", 11)
    assert at.number_input(key=QUERY).value == 12
    assert DRAWN["transfer_neighbours_map"][0].chosen == 11
    assert captions("transfer_neighbours_below_row")
    at.segmented_control(key=COLOUR).set_value("cluster")
    run(at)
    assert [mark.name for mark in DRAWN["transfer_neighbours_map"][0].marks] == ["cluster 1", "cluster 2", "cluster 3"]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that make maps, the newest last."""
    found: list[Job] = []
    submit = maps.MAPS.submit
    monkeypatch.setattr(maps.MAPS, "submit", lambda work: found.append(submit(work)) or found[-1])
    return found


def test_a_map_that_takes_long_is_made_in_the_background_once(jobs: list[Job]) -> None:
    with patch.object(maps, "project", side_effect=project) as made_:
        at = open_section(**{VIEW: state.MAP, METHOD: "t-SNE"})
        jobs[-1].wait(60)
        run(at)
        assert len(DRAWN["transfer_neighbours_map"][0].points) == 27
        assert "Perplexity 8" in says(at)  # 30 is too much for so few
        at.slider(key=PERPLEXITY).set_value(40)
        run(at)
        assert "transfer_neighbours_map" in DRAWN
        assert made_.call_count == 1


def test_while_a_map_is_made_the_page_goes_on_and_it_can_be_stopped(jobs: list[Job]) -> None:
    going, go = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        going.set()
        go.wait(30)
        return project(*arguments)

    with patch.object(maps, "project", slow):
        at = open_section(**{VIEW: state.MAP, METHOD: "t-SNE"})
        assert going.wait(30)
        assert "transfer_neighbours_map" not in DRAWN
        at.number_input(key=QUERY).set_value(4)
        run(at)
        at.button(key="transfer_neighbours_map_job_stop").click()
        run(at)
        go.set()
        jobs[-1].wait(30)
    run(at)
    # what was under way has ended by itself: it is not made again
    assert "transfer_neighbours_map" in DRAWN


def test_a_map_that_was_stopped_in_the_line_can_be_asked_for_again(jobs: list[Job]) -> None:
    go = threading.Event()
    before = maps.MAPS.submit(lambda _report: go.wait(30))
    at = open_section(**{VIEW: state.MAP, METHOD: "t-SNE"})
    at.button(key="transfer_neighbours_map_job_stop").click()
    run(at)
    go.set()
    before.wait(30)
    jobs[-1].wait(30)
    assert "was stopped" in says(run(at))
    at.button(key="transfer_neighbours_map_job_again").click()
    run(at)
    jobs[-1].wait(60)
    run(at)
    assert "transfer_neighbours_map" in DRAWN


def test_a_map_that_cannot_be_made_is_one_sentence(jobs: list[Job]) -> None:
    def without(*_arguments: Any) -> Any:
        raise UserError("UMAP needs the package umap-learn.")

    with patch.object(maps, "project", without):
        at = open_section(**{VIEW: state.MAP, METHOD: "UMAP"})
        jobs[-1].wait(30)
        run(at)
    assert "UMAP needs the package" in says(at)
    at.segmented_control(key=METHOD).set_value("PCA")
    assert not run(at).error


def test_what_comes_of_own_pictures_is_kept_for_their_owner_only() -> None:
    images = replace(stripes(classes=2), own=True)
    HERE["subject"], HERE["features"] = made(images)
    for view in state.VIEWS:
        open_section(**{VIEW: view})
    assert len(EVERYBODY.neighbour_results) == 0


def test_large_sets_are_sampled_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_space, "sample", lambda indices: indices[::2])
    at = open_section(**{VIEW: state.GROUPS})
    assert "14 of 27 pictures, drawn at random" in says(at)
    at.segmented_control(key=VIEW).set_value(state.MAP)
    run(at)
    assert "14 of 27 pictures, drawn at random" in says(at)
    assert len(DRAWN["transfer_neighbours_map"][0].points) == 14
    at.number_input(key=QUERY).set_value(2)  # not on the map
    run(at)
    assert DRAWN["transfer_neighbours_map"][0].chosen is None


@pytest.mark.parametrize("view", state.VIEWS)
@pytest.mark.parametrize("count", [1, 2])
def test_next_to_no_pictures(view: str, count: int) -> None:
    images = stripes(classes=1)
    pictures = images.part(Split.TRAIN)[:count]
    none = np.empty(0, np.int64)
    HERE["subject"], HERE["features"] = made(images, Selection(pictures, none, none, 1))
    at = open_section(**{VIEW: view})
    assert says(at)
    assert len(at.error) <= 1


def test_without_features_there_are_no_controls_yet() -> None:
    HERE["features"] = None
    at = open_section()
    assert not at.slider
    assert not at.metric
    assert at.segmented_control(key=VIEW).value == state.NEAREST
