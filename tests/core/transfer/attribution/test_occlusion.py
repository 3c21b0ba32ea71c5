"""Occlusion: against a loop by hand, on a network whose reason is known, and how it stops and gives way."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.device import device_lock
from core.errors import UserError
from core.jobs import Cancelled, Job
from core.transfer.attribution.heat import Method
from core.transfer.attribution.occlusion import MOST_WINDOWS, occlusion, windows
from core.transfer.model.classifier import Classifier, ModelSpec, build
from core.transfer.model.inputs import to_input
from tests.core.transfer.attribution.networks import CLASSES, NETWORKS, frozen, picture


class Corner(nn.Module):
    """Sees only the upper left 8 × 8 pixels."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :8, :8].mean(dim=(1, 2, 3))[:, None]


def corner(size: int = 32) -> Classifier:
    """The brighter the corner, the more class 1."""
    model = build(ModelSpec("resnet18", size, (2,), trained=False))
    model.backbone = Corner()
    head = nn.Linear(1, 2)
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[0.0], [1.0]]))
        head.bias.zero_()
    model.heads = nn.ModuleList([head])
    return model.requires_grad_(False)


@pytest.mark.parametrize("backbone", NETWORKS)
def test_every_family_works(backbone: str) -> None:
    model = frozen(backbone)
    size = model.spec.size
    heat = occlusion(model, picture(), 1, size // 2, size // 2)
    assert heat.values.shape == (size, size)
    assert heat.changes.shape == (2, 2)
    assert np.isfinite(heat.values).all()
    assert (heat.method, heat.target, heat.layer) == (Method.OCCLUSION, 1, "")


@pytest.mark.parametrize(("window", "stride", "grey"), [(16, 8, 128), (12, 5, 0), (32, 32, 255), (10, 10, 90)])
def test_it_is_what_a_loop_by_hand_finds(window: int, stride: int, grey: int) -> None:
    model = frozen("resnet18", 32)
    heat = occlusion(model, picture(32), 2, window, stride, grey, batch=4)
    places = windows(32, window, stride)
    total, count = np.zeros((32, 32)), np.zeros((32, 32))
    with torch.no_grad():
        before = float(model(to_input(picture(32)[None], model.spec.architecture, 32)).softmax(1)[0, 2])
        for row, column in np.ndindex(places, places):
            top, left, bottom, right = heat.box(row, column)
            assert (top, left) == (row * stride, column * stride)
            covered = picture(32)
            covered[:, top:bottom, left:right] = grey
            after = float(model(to_input(covered[None], model.spec.architecture, 32)).softmax(1)[0, 2])
            assert heat.changes[row, column] == pytest.approx(before - after, abs=1e-5)
            total[top:bottom, left:right] += before - after
            count[top:bottom, left:right] += 1
    assert heat.probability == pytest.approx(before, abs=1e-5)
    assert count.min() >= 1  # no gaps
    np.testing.assert_allclose(heat.values, total / count, atol=1e-5)


def test_windows_at_once_or_one_by_one_it_is_the_same() -> None:
    model = frozen("resnet18", 32)
    one, many = (occlusion(model, picture(32), 0, 16, 8, batch=batch) for batch in (1, 9))
    np.testing.assert_allclose(one.changes, many.changes, atol=1e-5)


def test_only_what_the_network_sees_has_heat_and_its_sign_is_right() -> None:
    bright = torch.full((3, 32, 32), 250, dtype=torch.uint8)
    heat = occlusion(corner(), bright, 1, 8, 8)
    assert heat.worst == (0, 0)
    assert heat.box(*heat.worst) == (0, 0, 8, 8)
    assert heat.changes[0, 0] > 0.1
    assert np.count_nonzero(np.abs(heat.changes) > 1e-6) == 1
    assert heat.peak == (0, 0)
    against = occlusion(corner(), bright, 0, 8, 8)
    np.testing.assert_allclose(against.changes, -heat.changes, atol=1e-6)
    lighter = occlusion(corner(), torch.zeros_like(bright), 1, 8, 8, 255)
    assert lighter.changes[0, 0] < -0.1  # covering with white speaks for the class
    same = occlusion(corner(), torch.full_like(bright, 128), 1, 8, 8, 128)
    assert same.empty
    assert same.probability == pytest.approx(
        float(corner()(to_input(bright[None] * 0 + 128, corner().spec.architecture, 32)).softmax(1)[0, 1])
    )


def test_it_says_how_far_it_is_and_stops_when_it_is_told_to() -> None:
    said: list[tuple[float, str]] = []
    occlusion(frozen(), picture(), 0, 16, 8, report=lambda *now: said.append(now), batch=4)
    assert [fraction for fraction, _ in said] == pytest.approx([0, 4 / 9, 8 / 9, 1])
    assert said[-1][1] == "9 of 9 windows"

    def stop(fraction: float, _text: str) -> None:
        said.append((fraction, "stopped"))
        raise Cancelled

    said.clear()
    with pytest.raises(Cancelled):
        occlusion(frozen(), picture(), 0, 16, 8, report=stop, batch=1)
    assert len(said) == 1


def test_as_the_work_of_a_job_it_can_be_cancelled() -> None:
    job: Job

    def work(report: object) -> object:
        def watched(fraction: float, text: str) -> None:
            job.cancel()
            report(fraction, text)  # type: ignore[operator]

        return occlusion(frozen(), picture(), 0, 16, 8, report=watched, batch=1)

    job = Job(work)
    job.run()
    assert job.ended
    assert job.wait(0) is None
    assert device_lock.acquire(blocking=False)
    device_lock.release()


def test_between_two_batches_others_have_the_device() -> None:
    had: list[bool] = []

    def other() -> None:
        had.append(device_lock.acquire(blocking=False))
        if had[-1]:
            device_lock.release()

    def report(_fraction: float, _text: str) -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    occlusion(frozen(), picture(), 0, 16, 16, report=report, batch=1)
    assert had == [True] * 5


@pytest.mark.parametrize(
    ("window", "stride", "grey", "sentence"),
    [
        (33, 1, 128, "choose one that fits"),
        (0, 1, 128, "choose one that fits"),
        (8, 9, 128, "leaves gaps"),
        (8, 0, 128, "leaves gaps"),
        (-4, -4, 128, "choose one that fits"),
        (8, 8, 256, "from 0"),
        (8, 8, -1, "from 0"),
    ],
)
def test_what_cannot_be_is_a_sentence(window: int, stride: int, grey: int, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        occlusion(frozen("resnet18", 32), picture(), 0, window, stride, grey)


def test_too_many_windows_are_refused_before_any_is_tried() -> None:
    assert windows(128, 16, 4) ** 2 <= MOST_WINDOWS
    with pytest.raises(UserError, match="97,969 windows"):
        windows(320, 8, 1)


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(UserError, match="another class"):
        occlusion(frozen(), picture(), CLASSES, 16, 16)
