"""The menus that every section begins with, and the features of what they say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import jobs
from core.errors import UserError
from core.jobs import FEATURES, Report
from core.models.weights import Downloaded
from core.models.zoo import ZOO, on_meta
from core.transfer.data import cifar10
from core.transfer.data.image_set import ImageSet
from core.transfer.subject import Subject
from core.ui.framework.session import EVERYBODY
from core.ui.transfer import features as features_module
from core.ui.transfer import subject as subject_module
from core.ui.transfer.subject import DEFAULTS, SIZES
from tests.core.ui.transfer.things import features, image_set

LIMIT = 60.0
SEEN: list[Subject] = []
FEATURES_SEEN: list[Any] = []
NAMES: list[str] = []
CHOSEN: list[ImageSet] = []


def script(network: bool, *, with_features: bool, opening: str) -> None:
    import streamlit as st

    from core.ui.framework.session import session
    from core.ui.framework.show import reset_button
    from core.ui.transfer.features import features_of
    from core.ui.transfer.subject import DEFAULTS, choose_subject
    from tests.core.ui.transfer.things import image_set
    from tests.pages import test_transfer_subject as test

    if st.checkbox("lay", key="lay"):
        session().sets.setdefault("My dog", image_set("My dog"))
    asks = st.checkbox("without network", key="without") != network
    test.SEEN.append(choose_subject(network=asks, opening=opening))
    reset_button("reset", dict(DEFAULTS))
    if with_features:
        test.FEATURES_SEEN.append(features_of(test.SEEN[-1]))


@pytest.fixture(autouse=True)
def nothing_seen() -> Iterator[None]:
    SEEN.clear()
    FEATURES_SEEN.clear()
    EVERYBODY.features.clear()
    yield
    EVERYBODY.features.clear()


def open_page(*, with_features: bool = False, opening: str = "Handwritten digits", **link: str) -> AppTest:
    given = {"network": True, "with_features": with_features, "opening": opening}
    at = AppTest.from_function(script, default_timeout=120, kwargs=given)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def says(at: AppTest) -> str:
    return " ".join(box.value for kind in ("markdown", "caption", "info", "error") for box in at.get(kind))


def test_there_is_a_subject_at_once() -> None:
    at = open_page()
    subject = SEEN[-1]
    assert (subject.images.name, subject.backbone, subject.trained, subject.size) == (
        "Handwritten digits",
        "tf_efficientnet_lite0",
        True,
        128,
    )
    assert subject.selection.per_class == 20
    assert len(subject.selection.train) == 200
    assert subject.key == (subject.images.digest, 20, "tf_efficientnet_lite0", True, 128)
    assert "EfficientNet-Lite0, ImageNet weights, 128 px" in says(at)


def test_a_link_holds_the_choices() -> None:
    at = open_page(
        transfer_data="Textures",
        transfer_network="ShuffleNetV2 (×1.0), 2.3 M",
        transfer_weights="random",
        transfer_size="160 px",
        transfer_per_class="5",
    )
    assert SEEN[-1].key == (SEEN[-1].images.digest, 5, "shufflenet_v2_x1_0", False, 160)
    assert SEEN[-1].images.name == "Textures"
    at.selectbox(key="transfer_data").set_value("Faces").run()
    assert at.query_params["transfer_data"] in ("Faces", ["Faces"])
    at.selectbox(key="transfer_data").set_value("Handwritten digits").run()
    assert at.query_params["transfer_data"] in ("Handwritten digits", ["Handwritten digits"])
    at.selectbox(key="transfer_data").set_value("Textures").run()
    assert at.query_params["transfer_data"] in ("Textures", ["Textures"]), "without it the link would mean the digits"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ({}, "Textures"),
        ({"transfer_section": "Probes"}, "Textures"),
        ({"rcnn_score": "0.5"}, "Textures"),
        ({"transfer_section": "Probes", "transfer_probes_kind": "Linear SVM"}, "Handwritten digits"),
        ({"transfer_per_class": "5"}, "Handwritten digits"),
        ({"transfer_data": "Handwritten digits"}, "Handwritten digits"),
    ],
)
def test_a_link_of_before_means_the_digits(link: dict[str, str], name: str) -> None:
    at = open_page(opening="Textures", **link)
    assert SEEN[-1].images.name == name
    at.run()
    assert SEEN[-1].images.name == name, "also once the link says so"
    assert at.query_params["transfer_data"] in (name, [name])


def test_the_digits_say_why_transfer_fails_on_them() -> None:
    at = open_page(opening="Textures", transfer_data="Handwritten digits")
    assert "Handwritten digits: when it fails" in at.selectbox(key="transfer_data").options
    assert "raw pixels" in says(at)
    at.selectbox(key="transfer_data").set_value("Faces").run()
    assert "raw pixels" not in says(at)


@pytest.mark.parametrize(
    "link",
    [
        {"transfer_data": "../../etc/passwd"},
        {"transfer_network": "resnet1000000"},
        {"transfer_weights": "<script>"},
        {"transfer_size": "-1 px"},
        {"transfer_per_class": "1e400"},
        {"transfer_per_class": "nan"},
        {"transfer_per_class": "999999999999999999999999"},
        {"transfer_size": "9" * 5_000},
    ],
    ids=lambda link: next(iter(link.items()))[0] + next(iter(link.values()))[:8],
)
def test_a_hostile_link_changes_nothing(link: dict[str, str]) -> None:
    open_page(**link)
    subject = SEEN[-1]
    assert (subject.images.name, subject.selection.per_class) == ("Handwritten digits", 20)
    assert (subject.backbone, subject.trained, subject.size) == ("tf_efficientnet_lite0", True, 128)


def test_own_pictures_are_in_the_menu_and_never_in_the_link() -> None:
    at = open_page()
    at.checkbox(key="lay").check().run()
    at.selectbox(key="transfer_data").set_value("My dog").run()
    assert SEEN[-1].images.own
    assert not any("dog" in f"{name}{value}" for name, value in at.query_params.items())
    at.run()
    assert SEEN[-1].images.own, "it stays chosen"
    hostile = open_page(transfer_data="My dog")
    assert not SEEN[-1].images.own, "a link cannot choose it, not even in a session that has it"
    assert not hostile.exception


def test_a_set_that_made_room_is_named() -> None:
    at = AppTest.from_function(two_sets, default_timeout=60).run()
    assert not at.exception
    assert "`First *set*` was removed" in says(at)
    assert at.selectbox(key="transfer_data").options[0] == "Second"
    assert "First *set*" not in at.selectbox(key="transfer_data").options


def two_sets() -> None:
    from core.ui.framework.session import session
    from core.ui.transfer.subject import choose_subject
    from tests.core.ui.transfer.things import image_set

    session().sets.megabytes = 0.0001
    session().sets["First *set*"] = image_set("First *set*")
    session().sets["Second"] = image_set("Second")
    choose_subject()


def lay_sets() -> None:
    from core.ui.transfer.sets import add_own, choose_set
    from tests.core.ui.transfer.things import image_set
    from tests.pages import test_transfer_subject as test

    if not test.NAMES:
        test.NAMES.extend(add_own(image_set(name)) for name in ("Dogs", "Dogs", "Faces"))
    test.CHOSEN.append(choose_set())


def test_own_sets_get_names_that_nothing_else_has_and_the_last_is_chosen() -> None:
    NAMES.clear()
    at = AppTest.from_function(lay_sets, default_timeout=60).run()
    assert not at.exception
    assert NAMES == ["Dogs", "Dogs (2)", "Faces (2)"]
    assert at.selectbox(key="transfer_data").options[:3] == ["Faces (2)", "Dogs (2)", "Dogs"]
    assert at.selectbox(key="transfer_data").value == "Faces (2)"
    assert CHOSEN[-1].name == "Faces (2)"
    assert CHOSEN[-1].own
    assert "transfer_data" not in at.query_params


@pytest.fixture
def cifar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Report], ImageSet], bool], None]]:
    """Put something in the place of reading CIFAR-10."""

    def pretend(read: Callable[[Report], ImageSet], here: bool) -> None:
        monkeypatch.setattr(cifar10, "read_cifar10", read)
        monkeypatch.setattr(cifar10, "is_here", lambda: here)

    yield pretend
    job = jobs.find(cifar10.NAME)
    if job is not None:
        job.cancel()
        job.wait(LIMIT)
        jobs.forget(cifar10.NAME)


Pretend = Callable[[Callable[[Report], ImageSet], bool], None]


def test_cifar_is_read_in_the_background_and_shown_when_it_is_there(cifar: Pretend) -> None:
    go_on = threading.Event()

    def read(report: Report) -> ImageSet:
        report(0.5, "half of it")
        assert go_on.wait(LIMIT)
        return replace(image_set("CIFAR-10"), own=False)

    cifar(read, True)
    at = open_page(transfer_data="CIFAR-10")
    assert SEEN[-1].images.name == "Handwritten digits"
    assert SEEN[-1].absent == "CIFAR-10"
    until(at, lambda: "half of it" in progress(at))
    go_on.set()
    until(at, lambda: SEEN[-1].images.name == "CIFAR-10")
    assert not at.get("progress")
    assert not SEEN[-1].absent
    assert at.query_params["transfer_data"] in ("CIFAR-10", ["CIFAR-10"])


def test_cifar_that_cannot_be_read_says_why(cifar: Pretend) -> None:
    def read(_: Report) -> ImageSet:
        raise UserError("The folder does not hold it.")

    cifar(read, True)
    at = open_page(transfer_data="CIFAR-10")
    until(at, lambda: at.error)
    assert "The folder does not hold it" in at.error[0].value
    assert SEEN[-1].images.name == "Handwritten digits"
    cifar(lambda _: replace(image_set("CIFAR-10"), own=False), True)
    at.button(key="transfer_cifar_again").click().run()
    until(at, lambda: SEEN[-1].images.name == "CIFAR-10")


def test_cifar_that_is_not_here_is_offered_and_never_downloaded_unasked(cifar: Pretend) -> None:
    def read(_: Report) -> ImageSet:
        raise UserError("There seems to be no network.")

    cifar(read, False)
    at = open_page(transfer_data="CIFAR-10")
    assert jobs.find("CIFAR-10") is None
    assert "has to be downloaded once, 170 MB" in says(at)
    at.button(key="download_CIFAR-10").click().run()
    until(at, lambda: at.error)
    assert "no network" in at.error[0].value
    assert at.button(key="download_CIFAR-10").label.startswith("Try")
    assert SEEN[-1].images.name == "Handwritten digits"


def test_all_pictures_and_more_than_all_are_the_same() -> None:
    at = open_page(transfer_data="Faces")
    at.select_slider(key="transfer_per_class").set_value(0).run()
    all_of_them = SEEN[-1]
    assert len(all_of_them.selection.all) == 200
    at.select_slider(key="transfer_per_class").set_value(200).run()
    assert SEEN[-1].key == all_of_them.key
    assert SEEN[-1].selection.all.tolist() == all_of_them.selection.all.tolist()
    assert "all are used" in says(at)


def test_choices_survive_a_section_without_them_and_reset_puts_them_back() -> None:
    at = open_page()
    at.selectbox(key="transfer_network").set_value("shufflenet_v2_x1_0").run()
    at.button_group(key="transfer_weights").set_value("random").run()
    at.select_slider(key="transfer_size").set_value(96).run()
    at.select_slider(key="transfer_per_class").set_value(5).run()
    at.selectbox(key="transfer_data").set_value("Faces").run()
    chosen = SEEN[-1].key
    assert chosen[1:] == (5, "shufflenet_v2_x1_0", False, 96)
    at.checkbox(key="without").check().run()
    assert not [box for box in at.selectbox if box.key == "transfer_network"]
    assert SEEN[-1].selection.per_class == 5
    at.checkbox(key="without").uncheck().run()
    assert SEEN[-1].key == chosen
    at.button(key="reset").click().run()
    assert SEEN[-1].key[1:] == (20, "tf_efficientnet_lite0", True, 128)
    assert SEEN[-1].images.name == "Faces", "the pictures stay"
    assert set(DEFAULTS) == {"transfer_network", "transfer_weights", "transfer_size", "transfer_per_class"}


def test_every_network_says_its_parameters() -> None:
    labels = open_page().selectbox(key="transfer_network").options
    assert len(labels) == len(ZOO)
    assert "EfficientNet-Lite0, 4.7 M" in labels
    assert "VGG-16, 138.4 M" in labels


@pytest.mark.parametrize("name", ZOO)
def test_every_network_takes_every_size_that_is_offered(name: str) -> None:
    network = on_meta(name)
    for size in (min(SIZES), max(SIZES)):
        assert network(torch.empty(1, 3, size, size, device="meta")).shape == (1, 1000)


def test_weights_that_are_not_here_are_offered_and_the_default_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real download code against an address where nobody listens."""
    name = "resnet18"
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    source = Downloaded("http://127.0.0.1:9/resnet18-f37072fd.pth", 46.8)
    monkeypatch.setattr(subject_module, "ZOO", {**ZOO, name: replace(ZOO[name], source=source)})
    at = open_page()
    at.selectbox(key="transfer_network").set_value(name).run()
    assert (SEEN[-1].backbone, SEEN[-1].trained) == ("tf_efficientnet_lite0", True)
    assert "have to be downloaded once, 47 MB. Meanwhile EfficientNet-Lite0 is used" in says(at)
    at.button(key=f"download_imagenet_{name}").click().run()
    job = jobs.find(f"imagenet_{name}")
    assert job is not None
    job.wait(LIMIT)
    at.run()
    assert not at.exception
    assert "no network" in says(at)
    assert at.button(key=f"download_imagenet_{name}").label.startswith("Try")
    at.button_group(key="transfer_weights").set_value("random").run()
    assert (SEEN[-1].backbone, SEEN[-1].trained) == (name, False)
    jobs.forget(f"imagenet_{name}")


def test_where_nobody_has_weights_random_ones_are_used_and_that_is_said() -> None:
    at = open_page(transfer_network="MobileNetV1, 4.2 M")
    assert (SEEN[-1].backbone, SEEN[-1].trained) == ("mobilenetv1_100", False)
    assert "MobileNetV1 has no ImageNet weights" in says(at)


def until(at: AppTest, reached: Any) -> None:
    """Run the page again until it is so, as its fragment would."""
    end = time.monotonic() + LIMIT
    while not reached():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
        at.run()
        assert not at.exception


def test_features_come_by_themselves_and_are_there_for_the_next_visitor() -> None:
    at = open_page(with_features=True, transfer_data="Faces", transfer_per_class="1")
    assert FEATURES_SEEN[-1] is None or at.get("progress") == []
    until(at, lambda: FEATURES_SEEN[-1] is not None)
    found, subject = FEATURES_SEEN[-1], SEEN[-1]
    assert found.indices.tolist() == subject.selection.all.tolist()
    assert found.values.shape == (len(subject.selection.all), 1280)
    assert (found.backbone, found.trained, found.size) == ("tf_efficientnet_lite0", True, 128)
    assert not at.get("progress")
    open_page(with_features=True, transfer_data="Faces", transfer_per_class="1")
    assert FEATURES_SEEN[-1] is found


class Slow:
    """In the place of the pass: goes no further than it is told."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *_: object, report: Report, **__: object) -> Any:
        report(0.25, "5 of 20 pictures")
        self.begun.set()
        assert self.go_on.wait(LIMIT)
        report(0.75, "15 of 20 pictures")
        return features()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()
    monkeypatch.setattr(features_module, "extract", slow)
    yield slow
    slow.go_on.set()


def progress(at: AppTest) -> str:
    return " ".join(bar.proto.text for bar in at.get("progress"))


def test_while_the_pass_runs_the_page_says_how_far_it_is_and_can_stop_it(slow: Slow) -> None:
    at = open_page(with_features=True)
    assert slow.begun.wait(LIMIT)
    at.run()
    assert progress(at) == "Features: 5 of 20 pictures"
    at.button(key="transfer_features_stop").click().run()
    slow.go_on.set()
    until(at, lambda: not at.get("progress"))
    assert "stopped before its end" in says(at)
    assert FEATURES_SEEN[-1] is None
    at.button(key="transfer_features_again").click().run()
    until(at, lambda: FEATURES_SEEN[-1] is not None)


@pytest.mark.usefixtures("slow")
def test_a_pass_behind_another_says_that_it_waits() -> None:
    hold = threading.Event()
    other = FEATURES.submit(lambda _: hold.wait(LIMIT))
    try:
        at = open_page(with_features=True)
        at.run()
        assert progress(at) == "Features: queued, 1 before it"
        at.button(key="transfer_features_stop").click().run()
        until(at, lambda: "stopped before its end" in says(at))
    finally:
        hold.set()
        other.wait(LIMIT)


def test_a_pass_that_fails_says_why_and_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise UserError("There is *no* memory left.")

    monkeypatch.setattr(features_module, "extract", fail)
    at = open_page(with_features=True)
    until(at, lambda: at.error)
    assert r"There is \*no\* memory left" in at.error[0].value
    assert FEATURES_SEEN[-1] is None
    monkeypatch.setattr(features_module, "extract", lambda *_, **__: features())
    at.button(key="transfer_features_again").click().run()
    until(at, lambda: FEATURES_SEEN[-1] is not None)
    assert not at.error


def test_another_choice_stops_the_pass_for_the_one_before(slow: Slow) -> None:
    at = open_page(with_features=True)
    assert slow.begun.wait(LIMIT)
    first = SEEN[-1].key
    at.select_slider(key="transfer_size").set_value(96).run()
    assert SEEN[-1].key != first
    slow.go_on.set()
    until(at, lambda: FEATURES_SEEN[-1] is not None)
    assert list(EVERYBODY.features) == [SEEN[-1].key]


def test_features_of_own_pictures_stay_on_the_desk(slow: Slow) -> None:
    slow.go_on.set()
    at = open_page(with_features=True)
    until(at, lambda: FEATURES_SEEN[-1] is not None)
    at.checkbox(key="lay").check().run()
    at.selectbox(key="transfer_data").set_value("My dog").run()
    until(at, lambda: FEATURES_SEEN[-1] is not None)
    assert SEEN[-1].images.own
    assert SEEN[-1].key not in EVERYBODY.features


def test_a_subject_is_named_by_what_decides_its_features() -> None:
    images = image_set()
    open_page()
    one = replace(SEEN[-1], images=images)
    assert one.key[0] == images.digest
    assert replace(one, size=96).key != one.key
    assert replace(one, trained=False).key != one.key
