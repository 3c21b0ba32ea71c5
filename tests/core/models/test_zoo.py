"""The contract of the registry, held by every entry: stages in order, one head, a normalisation, no second output."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import skimage
import torch
from torch import Tensor, nn
from torchvision import models as tv
from torchvision.transforms import functional as transform

from core.errors import UserError
from core.images import decode
from core.models import zoo
from core.models.cost import count
from core.models.weights import EFFICIENTNET_LITE0, Downloaded
from core.models.zoo import ZOO, Stage, families, on_meta, pretrained

FAMILIES = {
    "AlexNet",
    "VGG",
    "MobileNet",
    "ResNet",
    "ShuffleNet",
    "GoogLeNet",
    "Inception-v3",
    "Inception-v4",
    "Xception",
    "ResNeXt",
    "DenseNet",
    "EfficientNet",
}
PARAMETERS = {
    "alexnet": 61_100_840,
    "vgg16": 138_357_544,
    "googlenet": 6_624_904,
    "inception_v3": 23_834_568,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "inception_v4": 42_679_816,
    "legacy_xception": 22_855_952,
    "resnext50_32x4d": 25_028_904,
    "densenet121": 7_978_856,
    "mobilenetv1_100": 4_231_976,
    "mobilenet_v2": 3_504_872,
    "shufflenet_v2_x1_0": 2_278_604,
    "efficientnet_b0": 5_288_548,
    "tf_efficientnet_lite0": 4_652_008,
}
TORCHVISIONS = [name for name, architecture in ZOO.items() if architecture.library == "torchvision"]
CATS = range(281, 286)  # ImageNet's tabby, tiger cat, Persian, Siamese, Egyptian cat


@functools.cache
def blank(name: str) -> nn.Module:
    """One for all tests that only look."""
    return on_meta(name)


def size(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def picture(name: str, device: str = "meta") -> Tensor:
    side = ZOO[name].input_size
    return torch.zeros(1, 3, side, side, device=device)


# ---- the registry


def test_the_registry_has_all_families_of_the_course_oldest_first() -> None:
    assert set(families()) == FAMILIES
    assert next(iter(families())) == "AlexNet"
    assert [architecture for members in families().values() for architecture in members] == sorted(
        ZOO.values(), key=lambda architecture: list(families()).index(architecture.family)
    )
    years = [architecture.paper.year for architecture in ZOO.values()]
    assert years == sorted(years)


def test_no_two_entries_share_a_title_or_weights() -> None:
    assert len({architecture.title for architecture in ZOO.values()}) == len(ZOO)
    sources = [architecture.source for architecture in ZOO.values() if architecture.source]
    assert len(set(sources)) == len(sources) == 14


@pytest.mark.parametrize("name", ZOO)
def test_an_entry_is_complete(name: str) -> None:
    architecture = ZOO[name]
    assert architecture.name == name
    assert name.isidentifier()  # it stands in links
    assert architecture.title.strip() == architecture.title != ""
    assert architecture.paper.url.startswith("https://")
    assert 2012 <= architecture.paper.year <= 2019
    assert architecture.paper.authors
    assert architecture.paper.title
    assert architecture.input_size == (299 if "nception-v" in architecture.title or name == "legacy_xception" else 224)
    with pytest.raises(dataclasses.FrozenInstanceError):
        architecture.title = "another"  # type: ignore[misc]


def test_the_registry_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        ZOO["another"] = ZOO["vgg16"]  # type: ignore[index]


@pytest.mark.parametrize("name", ZOO)
def test_the_normalisation_maps_pictures_around_zero(name: str) -> None:
    for mean, std in zip(ZOO[name].mean, ZOO[name].std, strict=True):
        assert 0.4 <= mean <= 0.51
        assert 0.2 <= std <= 0.51
        assert -3 < -mean / std < 0 < (1 - mean) / std < 3


def test_normalisations_are_those_the_weights_were_trained_with() -> None:
    assert ZOO["resnet50"].mean == (0.485, 0.456, 0.406)
    assert ZOO["resnet50"].std == (0.229, 0.224, 0.225)
    assert ZOO["tf_efficientnet_lite0"].mean == (127 / 255,) * 3
    assert ZOO["tf_efficientnet_lite0"].std == (128 / 255,) * 3
    halves = {name for name, entry in ZOO.items() if entry.mean == entry.std == (0.5, 0.5, 0.5)}
    assert halves == {"googlenet", "inception_v3", "inception_v4", "legacy_xception", "mobilenetv1_100"}


# ---- building


@pytest.mark.parametrize("name", ZOO)
def test_the_network_is_the_published_one(name: str) -> None:
    assert size(blank(name)) == PARAMETERS[name]
    if name in TORCHVISIONS:
        published = tv.get_model_weights(name).IMAGENET1K_V1.meta["num_params"]
        assert size(on_meta(name)) == published or name == "inception_v3"


@pytest.mark.parametrize(
    ("name", "with_aux"), [("inception_v3", 27_161_264), ("googlenet", 13_004_888), ("resnet18", 11_689_512)]
)
def test_auxiliary_heads_are_there_when_asked_for(name: str, with_aux: int) -> None:
    with torch.device("meta"):
        model = ZOO[name].build(aux=True).eval()
    assert size(model) == with_aux
    assert model(picture(name)).shape == (1, 1000)


@pytest.mark.parametrize("name", ZOO)
def test_a_picture_goes_in_and_one_tensor_comes_out(name: str) -> None:
    model = blank(name)
    assert not any(module.training for module in model.modules())
    assert all(tensor.is_meta for tensor in (*model.parameters(), *model.buffers()))
    out = model(picture(name))
    assert isinstance(out, Tensor)
    assert out.shape == (1, 1000)


@pytest.mark.parametrize("name", ZOO)
def test_the_builder_gives_any_number_of_classes(name: str) -> None:
    with torch.device("meta"):
        model = ZOO[name].build(7).eval()
    assert model(picture(name)).shape == (1, 7)
    features = ZOO[name].features(model)
    assert size(blank(name)) - size(model) == (1000 - 7) * (features + 1)


@pytest.mark.parametrize("name", ["alexnet", "shufflenet_v2_x1_0", "mobilenetv1_100"])
def test_building_gives_numbers_to_train_from(name: str) -> None:
    model = ZOO[name].build(5)
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert model.eval()(picture(name, "cpu") + 1).std() > 0


def test_a_network_on_meta_is_the_callers_own() -> None:
    one, other = on_meta("alexnet"), on_meta("alexnet")
    assert {id(parameter) for parameter in one.parameters()}.isdisjoint(map(id, other.parameters()))
    ZOO["alexnet"].replace_head(one, nn.Identity())
    one.train()
    assert other(picture("alexnet")).shape == (1, 1000)
    assert not any(module.training for module in other.modules())
    assert size(other) - size(one) == 4096 * 1000 + 1000


# ---- stages and head


@pytest.mark.parametrize("name", ZOO)
def test_every_parameter_is_in_exactly_one_stage_or_in_the_head(name: str) -> None:
    model, architecture = blank(name), ZOO[name]
    head = Stage("head", (architecture.head,))
    owned = [key for part in (*architecture.stages, head) for key in part.parameters(model)]
    assert sorted(owned) == sorted(key for key, _ in model.named_parameters())
    assert set(head.parameters(model)) == {f"{architecture.head}.weight", f"{architecture.head}.bias"}
    assert len({stage.name for stage in architecture.stages}) == len(architecture.stages) >= 4
    for stage in architecture.stages:
        assert stage.parameters(model), stage.name
        for module in stage.modules:
            model.get_submodule(module)  # raises AttributeError where there is none


@pytest.mark.parametrize("name", ZOO)
def test_stages_run_in_order_and_all_of_one_before_the_next(name: str) -> None:
    architecture = ZOO[name]
    parts = [*(stage.modules for stage in architecture.stages), (architecture.head,)]
    layers = count(blank(name), (3, architecture.input_size, architecture.input_size)).layers
    order = [
        index
        for layer in layers
        for index, modules in enumerate(parts)
        if f"{layer.name}.".startswith(tuple(f"{module}." for module in modules))
    ]
    assert order == sorted(order)
    assert set(order) == set(range(len(parts)))


@pytest.mark.parametrize("name", ZOO)
def test_modules_of_a_stage_run_in_the_order_they_are_named(name: str) -> None:
    called: list[str] = []
    model = on_meta(name)
    named = [module for stage in ZOO[name].stages for module in stage.modules]
    for module in named:
        model.get_submodule(module).register_forward_hook(lambda *_, module=module: called.append(module))
    model(picture(name))
    assert called == named


@pytest.mark.parametrize("name", ZOO)
def test_the_head_can_be_replaced_and_taken_away(name: str) -> None:
    model, architecture = on_meta(name), ZOO[name]
    features = architecture.features(model)
    assert isinstance(model.get_submodule(architecture.head), nn.Linear)
    architecture.replace_head(model, nn.Linear(features, 5, device="meta"))
    assert model(picture(name)).shape == (1, 5)
    architecture.replace_head(model, nn.Identity())
    assert model(picture(name)).shape == (1, features)


def test_a_stage_does_not_take_a_module_whose_name_begins_alike() -> None:
    model = nn.ModuleDict({"block1": nn.Linear(2, 2), "block10": nn.Linear(2, 2)})
    assert set(Stage("one", ("block1",)).parameters(model)) == {"block1.weight", "block1.bias"}


# ---- trained weights


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_torchvisions_weights_are_the_first_ones_and_carry_their_digest(name: str) -> None:
    source = ZOO[name].source
    assert isinstance(source, Downloaded)
    assert source.url == tv.get_model_weights(name).IMAGENET1K_V1.url
    assert re.fullmatch(r"[0-9a-f]{8,}", source.sha256)
    assert 5 < source.megabytes < 600


@pytest.fixture(scope="module")
def lite() -> nn.Module:
    return pretrained("tf_efficientnet_lite0")


def test_pretrained_is_in_eval_mode_frozen_and_has_numbers(lite: nn.Module) -> None:
    assert ZOO["tf_efficientnet_lite0"].source == EFFICIENTNET_LITE0
    assert not any(module.training for module in lite.modules())
    assert not any(parameter.requires_grad for parameter in lite.parameters())
    assert not any(tensor.is_meta for tensor in (*lite.parameters(), *lite.buffers()))
    assert all(parameter.dtype == torch.float32 for parameter in lite.parameters())
    assert size(lite) == PARAMETERS["tf_efficientnet_lite0"]


def test_pretrained_knows_a_cat(lite: nn.Module) -> None:
    architecture = ZOO["tf_efficientnet_lite0"]
    image = decode((Path(skimage.__file__).parent / "data" / "chelsea.png").read_bytes())
    x = transform.to_tensor(transform.center_crop(transform.resize(image, [256]), [architecture.input_size]))
    x = transform.normalize(x, architecture.mean, architecture.std)[None]  # (1, 3, 224, 224)
    with torch.inference_mode():
        chances = lite(x).softmax(1)[0]  # (1000,)
    assert int(chances.argmax()) in CATS
    assert float(chances[list(CATS)].sum()) > 0.6


def test_pretrained_gives_everybody_a_network_of_their_own(lite: nn.Module) -> None:
    before = {name: tensor.clone() for name, tensor in lite.state_dict().items()}
    again = pretrained("tf_efficientnet_lite0")
    assert all(torch.equal(tensor, before[name]) for name, tensor in again.state_dict().items())
    with torch.no_grad():
        for tensor in again.state_dict().values():
            tensor.zero_()
    assert all(torch.equal(tensor, before[name]) for name, tensor in lite.state_dict().items())
    once_more = pretrained("tf_efficientnet_lite0").state_dict()
    assert all(torch.equal(tensor, before[name]) for name, tensor in once_more.items())


@pytest.mark.parametrize("name", ZOO)
def test_its_parameters_are_as_many_as_the_registry_says(name: str) -> None:
    assert sum(parameter.numel() for parameter in on_meta(name).parameters()) == ZOO[name].parameters


@pytest.mark.parametrize("name", ["inception_v4", "legacy_xception"])
def test_weights_of_timm_are_files_that_name_their_digest(name: str) -> None:
    source = ZOO[name].source
    assert isinstance(source, Downloaded)
    assert re.fullmatch(r"[0-9a-f]{8,9}", source.sha256)
    assert source.megabytes == pytest.approx(ZOO[name].parameters * 4 / 1e6, rel=0.01)


def test_inception_v4_loses_the_class_that_imagenet_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file gives 1,001 numbers, the first for "background"."""
    state = ZOO["inception_v4"].build(1_001).state_dict()
    monkeypatch.setattr(zoo, "load_state", lambda *_: state)
    model = pretrained("inception_v4")
    assert torch.equal(model.get_submodule("last_linear").weight, state["last_linear.weight"][1:])  # type: ignore[arg-type]
    assert torch.equal(model.get_submodule("last_linear").bias, state["last_linear.bias"][1:])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, architecture in ZOO.items() if architecture.source is None])
def test_weights_that_nobody_has_are_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(UserError, match=f"weights of {ZOO[name].title} .* choose another") as error:
        pretrained(name)
    assert str(error.value).endswith(".")


def test_a_download_that_fails_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> dict[str, Tensor]:
        raise UserError("There seems to be no network.")

    monkeypatch.setattr(zoo, "load_state", refuse)
    with pytest.raises(UserError, match="no network"):
        pretrained("vgg16")


def test_progress_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    state = ZOO["shufflenet_v2_x1_0"].build().state_dict()
    monkeypatch.setattr(zoo, "load_state", lambda source, report: (seen.extend((source, report)), state)[1])

    def report(_: float, __: str) -> None: ...

    pretrained("shufflenet_v2_x1_0", report)
    assert seen == [ZOO["shufflenet_v2_x1_0"].source, report]


@pytest.mark.parametrize("change", ["missing", "too many", "another shape"])
def test_weights_that_do_not_fit_are_no_quiet_success(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state = ZOO["shufflenet_v2_x1_0"].build().state_dict()
    match change:
        case "missing":
            del state["fc.bias"]
        case "too many":
            state["fc.more"] = torch.zeros(1)
        case _:
            state["fc.bias"] = state["fc.bias"][:-1]
    monkeypatch.setattr(zoo, "load_state", lambda *_: state)
    with pytest.raises(RuntimeError, match=r"fc\.(bias|more)"):
        pretrained("shufflenet_v2_x1_0")


def densenet_file(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """As torchvision's file of 2017 names them: norm.1, no count of batches."""
    return {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", name): value
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }


@pytest.mark.parametrize(
    ("name", "build", "as_in_file"),
    [
        ("googlenet", lambda: tv.googlenet(weights=None, init_weights=False, transform_input=True), dict),
        ("inception_v3", lambda: tv.inception_v3(weights=None, init_weights=False, transform_input=True), dict),
        ("densenet121", lambda: tv.densenet121(weights=None), densenet_file),
    ],
)
def test_files_with_names_of_their_own_load_and_give_what_torchvision_gives(
    name: str,
    build: Callable[[], nn.Module],
    as_in_file: Callable[[dict[str, Tensor]], dict[str, Tensor]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The Inceptions' files hold auxiliary heads, and torchvision converts the normalisation inside the network."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = build().eval()
        raw = torch.rand(1, 3, ZOO[name].input_size, ZOO[name].input_size)
    state = as_in_file(theirs.state_dict())
    assert state.keys() != on_meta(name).state_dict().keys()
    monkeypatch.setattr(zoo, "load_state", lambda *_: dict(state))
    ours = pretrained(name)
    with torch.inference_mode():
        expected = theirs(transform.normalize(raw, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
        got = ours(transform.normalize(raw, ZOO[name].mean, ZOO[name].std))
    assert expected.std() > 0
    torch.testing.assert_close(got, expected, rtol=1e-3, atol=1e-4)
