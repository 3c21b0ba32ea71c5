"""Maps keep what they promise, and small or empty sets are a sentence or a map, never a crash."""

from __future__ import annotations

import ast
import builtins
import importlib.metadata
import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from core.errors import UserError
from core.transfer.features.projection import FEWEST, Method, largest_setting, project
from core.transfer.features.retrieval import Metric

RNG = np.random.default_rng(0)


def blobs(each: int = 12, width: int = 20) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(3), each)
    return (np.eye(3, width)[labels] * 8 + RNG.normal(size=(3 * each, width)) * 0.4).astype(np.float32), labels


def apart(points: np.ndarray, labels: np.ndarray) -> float:
    """The share of points whose nearest on the map is of their group."""
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + np.eye(len(points)) * 1e9
    return float((labels[distances.argmin(1)] == labels).mean())


def test_pca_is_the_singular_value_decomposition() -> None:
    values, _ = blobs()
    found = project(values, Method.PCA, metric=Metric.EUCLIDEAN)
    centred = values - values.mean(0)
    _, strength, _ = np.linalg.svd(centred, full_matrices=False)
    assert found.explained == pytest.approx((strength**2 / (strength**2).sum())[:2], rel=1e-4)
    assert np.linalg.norm(found.points, axis=0) == pytest.approx(strength[:2], rel=1e-4)
    assert found.setting == 0


@pytest.mark.parametrize("method", [Method.PCA, Method.TSNE])
def test_groups_stay_apart_and_the_map_is_trusted(method: Method) -> None:
    values, labels = blobs()
    before = values.copy()
    found = project(values, method, 10)
    assert found.points.shape == (36, 2)
    assert found.points.dtype == np.float32
    assert apart(found.points, labels) == 1
    assert 0.6 < found.trust <= 1
    assert found.seconds > 0
    assert np.array_equal(values, before)


class Umap:
    """In the place of umap-learn's, which numba compiles for half a minute: keeps what it was asked for."""

    asked: ClassVar[dict[str, Any]] = {}

    def __init__(self, **arguments: Any) -> None:
        Umap.asked = arguments

    def fit_transform(self, points: np.ndarray) -> np.ndarray:
        return points[:, :2]


@pytest.fixture
def umap(monkeypatch: pytest.MonkeyPatch) -> type[Umap]:
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Umap))  # type: ignore[arg-type]
    return Umap


def test_umap_is_asked_for_what_was_set(umap: type[Umap]) -> None:
    values, _ = blobs()
    found = project(values, Method.UMAP, 8, Metric.EUCLIDEAN, seed=3)
    assert found.points == pytest.approx(values[:, :2])
    assert umap.asked["n_neighbors"] == found.setting == 8
    assert umap.asked["random_state"] == 3
    project(values[:7], Method.UMAP, 30)
    assert umap.asked["n_neighbors"] == 6


@pytest.mark.parametrize(("name", "own"), [("n_neighbors", int), ("init", str), ("random_state", int), ("n_jobs", int)])
def test_umap_learn_knows_these_arguments(name: str, own: type, umap: type[Umap]) -> None:
    package = importlib.metadata.distribution("umap-learn")
    source = Path(str(package.locate_file("umap/umap_.py"))).read_text(encoding="utf-8")
    project(np.eye(9, dtype=np.float32), Method.UMAP)
    assert isinstance(umap.asked[name], own)
    assert re.search(rf"^        {name}=", source, re.MULTILINE)


def test_the_same_seed_makes_the_same_map() -> None:
    values, _ = blobs(6)
    first, second = project(values, Method.TSNE, 5), project(values, Method.TSNE, 5)
    assert np.array_equal(first.points, second.points)


@pytest.mark.parametrize("method", [Method.PCA, Method.TSNE])
@pytest.mark.parametrize("count", [FEWEST, 7, 11])
def test_few_pictures_make_a_map(method: Method, count: int) -> None:
    found = project(RNG.normal(size=(count, 30)).astype(np.float32), method, 30)
    assert np.isfinite(found.points).all()
    assert found.setting <= max(2, largest_setting(method, count))
    assert np.isnan(found.trust) == (count <= 10)


@pytest.mark.parametrize("method", [Method.PCA, Method.TSNE])
def test_pictures_that_are_all_alike_make_a_map(method: Method) -> None:
    found = project(np.ones((12, 6), np.float32), method, 5)
    assert np.isfinite(found.points).all()
    assert all(np.isfinite(found.explained))


def test_one_dimension_is_enough() -> None:
    found = project(np.arange(8, dtype=np.float32)[:, None], Method.PCA, metric=Metric.EUCLIDEAN)
    assert found.explained == pytest.approx((1, 0))
    assert found.points.shape == (8, 2)


@pytest.mark.parametrize("method", list(Method))
def test_too_few_pictures_are_a_sentence(method: Method) -> None:
    with pytest.raises(UserError, match="at least 5 pictures"):
        project(np.ones((FEWEST - 1, 6), np.float32), method)


def test_without_umap_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "umap":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "umap", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UserError, match="umap-learn"):
        project(np.ones((9, 6), np.float32), Method.UMAP)


def test_umap_is_imported_only_when_it_is_asked_for() -> None:
    file = inspect.getsourcefile(project)
    assert file is not None
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    outside = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "umap"]
    assert inside
    assert not set(map(id, inside)) & set(map(id, outside))
