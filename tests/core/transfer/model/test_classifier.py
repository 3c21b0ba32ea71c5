"""A network with its own head off and new ones on."""

from __future__ import annotations

import pytest
import torch

from core.models.zoo import pretrained
from core.transfer.model.classifier import Classifier, ModelSpec, Trained, build
from core.transfer.model.inputs import to_input

LITE = "tf_efficientnet_lite0"


def test_logits_of_each_head() -> None:
    model = build(ModelSpec(LITE, 64, (7, 4), neck=(32,), dropout=0.5))
    x = to_input(torch.randint(256, (3, 3, 40, 40), dtype=torch.uint8), model.spec.architecture, 64)
    with torch.no_grad():
        first, second = model.all_heads(x)
        assert (first.shape, second.shape) == ((3, 7), (3, 4))
        assert torch.equal(model(x), first)
        assert model.embed(x).shape == (3, 32)


def test_the_backbone_is_imagenets_and_nobody_elses_is_touched() -> None:
    reference = pretrained(LITE)
    before = {name: value.clone() for name, value in reference.state_dict().items()}
    model = build(ModelSpec(LITE, 64, (2,)))
    mine = model.backbone.state_dict()
    assert all(torch.equal(value, before[name]) for name, value in mine.items())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    assert all(torch.equal(value, before[name]) for name, value in reference.state_dict().items())
    assert reference.classifier.out_features == 1000  # type: ignore[union-attr, operator]


def test_the_seed_draws_the_new_layers_and_leaves_torchs_generator_alone() -> None:
    spec = ModelSpec(LITE, 64, (3,), trained=False, neck=(8,))
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, same, other = build(spec, 1), build(spec, 1), build(spec, 2)
    assert torch.equal(torch.rand(1), expected)
    weights = [model.state_dict() for model in (one, same, other)]
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())
    assert not torch.equal(weights[0]["heads.0.weight"], weights[2]["heads.0.weight"])
    assert not torch.equal(weights[0]["backbone.conv_stem.weight"], weights[2]["backbone.conv_stem.weight"])


@pytest.mark.parametrize("name", ["resnet18", LITE])
def test_what_was_trained_comes_back_the_same(name: str) -> None:
    model = build(ModelSpec(name, 64, (2, 4), trained=False, neck=(8, 4), dropout=0.2))
    x = torch.rand(2, 3, 64, 64)
    trained = Trained("mine", model.spec, ("a", "b"), model.state_dict(), "digest")
    again = trained.model()
    assert isinstance(again, Classifier)
    assert not again.training
    with torch.no_grad():
        torch.testing.assert_close(again(x), model(x))
        again.heads[0].weight.zero_()  # type: ignore[union-attr, operator]
        assert trained.state["heads.0.weight"].abs().sum() > 0, "a copy, not the thing itself"


def test_dropout_without_a_neck_stands_before_the_heads() -> None:
    model = build(ModelSpec("resnet18", 64, (2,), trained=False, dropout=0.9))
    x = torch.rand(4, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(model(x), model(x))
        model.train()
        assert (model.embed(x) == 0).float().mean() > 0.5
