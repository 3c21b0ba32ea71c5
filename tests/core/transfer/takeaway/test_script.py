"""The script, run as a student would run it, and its parts against the app's own."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from core.models.zoo import ZOO
from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import Classifier
from core.transfer.takeaway.pictures import pictures_zip
from core.transfer.takeaway.result import Result
from core.transfer.takeaway.script import experiment_script, literal
from core.transfer.takeaway.weights import from_safetensors
from core.transfer.training.freezing import set_gradients, set_modes
from core.transfer.training.rates import cycle
from core.transfer.training.schedule import Phase, Recipe, Statistics
from tests.core.transfer.takeaway.made import CLASSES, PHASES, image_set, result, trained

ALL_OF_IT = Augmentation(flip=True, crop=0.6, jitter=0.2, cutout=0.3, mixup=0.2)


def space_of(script: str) -> dict[str, Any]:
    """What the script defines, without running it."""
    space: dict[str, Any] = {"__name__": __name__}
    exec(compile(script, "experiment.py", "exec"), space)
    return space


def execute(given: Result, folder: Path) -> tuple[str, bytes]:
    """Run the script on the pictures that go with it: what it printed, and the file it saved."""
    zipfile.ZipFile(io.BytesIO(pictures_zip(given.images, given.selection))).extractall(folder)
    (folder / "experiment.py").write_text(experiment_script(given), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "experiment.py", "pictures"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # networks this small only wait for a second thread
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, (folder / "model.safetensors").read_bytes()


def test_it_trains_keeps_frozen_groups_and_saves_what_the_app_opens(tmp_path: Path) -> None:
    images = replace(image_set(48), classes=("dark", "li/ght", "=striped"))
    given = result(trained(), images, Recipe(PHASES, augmentation=ALL_OF_IT, label_smoothing=0.1))
    given = replace(given, trained=replace(given.trained, classes=images.classes))
    said, saved = execute(given, tmp_path)
    for group in ("stem", "group 1", "group 2", "group 3"):
        assert f"{group}: bit-identical" in said
    for group in ("group 4", "heads"):
        assert f"{group}: changed" in said
    assert len(re.findall(r"epoch [\d.]+: loss [\d.]+, validation accuracy", said)) == 3
    assert re.search(r"test accuracy [\d.]+% of 12 pictures", said)
    back = from_safetensors(saved)
    assert (back.classes, back.spec, back.title) == (images.classes, given.trained.spec, given.title)


def test_two_heads_with_packaged_weights(tmp_path: Path) -> None:
    network = trained("tf_efficientnet_lite0", outputs=(3, 2), neck=(8,), dropout=0.1, trained=True)
    recipe = Recipe((Phase("New", {"neck": 0.01, "heads": 0.01}, 1, 4),), second_task="label", second_weight=0.3)
    said, saved = execute(result(network, recipe=recipe), tmp_path)
    assert "group 4: bit-identical" in said
    assert "neck: changed" in said
    back = from_safetensors(saved).state  # the backbone rested: it still is what the app begins with
    assert all(torch.equal(back[name], value) for name, value in network.state.items() if name.startswith("backbone"))
    assert not torch.equal(back["heads.0.weight"], network.state["heads.0.weight"])


@pytest.mark.parametrize("backbone", ZOO)
def test_its_network_is_the_apps_for_every_backbone(backbone: str) -> None:
    network = replace(trained(), spec=replace(trained().spec, backbone=backbone, neck=(4,), outputs=(3, 4)))
    space = space_of(experiment_script(result(network)))
    with torch.device("meta"):
        ours, theirs = Classifier(network.spec, network.spec.architecture.build()), space["Net"]()
    assert {name: value.shape for name, value in theirs.state_dict().items()} == {
        name: value.shape for name, value in ours.state_dict().items()
    }
    for statistics in Statistics:
        phase = Phase("one", {"group 2": 0.1, "heads": 0.1}, 1, statistics=statistics)
        set_gradients(ours, phase)
        set_modes(ours, phase)
        space["set_gradients"](theirs, phase)
        space["set_modes"](theirs, phase)
        assert [weight.requires_grad for weight in theirs.parameters()] == [
            weight.requires_grad for weight in ours.parameters()
        ]
        assert {name: module.training for name, module in theirs.named_modules() if not any(module.children())} == {
            name: module.training for name, module in ours.named_modules() if not any(module.children())
        }


def test_rates_rise_and_fall_as_the_apps() -> None:
    space = space_of(experiment_script(result()))
    for step in range(100):
        assert space["one_cycle"](step / 100) == pytest.approx(cycle(step / 100))


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(PHASES, optimiser="SGD", one_cycle=False, augmentation=Augmentation(flip=False)),
        Recipe(PHASES, second_task="rotation", second_weight=0.5),
        Recipe(PHASES, second_task="label", second_weight=0.5, augmentation=ALL_OF_IT),
        Recipe(PHASES, augmentation=ALL_OF_IT),
    ],
)
def test_a_step_learns_whatever_the_recipe(recipe: Recipe) -> None:
    outputs = {"": (3,), "label": (3, 2), "rotation": (3, 4)}[recipe.second_task]
    given = result(trained(outputs=outputs), recipe=recipe)
    space = space_of(experiment_script(given))
    net = space["Net"]().train()
    rows = given.selection.train[:4]
    parts = [given.images.images[rows], torch.from_numpy(given.images.labels[rows])]
    if recipe.second_task == "label":
        assert given.images.second is not None
        parts.append(torch.from_numpy(given.images.second.labels[rows]))
    loss = space["loss_of"](net, *parts)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(head.weight.grad.abs().sum() > 0 for head in net.heads)


def test_names_cannot_become_code() -> None:
    evil = '"""\nimport os; os.abort()\n\\'
    given = result()
    hostile = replace(
        given,
        trained=replace(given.trained, title=evil, classes=(evil, "'", '"')),
        images=replace(given.images, name=evil, story=evil),
        run=replace(given.run, recipe=Recipe((replace(PHASES[1], name=evil),))),
    )
    script = experiment_script(hostile)
    constants = [node.value for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Constant)]
    assert constants.count(evil) == 3  # class, phase, title
    assert "os.abort" not in re.sub(r'(["\']).*?\1', "", script)
    assert script.isascii()


@pytest.mark.parametrize("text", ["a", "it's", 'say "a"', "both ' and \"", "日本 🐝", "\\", "\n"])
def test_a_literal_is_the_text(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert ast.literal_eval(literal((text,))) == (text,)


def test_a_probe_as_a_script_fits_what_scikit_learn_fits() -> None:
    space = space_of(experiment_script(replace(result(), run=None)))
    generator = np.random.default_rng(0)
    labels = np.arange(30) % 3
    x = generator.normal(size=(30, 8)) + np.eye(3, 8)[labels] * 2
    x[:, 7] = 1.0  # always the same
    for penalty in (10.0, 0.1):
        standard = StandardScaler().fit_transform(x)
        wanted = LogisticRegression(C=1 / (penalty * len(x)), max_iter=5_000, tol=1e-8).fit(standard, labels)
        start = torch.zeros(3, 8).double(), torch.zeros(3).double()
        weight, bias = space["fit"](torch.from_numpy(standard), torch.from_numpy(labels), penalty, start)
        assert weight.numpy() == pytest.approx(wanted.coef_, abs=2e-3)
        assert (bias - bias.mean()).numpy() == pytest.approx(wanted.intercept_ - wanted.intercept_.mean(), abs=2e-3)
    parts = (torch.from_numpy(x), torch.from_numpy(labels))
    weight, bias = space["sweep"](parts, parts)
    assert space["accuracy"](*parts, weight, bias) > 0.8


def test_a_probe_as_a_script_runs_and_leaves_the_backbone_alone(tmp_path: Path) -> None:
    network = trained(trained=False)
    said, saved = execute(replace(result(network), run=None), tmp_path)
    assert re.search(r"test accuracy [\d.]+% of 6 pictures", said)
    assert said.count("lambda ") == 13
    back = from_safetensors(saved)
    assert (back.spec, back.classes, back.title) == (network.spec, CLASSES, network.title)
